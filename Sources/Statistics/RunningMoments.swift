/// Count, mean and variance of a stream of numbers, in constant memory (Welford 1962), mergeable (Chan et al. 1979).
///
/// Encoded as `[count, mean, sumOfSquaredDeviations]`; decoding restores the same bits.
public struct RunningMoments: Sendable, Hashable {
  /// How many observations were added.
  public private(set) var count: Int
  /// Their mean; 0 before the first.
  public private(set) var mean: Double
  /// Σ(x − mean)².
  public private(set) var sumOfSquaredDeviations: Double

  /// No observations yet.
  public init() {
    count = 0
    mean = 0
    sumOfSquaredDeviations = 0
  }

  /// The moments of `observations`, added in their order.
  public init(_ observations: some Sequence<Double>) {
    self.init()
    for observation in observations { add(observation) }
  }

  /// Adds one observation.
  public mutating func add(_ observation: Double) {
    count += 1
    let deviation = observation - mean
    mean += deviation / Double(count)
    sumOfSquaredDeviations += deviation * (observation - mean)
  }

  /// Adds all observations of `other`, as if they had been added one by one (up to rounding).
  public mutating func merge(_ other: RunningMoments) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    let total = count + other.count
    let difference = other.mean - mean
    let share = Double(other.count) / Double(total)
    mean += difference * share
    sumOfSquaredDeviations += other.sumOfSquaredDeviations + difference * difference * Double(count) * share
    count = total
  }

  /// The sample variance with divisor count − 1, or nil with fewer than two observations.
  public var variance: Double? { count > 1 ? sumOfSquaredDeviations / Double(count - 1) : nil }

  /// √(variance / count), the standard error of the mean of independent observations, or nil with fewer than two.
  public var standardError: Double? { variance.map { ($0 / Double(count)).squareRoot() } }
}

extension RunningMoments: Codable {
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    count = try container.decode(Int.self)
    mean = try container.decode(Double.self)
    sumOfSquaredDeviations = try container.decode(Double.self)
    guard count >= 0, mean.isFinite, sumOfSquaredDeviations.isFinite, sumOfSquaredDeviations >= 0 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "moments need a count and a sum of squares of at least 0")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(count)
    try container.encode(mean)
    try container.encode(sumOfSquaredDeviations)
  }
}
