#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The size of the next bet, chosen from the observations before it: the predictable plug-in of Waudby-Smith and Ramdas,
/// "Estimating means of bounded random variables by betting" (2024, arXiv 2010.09686), equations 14 and 15.
///
/// Observations lie in [0, 1]. Mean and variance begin with a pseudo-observation of mean ½ and variance ¼, so that the
/// first bets are cautious.
struct PredictablePlugIn: Sendable, Hashable {
  private(set) var count: Int
  private(set) var sum: Double
  /// Σ(x_i − μ̂_i)².
  private(set) var squares: Double

  init() {
    count = 0
    sum = 0
    squares = 0
  }

  /// nil unless the numbers, perhaps read from a file, can be those of `count` observations in [0, 1].
  init?(count: Int, sum: Double, squares: Double) {
    guard count >= 0, sum >= 0, sum <= Double(count), squares >= 0, squares <= Double(count) else { return nil }
    self.count = count
    self.sum = sum
    self.squares = squares
  }

  /// μ̂_t = (½ + Σx) / (t + 1).
  var mean: Double { (0.5 + sum) / (Double(count) + 1) }

  /// σ̂²_t = (¼ + Σ(x_i − μ̂_i)²) / (t + 1).
  var variance: Double { (0.25 + squares) / (Double(count) + 1) }

  /// λ_t = √(2·ln(2/α) / (σ̂²_{t−1}·t·ln(1 + t))), not truncated, for the observation t = count + 1.
  func bet(logarithm: Double) -> Double {
    let next = Double(count) + 1
    return (2 * logarithm / (variance * next * log(1 + next))).squareRoot()
  }

  mutating func add(_ observation: Double) {
    count += 1
    sum += observation
    let deviation = observation - mean
    squares += deviation * deviation
  }
}

/// The interval that holds every observation, mapped to [0, 1].
struct ObservationScale: Sendable, Hashable {
  let lower: Double
  let length: Double

  /// - Precondition: the range is finite and not a single point.
  init(_ range: ClosedRange<Double>) {
    precondition(range.lowerBound.isFinite && range.upperBound.isFinite, "observations lie in a finite interval")
    precondition(range.lowerBound < range.upperBound, "observations lie in an interval that is not a point")
    lower = range.lowerBound
    length = range.upperBound - range.lowerBound
  }

  /// `observation` in [0, 1]; rounding beyond the ends is cut off.
  ///
  /// - Precondition: the observation lies in the range, up to rounding.
  func scaled(_ observation: Double) -> Double {
    let value = (observation - lower) / length
    precondition(value >= -1e-9 && value <= 1 + 1e-9, "an observation lies outside the range that was stated")
    return min(1, max(0, value))
  }

  /// A scaled interval in the observations' units.
  func original(_ scaledLower: Double, _ scaledUpper: Double) -> ClosedRange<Double> {
    let (first, last) = (lower + length * scaledLower, lower + length * scaledUpper)
    return min(first, last)...max(first, last)
  }

  var range: ClosedRange<Double> { lower...(lower + length) }
}
