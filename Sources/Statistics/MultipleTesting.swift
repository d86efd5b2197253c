/// Corrections of p-values for how many hypotheses are tested together.
public enum MultipleTesting: String, Sendable, Hashable, CaseIterable, Codable {
  /// Holm's step-down method (1979): the chance of any false rejection is at most α, whatever the dependence.
  case holm
  /// Each p-value times their number: the same promise with less power.
  case bonferroni
  /// The step-up method of Benjamini and Hochberg (1995): of what is rejected, at most a share α is false on average, for
  /// independent (or positively dependent) tests.
  case benjaminiHochberg = "benjamini-hochberg"
  /// No correction: each test on its own.
  case none

  /// Adjusted p-values, in the order given: reject where they are at most α.
  ///
  /// Equal p-values stay equal. Complexity: O(m log m).
  ///
  /// - Precondition: all in [0, 1].
  public func adjusted(_ pValues: [Double]) -> [Double] {
    precondition(pValues.allSatisfy { (0...1).contains($0) }, "p-values lie between 0 and 1")
    let count = pValues.count
    switch self {
    case .none: return pValues
    case .bonferroni: return pValues.map { min(1, $0 * Double(count)) }
    case .holm:
      var adjusted = pValues
      var largest = 0.0
      for (place, test) in ascendingOrder(pValues).enumerated() {
        largest = max(largest, min(1, pValues[test] * Double(count - place)))
        adjusted[test] = largest
      }
      return adjusted
    case .benjaminiHochberg:
      var adjusted = pValues
      var smallest = 1.0
      for (place, test) in ascendingOrder(pValues).enumerated().reversed() {
        smallest = min(smallest, pValues[test] * Double(count) / Double(place + 1))
        adjusted[test] = smallest
      }
      return adjusted
    }
  }

  private func ascendingOrder(_ pValues: [Double]) -> [Int] {
    pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
  }
}
