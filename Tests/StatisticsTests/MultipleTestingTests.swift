import Statistics
import Testing

@Suite struct MultipleTestingTests {
  static let pValues = [0.01, 0.04, 0.03, 0.005, 0.5, 0.03]

  @Test func adjustedPValues() {
    func expect(_ method: MultipleTesting, _ expected: [Double]) {
      for (found, known) in zip(method.adjusted(Self.pValues), expected) {
        #expect(abs(found - known) < 1e-15, "\(method)")
      }
    }
    expect(.holm, [0.05, 0.12, 0.12, 0.03, 0.5, 0.12])
    expect(.bonferroni, [0.06, 0.24, 0.18, 0.03, 1, 0.18])
    expect(.benjaminiHochberg, [0.03, 0.048, 0.045, 0.03, 0.5, 0.045])
    expect(.none, Self.pValues)
    for method in MultipleTesting.allCases {
      #expect(method.adjusted([]) == [])
      #expect(method.adjusted([0.3]) == [0.3])
      #expect(method.adjusted([1, 0]).allSatisfy { (0...1).contains($0) })
    }
  }

  /// Every method adjusts a p-value by the others, not by their order.
  @Test func orderChangesNothing() {
    for method in MultipleTesting.allCases {
      let adjusted = method.adjusted(Self.pValues)
      #expect(Array(method.adjusted(Self.pValues.reversed()).reversed()) == adjusted)
      // Never below the p-value itself, Holm never above Bonferroni.
      for (before, after) in zip(Self.pValues, adjusted) { #expect(after >= before) }
    }
    for (holm, bonferroni) in zip(
      MultipleTesting.holm.adjusted(Self.pValues), MultipleTesting.bonferroni.adjusted(Self.pValues))
    {
      #expect(holm <= bonferroni)
    }
  }
}
