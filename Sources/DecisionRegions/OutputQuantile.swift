import InputErrors

/// Quantiles of a neuron's output: thresholds that ask "is the output high?" instead of "is it positive?".
public enum OutputQuantile {
  /// The smallest of the values that at least the share `level` of them does not exceed (the inverse of the empirical
  /// distribution).
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when the level is not within 0…1; (data) when there is no value or one
  ///   is not finite. Complexity: O(n log n).
  public static func empirical(_ level: Double, of values: [Double]) throws(InputError) -> Double {
    try check(level)
    guard !values.isEmpty else { throw InputError(.data, "there are no data that a quantile could be taken of") }
    guard values.allSatisfy(\.isFinite) else { throw InputError(.data, "an output is no finite number") }
    let place = (level * Double(values.count)).rounded(.up)
    return values.sorted()[min(max(Int(place) - 1, 0), values.count - 1)]
  }

  /// The quantile of a neuron's output when its inputs are independent and uniform over their ranges: the share `level` of
  /// the interval's length or the rectangle's area has an output below it.
  ///
  /// The output is the lowest one plus a sum of two uniform numbers on [0, p] and [0, q], p ≥ q, whose distribution
  /// function is z²/(2pq) up to q, then (z − q/2)/p up to p, then 1 − (p + q − z)²/(2pq); each part is inverted in closed
  /// form. Exact up to rounding.
  /// - Throws: ``InputErrors/InputError`` (usage) when the level is not within 0…1; (data) when the output is not finite
  ///   over the ranges.
  /// - Precondition: one range an input.
  public static func uniform(
    _ level: Double, of neuron: LinearNeuron, over ranges: [InputRange]
  ) throws(InputError) -> Double {
    try check(level)
    precondition(ranges.count == neuron.inputCount, "one range an input")
    let spans = zip(neuron.weights, ranges).map { abs($0) * $1.length }.sorted(by: >)
    let lowest = neuron.output(at: zip(neuron.weights, ranges).map { $0 >= 0 ? $1.lower : $1.upper })
    let p = spans[0], q = spans.count > 1 ? spans[1] : 0
    let value = lowest + offset(level, p, q)
    guard value.isFinite else {
      throw InputError(.data, "the neuron's outputs are too large", at: .init(node: neuron.name))
    }
    return value
  }

  /// The quantile of the sum of two uniform numbers on [0, p] and [0, q].
  private static func offset(_ level: Double, _ p: Double, _ q: Double) -> Double {
    guard p > 0 else { return 0 }
    // In units of p, so that no product can overflow.
    let ratio = q / p, edge = ratio / 2
    let z: Double
    if level < edge {
      z = (2 * ratio * level).squareRoot()
    } else if level <= 1 - edge {
      z = level + edge
    } else {
      z = 1 + ratio - (2 * ratio * (1 - level)).squareRoot()
    }
    return z * p
  }

  private static func check(_ level: Double) throws(InputError) {
    guard level >= 0, level <= 1 else {
      throw InputError(.usage, "a quantile's level is a share", expected: "0 to 1", found: "\(level)")
    }
  }
}
