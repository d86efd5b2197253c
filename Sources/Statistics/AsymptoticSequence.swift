#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A confidence sequence from the central limit theorem, for observations without a known range.
///
/// Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence
/// sequences" (2024, arXiv 2103.06476, theorem 2.2): mean ± σ̂·√(2(tρ² + 1)/(t²ρ²)·ln(√(tρ² + 1)/δ)), where
/// ρ² = (−2·ln δ + ln(−2·ln δ) + 1)/t* makes it narrowest near t* observations.
///
/// **What δ means**: in the limit of many observations, the risk that the mean is ever outside. It is *not* a guarantee
/// for any number of observations, least of all for those that are rarely different from 0; so there is no interval
/// before ``leastNonZero`` observations that are not 0.
///
/// **What it demands**: independent observations of one distribution with a finite variance. For marginal
/// contributions: components drawn with replacement, an antithetic pair one observation.
public struct AsymptoticSequence: Sendable, Hashable {
  /// Observations other than 0 below which there is no interval.
  public static let leastNonZero = 50

  /// The risk, in the limit, that the mean is ever outside the interval.
  public let delta: Double
  /// t*, the number of observations near which the interval is narrowest for its δ.
  public let sampleSize: Int
  private var moments = RunningMoments()
  private var nonZeroCount = 0

  /// - Precondition: `0 < delta ≤ 0.5` and `sampleSize ≥ 1`.
  public init(delta: Double, sampleSize: Int = 1000) {
    precondition(delta > 0 && delta <= 0.5, "an asymptotic sequence needs a level above 0 and at most a half")
    precondition(sampleSize >= 1, "the sample size of interest is at least 1")
    self.delta = delta
    self.sampleSize = sampleSize
  }

  /// How many observations were added.
  public var count: Int { moments.count }

  /// The interval; nil before ``leastNonZero`` observations other than 0.
  public var interval: ClosedRange<Double>? {
    guard nonZeroCount >= Self.leastNonZero, let variance = moments.variance else { return nil }
    let t = Double(moments.count)
    let square = (-2 * log(delta) + log(-2 * log(delta)) + 1) / Double(sampleSize)
    let growth = t * square + 1
    let radius = (2 * variance * growth / (t * t * square) * log(growth.squareRoot() / delta)).squareRoot()
    return moments.mean - radius...moments.mean + radius
  }

  /// Adds one observation.
  public mutating func add(_ observation: Double) {
    moments.add(observation)
    if observation != 0 { nonZeroCount += 1 }
  }
}

extension AsymptoticSequence: Codable {
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    delta = try container.decodeDelta()
    sampleSize = try container.decode(Int.self)
    nonZeroCount = try container.decode(Int.self)
    moments = try container.decode(RunningMoments.self)
    guard delta <= 0.5, sampleSize >= 1, nonZeroCount >= 0, nonZeroCount <= moments.count else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "the counts of an asymptotic sequence are out of range")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(delta)
    try container.encode(sampleSize)
    try container.encode(nonZeroCount)
    try container.encode(moments)
  }
}
