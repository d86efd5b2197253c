#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A confidence sequence for the mean of bounded observations that adapts to their variance.
///
/// The predictable plug-in empirical Bernstein sequence of Waudby-Smith and Ramdas (2024, arXiv 2010.09686, theorem 2):
/// with x scaled to [0, 1] and bets λ_t = min(½, √(2·ln(2/δ) / (σ̂²_{t−1}·t·ln(1 + t)))), the interval around
/// Σλx / Σλ with radius [ln(2/δ) + Σ(x_i − μ̂_{i−1})²·(−ln(1 − λ_i) − λ_i)] / Σλ, and the intersection of all intervals
/// so far.
///
/// **What δ means**: with probability at least 1 − δ the mean lies in the interval at *all* times at once. One may look
/// after every observation and stop whenever one likes. The statement is about one mean; for many, divide δ by their
/// number.
///
/// **What it demands**: every observation lies in `range`, and its expectation given all earlier ones is the mean. For
/// marginal contributions: components drawn independently **with** replacement, orders independent, an antithetic pair
/// one observation. A sweep over the components in a fixed order is not enough.
///
/// Constant memory; O(1) an observation.
public struct EmpiricalBernsteinSequence: Sendable, Hashable {
  /// The risk that the mean is ever outside the interval.
  public let delta: Double
  private let scale: ObservationScale
  private var plugIn = PredictablePlugIn()
  /// Σλ, Σλx and Σ(x − μ̂)²·(−ln(1 − λ) − λ).
  private var bets = 0.0
  private var weighted = 0.0
  private var penalty = 0.0
  private var lower = 0.0
  private var upper = 1.0

  /// - Precondition: the range is finite and not a point; `0 < delta < 1`.
  public init(range: ClosedRange<Double>, delta: Double) {
    precondition(delta > 0 && delta < 1, "a confidence level lies strictly between 0 and 1")
    self.delta = delta
    scale = ObservationScale(range)
  }

  /// The interval that holds every observation.
  public var range: ClosedRange<Double> { scale.range }

  /// How many observations were added.
  public var count: Int { plugIn.count }

  /// The interval that holds the mean; the whole range before the first observation.
  public var interval: ClosedRange<Double> { scale.original(lower, upper) }

  /// Adds one observation.
  ///
  /// - Precondition: it lies in the range, up to rounding.
  public mutating func add(_ observation: Double) {
    let value = scale.scaled(observation)
    let logarithm = log(2 / delta)
    let bet = min(0.5, plugIn.bet(logarithm: logarithm))
    let deviation = value - plugIn.mean
    bets += bet
    weighted += bet * value
    penalty += deviation * deviation * (-log1p(-bet) - bet)
    plugIn.add(value)
    let (centre, radius) = (weighted / bets, (logarithm + penalty) / bets)
    let (first, last) = (max(lower, centre - radius), min(upper, centre + radius))
    // An empty intersection has a probability of at most δ; the last interval is as good as any then.
    if first <= last { (lower, upper) = (first, last) }
  }
}

extension EmpiricalBernsteinSequence: Codable {
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    scale = try ObservationScale(from: &container)
    delta = try container.decodeDelta()
    plugIn = try PredictablePlugIn(from: &container)
    let numbers = try container.decodeNumbers(5)
    guard numbers[0] >= 0, 0 <= numbers[3], numbers[3] <= numbers[4], numbers[4] <= 1 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "the sums of an empirical Bernstein sequence are out of range")
    }
    (bets, weighted, penalty) = (numbers[0], numbers[1], numbers[2])
    (lower, upper) = (numbers[3], numbers[4])
  }

  public func encode(to encoder: any Encoder) throws {
    var container: any UnkeyedEncodingContainer = encoder.unkeyedContainer()
    try scale.encode(to: &container)
    try container.encode(delta)
    try plugIn.encode(to: &container)
    for number in [bets, weighted, penalty, lower, upper] { try container.encode(number) }
  }
}
