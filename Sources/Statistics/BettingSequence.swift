#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The tightest confidence sequence here for the mean of bounded observations: one gambler bets that the mean is larger
/// than m, another that it is smaller, and m is rejected as soon as either has become rich.
///
/// The hedged capital of Waudby-Smith and Ramdas (2024, arXiv 2010.09686, theorem 3): with x scaled to [0, 1],
/// K⁺(m) = Π(1 + λ⁺(x − m)), K⁻(m) = Π(1 − λ⁻(x − m)), bets √(2·ln(2/δ) / (σ̂²_{t−1}·t·ln(1 + t))) truncated so that no
/// bet can lose more than c = ¾ of the capital (½ is a little better for fair coins, ¾ by a third for the marginals of
/// neurons, which are far smaller than their range), and m rejected once max(½K⁺(m), ½K⁻(m)) ≥ 1/δ. If m is the mean,
/// both are martingales that begin at 1, so that their mean reaches 1/δ with probability at most δ (Ville).
///
/// **What δ means, and what it demands**: as for ``EmpiricalBernsteinSequence``. The interval is the intersection of all
/// so far.
///
/// **How the interval is found** without the past observations. The capital is kept at ``pointCount`` values of m that
/// span the present interval [L, U]. The bets are truncated at c/U and c/(1 − L) of that span, which is known before the
/// observation, so that for every m in it λ does not depend on m: ln K⁺ is decreasing and concave in m there, ln K⁻
/// increasing and concave. Between two points a chord hence lies *below* the logarithm of the capital, and rejecting by
/// the chord rejects nothing that the capital would not. When the interval has shrunk, the points are spread over it
/// anew, their capitals read off the chords, again from below. The interval is therefore never narrower than the true
/// one; the loss in ln K at a limit is about 4·ln²(2/δ) / (8·t·(points − 1)²) a spreading, below one percent of the
/// width (tested).
///
/// Constant memory, some 300 bytes; an observation takes 2 · ``pointCount`` logarithms.
public struct BettingSequence: Sendable, Hashable {
  /// The number of values of m at which the capital is kept.
  public static let pointCount = 16
  /// The largest share of the capital that a bet can lose.
  private static let largestLoss = 0.75
  /// The share of the points' span to which the interval shrinks before they are spread anew.
  private static let spreadBelow = 0.75
  /// Far above the rounding of a sum of 10⁷ logarithms; added to ln(2/δ), so that rounding rejects nothing.
  private static let roundingAllowance = 1e-7

  /// The risk that the mean is ever outside the interval.
  public let delta: Double
  private let scale: ObservationScale
  private var plugIn = PredictablePlugIn()
  private var first = 0.0
  private var last = 1.0
  /// ln K⁺ and ln K⁻ at the points from `first` to `last`, or something smaller.
  private var above = SIMD16<Double>.zero
  private var below = SIMD16<Double>.zero
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
    let bet = plugIn.bet(logarithm: logarithm)
    let betAbove = min(bet, Self.largestLoss / last)
    let betBelow = min(bet, Self.largestLoss / (1 - first))
    for place in 0..<Self.pointCount {
      let difference = value - point(place)
      above[place] += log1p(betAbove * difference)
      below[place] += log1p(-betBelow * difference)
    }
    plugIn.add(value)
    narrow(to: logarithm + Self.roundingAllowance)
    if upper - lower < Self.spreadBelow * (last - first) { spread() }
  }

  private func point(_ place: Int) -> Double {
    first + (last - first) * (Double(place) / Double(Self.pointCount - 1))
  }

  /// Takes away from both ends what the chords reject.
  private mutating func narrow(to threshold: Double) {
    var (newLower, newUpper) = (lower, upper)
    if let place = (0..<Self.pointCount).last(where: { above[$0] >= threshold }) {
      var share = 0.0
      if place + 1 < Self.pointCount { share = (above[place] - threshold) / (above[place] - above[place + 1]) }
      newLower = max(lower, point(place) + share * (last - first) / Double(Self.pointCount - 1))
    }
    if let place = (0..<Self.pointCount).first(where: { below[$0] >= threshold }) {
      var share = 0.0
      if place > 0 { share = (below[place] - threshold) / (below[place] - below[place - 1]) }
      newUpper = min(upper, point(place) - share * (last - first) / Double(Self.pointCount - 1))
    }
    // An empty interval has a probability of at most δ; the last one is as good as any then.
    if newLower <= newUpper { (lower, upper) = (newLower, newUpper) }
  }

  /// Spreads the points over the present interval, the capital at each read off the chord over it.
  private mutating func spread() {
    // Nothing is gained where the points would fall together.
    guard upper - lower > 1e-9 else { return }
    let (oldFirst, oldLast, oldAbove, oldBelow) = (first, last, above, below)
    (first, last) = (lower, upper)
    for place in 0..<Self.pointCount {
      let position = (point(place) - oldFirst) / (oldLast - oldFirst) * Double(Self.pointCount - 1)
      let left = min(Self.pointCount - 2, max(0, Int(position)))
      let share = min(1, max(0, position - Double(left)))
      above[place] = oldAbove[left] + share * (oldAbove[left + 1] - oldAbove[left])
      below[place] = oldBelow[left] + share * (oldBelow[left + 1] - oldBelow[left])
    }
  }
}

extension BettingSequence: Codable {
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    scale = try ObservationScale(from: &container)
    delta = try container.decodeDelta()
    plugIn = try PredictablePlugIn(from: &container)
    let ends = try container.decodeNumbers(4)
    guard 0 <= ends[0], ends[0] <= ends[2], ends[2] <= ends[3], ends[3] <= ends[1], ends[1] <= 1, ends[0] < ends[1]
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "the limits of a betting sequence are out of order")
    }
    (first, last, lower, upper) = (ends[0], ends[1], ends[2], ends[3])
    above = SIMD16(try container.decodeNumbers(Self.pointCount))
    below = SIMD16(try container.decodeNumbers(Self.pointCount))
  }

  public func encode(to encoder: any Encoder) throws {
    var container: any UnkeyedEncodingContainer = encoder.unkeyedContainer()
    try scale.encode(to: &container)
    try container.encode(delta)
    try plugIn.encode(to: &container)
    for number in [first, last, lower, upper] { try container.encode(number) }
    for place in above.indices { try container.encode(above[place]) }
    for place in below.indices { try container.encode(below[place]) }
  }
}
