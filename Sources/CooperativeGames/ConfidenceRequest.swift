import InputErrors
import Statistics

/// What an estimator is asked to claim about its values: the kind of statement, its risk, and the top k to decide.
///
/// Three kinds of statement that must not be confused: limits that hold at all times (betting, empirical Bernstein),
/// limits that hold in the limit of many observations, and limits for a number of observations fixed in advance.
public struct ConfidenceRequest: Sendable, Hashable, Codable {
  /// How limits are found.
  public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
    /// Time-uniform, the tightest: `BettingSequence`.
    case betting
    /// Time-uniform, in closed form: `EmpiricalBernsteinSequence`.
    case empiricalBernstein = "empirical-bernstein"
    /// Time-uniform in the limit of many observations: `AsymptoticSequence`. The only one for outputs without a range.
    case asymptotic
    /// For a number of observations fixed in advance: `ConfidenceBound.empiricalBernstein`, claimed at its end only.
    case fixedSample = "fixed-sample"

    /// Whether observations must lie in a known interval.
    public var needsRange: Bool {
      switch self {
      case .betting, .empiricalBernstein, .fixedSample: true
      case .asymptotic: false
      }
    }

    /// Whether one may look while observations come in, and stop when one likes.
    public var allowsPeeking: Bool {
      switch self {
      case .betting, .empiricalBernstein, .asymptotic: true
      case .fixedSample: false
      }
    }
  }

  public var method: Method
  /// δ, the risk that any of all players' limits is wrong, above 0 and at most ½. Each player's share is δ / n, over the
  /// players at the start; it is never divided anew.
  public var delta: Double
  /// k: the size of the top to decide; nil when only limits are asked for.
  public var topCount: Int?
  /// ε: how far from the k-th largest value a player may be called either way, at least 0, in units of the output.
  public var tolerance: Double
  /// The number of observations near which asymptotic limits are narrowest; without effect on the others.
  public var sampleSize: Int

  public init(
    method: Method = .betting, delta: Double = 0.05, topCount: Int? = nil, tolerance: Double = 0, sampleSize: Int = 1000
  ) {
    self.method = method
    self.delta = delta
    self.topCount = topCount
    self.tolerance = tolerance
    self.sampleSize = sampleSize
  }

  /// What the limits claim.
  public var statement: ConfidenceStatement {
    switch method {
    case .betting, .empiricalBernstein: .timeUniform(delta: delta)
    case .asymptotic: .asymptotic(delta: delta)
    case .fixedSample: .fixedSample(delta: delta)
    }
  }

  /// Throws unless every number is in its range for a game of `playerCount` players.
  public func validate(playerCount: Int) throws(InputError) {
    guard delta > 0, delta <= 0.5 else {
      throw InputError(
        .usage, "the confidence level is out of range", at: .init(key: "delta"),
        expected: "a number above 0 and at most 0.5", found: "\(delta)")
    }
    guard tolerance >= 0, tolerance.isFinite else {
      throw InputError(
        .usage, "the tolerance of the top k is out of range", at: .init(key: "tolerance"),
        expected: "a number of at least 0", found: "\(tolerance)")
    }
    guard sampleSize >= 1 else {
      throw InputError(
        .usage, "the sample size of interest is out of range", at: .init(key: "sampleSize"), expected: "at least 1",
        found: "\(sampleSize)")
    }
    if let topCount, !(1...playerCount).contains(topCount) {
      throw InputError(
        .usage, "the top k does not fit the game", at: .init(key: "top"), expected: "1 to \(playerCount) players",
        found: "\(topCount)")
    }
  }

  /// Whether a run may end because its top k is decided.
  func allowsStopping(_ decision: TopKDecision?) -> Bool { method.allowsPeeking && decision?.isComplete == true }

  /// Throws when limits at a fixed sample are asked of a run whose number of observations nobody knows in advance.
  func requirePlan(evaluations: Int?, standardError: Double?) throws(InputError) {
    guard method == .fixedSample else { return }
    guard evaluations != nil, standardError == nil else {
      throw InputError(
        .usage, "limits at a fixed sample need a number of evaluations that is fixed in advance",
        at: .init(key: "confidence"), expected: "a budget of evaluations and no target error",
        hint: "time-uniform limits hold whenever a run ends")
    }
  }

  /// The interval that holds every marginal contribution of `output`, [−w, w] for values in an interval of length w.
  ///
  /// With a roulette, which walks a truncated order on with probability `continuation` = p, a marginal becomes
  /// b + 1{B}(Δ − b)/p with b = (v(S) − v(∅)) / remaining, and the interval [−w/p, w/p]: where B = 1 it is
  /// (v(S) − v(S∖i))/p − (1/p − 1)·b, whose coefficient of v(S) is not negative, so that it is largest for the largest
  /// v(S), where b ≥ 0, and smallest for the smallest, where b ≤ 0.
  ///
  /// - Returns: nil when the method needs no range.
  /// - Throws: ``InputErrors/InputError`` (usage) when it needs one and the output has none.
  public func observationRange(
    of output: GameDescription.Output, continuation: Double = 1
  ) throws(InputError) -> ClosedRange<Double>? {
    guard method.needsRange else { return nil }
    guard let range = output.range, range.lowerBound < range.upperBound else {
      throw InputError(
        .usage, "no limits of this kind exist for '\(output.name)', whose values have no bounds",
        at: .init(key: "confidence"), expected: "asymptotic",
        hint: output.name == "log-likelihood"
          ? "give the log-likelihood a floor, which bounds it, or ask for asymptotic limits"
          : "choose a metric with bounds, or ask for asymptotic limits")
    }
    let width = (range.upperBound - range.lowerBound) / continuation
    return -width...width
  }
}
