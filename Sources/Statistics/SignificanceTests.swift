/// Tests of means, and of one new observation against draws of what would be seen if nothing were the matter.
public enum SignificanceTests {
  /// A test's statistic and its two-sided p-value.
  public struct Result: Sendable, Hashable, Codable {
    /// t; infinite where the observations do not vary and their mean is another.
    public let statistic: Double
    public let degreesOfFreedom: Double
    /// In [0, 1].
    public let pValue: Double
  }

  /// Is one new observation a draw like the others? t = (x − x̄) / (s·√(1 + 1/R)) on R − 1 degrees of freedom.
  ///
  /// Exact for normal draws; s is the sample's standard deviation (divisor R − 1). Where all R draws are equal the
  /// statistic is infinite with p = 0 (or 0 with p = 1): the exact ``rank(of:among:)`` is then the one to believe.
  ///
  /// - Returns: nil with fewer than two draws.
  public static func newObservation(_ observation: Double, among draws: [Double]) -> Result? {
    let moments = RunningMoments(draws)
    guard let variance = moments.variance else { return nil }
    let scale = (variance * (1 + 1 / Double(moments.count))).squareRoot()
    return student(observation - moments.mean, scale, Double(moments.count - 1))
  }

  /// The exact two-sided rank p-value of a new observation among R draws that are exchangeable with it if nothing is
  /// the matter: p = (1 + draws at least as far out) / (R + 1).
  ///
  /// How far out a value is, is its distance from the mean of all R + 1 values, which treats them alike; that makes the
  /// test exact whatever the distribution. Ties count as at least as far out. The smallest p is 1 / (R + 1): with a
  /// correction for m hypotheses nothing can be significant at α unless R + 1 ≥ m / α.
  ///
  /// - Precondition: at least one draw.
  public static func rank(of observation: Double, among draws: [Double]) -> Double {
    precondition(!draws.isEmpty, "draws to rank among")
    let total = Double(draws.count + 1)
    let centre = (draws.reduce(0, +) + observation) / total
    // Distances that only rounding tells apart are ties.
    let largest = draws.reduce(abs(observation)) { max($0, abs($1)) }
    let distance = abs(observation - centre) - 1e-12 * largest
    return Double(1 + draws.count { abs($0 - centre) >= distance }) / total
  }

  /// Student's test of the mean of a sample against `mean`.
  ///
  /// - Returns: nil with fewer than two observations.
  public static func oneSample(_ sample: [Double], mean: Double = 0) -> Result? {
    let moments = RunningMoments(sample)
    guard let error = moments.standardError else { return nil }
    return student(moments.mean - mean, error, Double(moments.count - 1))
  }

  /// Welch's test of two samples' means, variances unequal (Welch 1947).
  ///
  /// - Returns: nil when a sample has fewer than two observations.
  public static func welch(_ first: [Double], _ second: [Double]) -> Result? {
    let (a, b) = (RunningMoments(first), RunningMoments(second))
    guard let varianceA = a.variance, let varianceB = b.variance else { return nil }
    let (u, v) = (varianceA / Double(a.count), varianceB / Double(b.count))
    let sum = u + v
    let degrees = sum > 0 ? sum * sum / (u * u / Double(a.count - 1) + v * v / Double(b.count - 1)) : 1
    return student(a.mean - b.mean, sum.squareRoot(), degrees)
  }

  /// Student's test of two samples' means with one variance for both, which the published TCAV takes.
  ///
  /// - Returns: nil when the samples have fewer than three observations together, or one has none.
  public static func twoSample(_ first: [Double], _ second: [Double]) -> Result? {
    let (a, b) = (RunningMoments(first), RunningMoments(second))
    guard a.count > 0, b.count > 0, a.count + b.count > 2 else { return nil }
    let degrees = Double(a.count + b.count - 2)
    let pooled = (a.sumOfSquaredDeviations + b.sumOfSquaredDeviations) / degrees
    return student(a.mean - b.mean, (pooled * (1 / Double(a.count) + 1 / Double(b.count))).squareRoot(), degrees)
  }

  private static func student(_ deviation: Double, _ scale: Double, _ degrees: Double) -> Result {
    guard scale > 0 else {
      let statistic = deviation == 0 ? 0 : deviation > 0 ? Double.infinity : -.infinity
      return Result(statistic: statistic, degreesOfFreedom: degrees, pValue: deviation == 0 ? 1 : 0)
    }
    let statistic = deviation / scale
    let pValue = StudentDistribution(degreesOfFreedom: degrees).twoSided(statistic)
    return Result(statistic: statistic, degreesOfFreedom: degrees, pValue: pValue)
  }
}
