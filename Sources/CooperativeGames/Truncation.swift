import InputErrors

/// When a removal walk ends before its last player, because what is left of the coalition is worth next to nothing.
public enum Truncation: Sendable, Hashable, Codable {
  /// Never: every walk is complete.
  case none
  /// As soon as |v(S) − v(∅)| ≤ tolerance · |v(N) − v(∅)|, the values being means over the unit's components.
  case towardsEmpty(tolerance: Double)
  /// After this many evaluations in a row with v(S) − chance ≤ threshold, as in TMAB-Shapley (6, 1 / classes, 0.2).
  case consecutive(evaluations: Int, chance: Double, threshold: Double)

  /// Throws unless the tolerance lies in [0, 1], the threshold is a number and the evaluations are at least 1.
  public func validate() throws(InputError) {
    switch self {
    case .none: return
    case .towardsEmpty(let tolerance):
      guard tolerance >= 0, tolerance <= 1 else {
        throw InputError(
          .usage, "the truncation tolerance is out of range", at: .init(key: "tolerance"),
          expected: "a number from 0 to 1", found: "\(tolerance)")
      }
    case .consecutive(let evaluations, let chance, let threshold):
      guard evaluations >= 1 else {
        throw InputError(
          .usage, "truncation needs a number of evaluations in a row", at: .init(key: "truncation"),
          expected: "at least 1", found: "\(evaluations)")
      }
      guard chance.isFinite, threshold.isFinite else {
        throw InputError(
          .usage, "the truncation rule needs finite numbers", at: .init(key: "truncation"),
          found: "chance \(chance), threshold \(threshold)")
      }
    }
  }
}

/// What the players after a truncation are given.
public enum TruncatedRest: Sendable, Hashable, Codable {
  /// Zero, as published: biased towards 0, and the sum falls short of v(N) − v(∅).
  case recordZero
  /// Equal shares of what is left, corrected by a roulette: unbiased and exactly efficient.
  ///
  /// One coin B an order, at its truncation point, with probability `continuation` of walking on to the end. With
  /// b = (v(S) − v(∅)) / players left, a remaining player's marginal becomes b + 1{B}(Δ − b) / continuation; its
  /// expectation is Δ, and the remaining marginals always sum to v(S) − v(∅).
  case spread(continuation: Double)

  /// Throws unless the probability lies in (0, 1].
  public func validate() throws(InputError) {
    guard case .spread(let continuation) = self else { return }
    guard continuation > 0, continuation <= 1 else {
      throw InputError(
        .usage, "the roulette's probability of continuing is out of range", at: .init(key: "continuation"),
        expected: "a number above 0 and at most 1", found: "\(continuation)")
    }
  }
}

/// The memory that a truncation rule needs along one walk.
struct TruncationMonitor {
  private let rule: Truncation
  private let grandValue: Double
  private let emptyValue: Double
  private var inARow = 0

  init(_ rule: Truncation, grandValue: Double, emptyValue: Double) {
    self.rule = rule
    self.grandValue = grandValue
    self.emptyValue = emptyValue
  }

  /// Whether there is nothing to walk for, v(N) being as good as v(∅).
  var endsWalkAtStart: Bool {
    switch rule {
    case .none, .consecutive: false
    case .towardsEmpty(let tolerance): grandValue == emptyValue && tolerance > 0
    }
  }

  /// Whether the walk may end after the evaluation of a smaller coalition gave `value`.
  mutating func endsWalk(after value: Double) -> Bool {
    switch rule {
    case .none:
      return false
    case .towardsEmpty(let tolerance):
      return abs(value - emptyValue) <= tolerance * abs(grandValue - emptyValue)
    case .consecutive(let evaluations, let chance, let threshold):
      inARow = value - chance <= threshold ? inARow + 1 : 0
      return inARow >= evaluations
    }
  }
}
