import CooperativeGames

/// What is asked of an estimator that is still to be chosen.
public struct EstimatorRequest: Sendable, Hashable {
  /// The kinds to choose among: those that have every setting that was given. Empty sets are answered with permutation sampling.
  public var candidates: Set<EstimatorChoice.Kind>
  public var metric: PerformanceMetric
  /// The most evaluations to spend; nil for no such limit.
  public var evaluations: Int?
  /// The most multiplications with addition to spend; nil for no such limit.
  public var multiplyAdds: Int?
  /// Whether a clock ends the run.
  public var isTimed: Bool
  /// The standard error at which the run ends; nil for none.
  public var standardError: Double?
  /// The limits that are to be claimed; nil for none.
  public var confidence: ConfidenceRequest?

  public init(
    candidates: Set<EstimatorChoice.Kind> = EstimatorRule.candidates, metric: PerformanceMetric,
    evaluations: Int? = nil,
    multiplyAdds: Int? = nil, isTimed: Bool = false, standardError: Double? = nil, confidence: ConfidenceRequest? = nil
  ) {
    self.candidates = candidates
    self.metric = metric
    self.evaluations = evaluations
    self.multiplyAdds = multiplyAdds
    self.isTimed = isTimed
    self.standardError = standardError
    self.confidence = confidence
  }
}

/// An estimator that was chosen, and what decided.
public struct ChosenEstimator: Sendable, Hashable, Codable {
  /// The figures that decided.
  public enum Ground: Sendable, Hashable, Codable {
    /// All coalitions on all images cost `evaluations`, no more than is to be spent on sampling.
    case fewCoalitions(players: Int, evaluations: Int)
    /// The limits that are asked for are to decide a top of that many players.
    case topToDecide(count: Int)
    /// Limits are asked for all players' values.
    case limits
    /// A target for every player's standard error.
    case target
    /// The clock ends the run, so that nobody knows how much is spent; a step costs that share of a forward pass.
    case clock(step: Double)
    /// The settings that were given leave nothing else.
    case settings
    /// The budget pays for `walks` orders with their reverses, fewer than `fewest`.
    case fewWalks(walks: Double, fewest: Int)
    /// The metric counts right answers, which the probability of the right class from the same evaluations foretells: guided by
    /// it, toggles go `advantage` times as far as walks, at least `least`; the budget pays for `walks` orders with
    /// their reverses, and for slopes too or not.
    case foretold(advantage: Double, least: Double, walks: Double, takesSlopes: Bool)
    /// Guided toggles go `advantage` times as far as walks, at least `least`: players' toggles differ by `spread` in cost, and the
    /// budget pays for `walks` orders with their reverses.
    case unevenToggles(advantage: Double, least: Double, spread: Double, walks: Double, takesSlopes: Bool)
    /// They go only `advantage` times as far; a walk's step costs that share of a forward pass.
    case evenToggles(advantage: Double, least: Double, step: Double)
    /// The budget is only `starts` times what a race begins with.
    case shortRace(starts: Double, fewest: Double)
  }

  public var kind: EstimatorChoice.Kind
  public var ground: Ground

  /// Passes over the images that a race takes slopes in: none where the budget is too small for them.
  public var slopePasses: Int {
    switch ground {
    case .foretold(_, _, _, let takesSlopes), .unevenToggles(_, _, _, _, let takesSlopes): takesSlopes ? 1 : 0
    case .fewCoalitions, .topToDecide, .limits, .target, .clock, .settings, .fewWalks, .evenToggles, .shortRace: 1
    }
  }

  public init(_ kind: EstimatorChoice.Kind, because ground: Ground) {
    self.kind = kind
    self.ground = ground
  }
}
