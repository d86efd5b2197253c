/// Intervals for a share of successes among independent trials.
public enum ProportionInterval {
  /// Wilson's score interval (1927): holds its level well even for few trials and for shares near 0 or 1, where it does not
  /// shrink to a point.
  ///
  /// - Parameter z: the normal quantile of the level; 1.96 for 95 %.
  /// - Returns: nil when there are no trials.
  /// - Precondition: `0 ≤ successes ≤ trials` and `z > 0`.
  public static func wilson(successes: Int, trials: Int, z: Double = 1.959963984540054) -> ClosedRange<Double>? {
    precondition(0 <= successes && successes <= max(0, trials) && z > 0, "successes among trials")
    guard trials > 0 else { return nil }
    let n = Double(trials), share = Double(successes) / n, square = z * z / n
    let centre = (share + square / 2) / (1 + square)
    let half = z / (1 + square) * (share * (1 - share) / n + square / (4 * n)).squareRoot()
    return max(0, centre - half)...min(1, centre + half)
  }
}
