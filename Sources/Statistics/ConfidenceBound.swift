#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Half-widths of confidence intervals for the mean of n independent observations, for a sample size **fixed in
/// advance**.
///
/// None of them stays valid when one looks at the data repeatedly and stops when the interval pleases; they hold for one
/// mean, not for many at once (divide δ by the number of means for that).
public enum ConfidenceBound {
  /// Hoeffding's half-width: the mean of `count` independent observations in an interval of length `range` lies within
  /// range·√(ln(2/δ)/(2n)) of its expectation with probability at least 1 − δ (two-sided; Hoeffding 1963).
  ///
  /// - Returns: nil when `count` is 0.
  /// - Precondition: `range ≥ 0` and `0 < delta < 1`.
  public static func hoeffding(count: Int, range: Double, delta: Double) -> Double? {
    checkArguments(range: range, delta: delta)
    guard count > 0 else { return nil }
    return range * (log(2 / delta) / (2 * Double(count))).squareRoot()
  }

  /// The empirical Bernstein half-width, two-sided: √(2·V·ln(4/δ)/n) + (7/3)·R·ln(4/δ)/(n − 1).
  ///
  /// Maurer and Pontil 2009, theorem 4, which is one-sided with ln(2/δ); a two-sided statement at level δ takes each side
  /// at δ/2, hence ln(4/δ). V is the sample variance with divisor n − 1, R the length of the interval that holds every
  /// observation (2 for marginals of accuracy, which lie in [−1, 1]).
  ///
  /// - Returns: nil when `count` is below 2.
  /// - Precondition: `variance ≥ 0`, `range ≥ 0` and `0 < delta < 1`.
  public static func empiricalBernstein(count: Int, variance: Double, range: Double, delta: Double) -> Double? {
    checkArguments(range: range, delta: delta)
    return bernstein(count: count, variance: variance, range: range, logarithm: log(4 / delta))
  }

  /// The bound of the published bandit (TMAB-Shapley), exactly as published:
  /// √(2·Var·ln(2/δ)/t) + (7/3)·R·ln(2/δ)/(t − 1).
  ///
  /// Kept for comparison and reproduction, **not** a valid statement: the publication uses it on both sides (which needs
  /// ln(4/δ)), with R = 1 for accuracy marginals that span 2, for thousands of players without a union, and looks at it
  /// after every round. Ghorbani and Zou 2020 (arXiv 2002.09815).
  ///
  /// - Returns: nil when `count` is below 2.
  /// - Precondition: `variance ≥ 0`, `range ≥ 0` and `0 < delta < 1`.
  public static func publishedBandit(count: Int, variance: Double, range: Double, delta: Double) -> Double? {
    checkArguments(range: range, delta: delta)
    return bernstein(count: count, variance: variance, range: range, logarithm: log(2 / delta))
  }

  private static func bernstein(count: Int, variance: Double, range: Double, logarithm: Double) -> Double? {
    precondition(variance >= 0, "a variance is at least 0")
    guard count > 1 else { return nil }
    return (2 * variance * logarithm / Double(count)).squareRoot() + 7 / 3 * range * logarithm / Double(count - 1)
  }

  private static func checkArguments(range: Double, delta: Double) {
    precondition(range >= 0, "a range is at least 0")
    precondition(delta > 0 && delta < 1, "a confidence level lies strictly between 0 and 1")
  }
}
