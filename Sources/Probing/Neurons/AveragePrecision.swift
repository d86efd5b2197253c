/// The area under the curve of precision against recall, as a sum over thresholds.
public enum AveragePrecision {
  /// AP = Σ (Rₙ − Rₙ₋₁) Pₙ over the different values, from the largest on; equal values enter together.
  ///
  /// - Returns: 0…1, the share of positives for values that know nothing; 0 without positives.
  ///   Complexity: O(n log n).
  public static func value(_ values: [Float], isPositive: [Bool]) -> Double {
    precondition(values.count == isPositive.count, "a truth for each value")
    let order = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
    let positives = isPositive.count { $0 }
    guard positives > 0 else { return 0 }
    var (seen, found, area) = (0, 0, 0.0)
    var place = 0
    while place < order.count {
      let before = found
      let value = values[order[place]]
      while place < order.count, values[order[place]] == value {
        found += isPositive[order[place]] ? 1 : 0
        seen += 1
        place += 1
      }
      area += Double(found - before) / Double(positives) * Double(found) / Double(seen)
    }
    return area
  }
}
