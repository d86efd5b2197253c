import CooperativeGames
import InputErrors

/// How values are estimated, with the estimator's settings.
public enum EstimatorChoice: Sendable, Hashable {
  /// Permutation sampling.
  case permutation(PermutationEstimator.Configuration)
  /// Maximum sample reuse: random coalitions and their complements, each informing every filter.
  case msr(MSREstimator.Configuration)
  /// Marginal contributions stratified by coalition size.
  case stratified(StratifiedEstimator.Configuration)
  /// Stratified SVARM: maximum sample reuse with a mean for every filter and size.
  case svarm(SVARMEstimator.Configuration)
  /// Leverage-score sampling of the Shapley value's regression; biased in finite samples.
  case leverage(LeverageEstimator.Configuration)
  /// Maximum sample reuse on what a cross-fitted linear game leaves.
  case regressionAdjusted(RegressionAdjustedEstimator.Configuration)
  /// Star sampling, at the boundary of the top k when one is asked for.
  case stars(StarEstimator.Configuration)
  /// Slopes alone, averaged over coalition sizes by the trapezoid rule; biased.
  case gradient(GradientEstimator.Configuration)
  /// Slopes, exact toggles where they decide most for their cost, and shrinkage; its values are pulled towards what slopes
  /// foretell. The companions are the job's to choose, by the metric.
  case racing(RacingEstimator.Configuration)
  /// The published bandit, TMAB-Shapley; see ``CooperativeGames/TMABEstimator/Configuration/published(for:labels:classCount:)``.
  case tmab(TMABEstimator.Configuration)
  /// Enumeration of all coalitions of at most 20 players; refused when it needs more evaluations than allowed.
  case exact(evaluations: Int? = nil)
  /// What each player's removal alone costs: no Shapley value, but the natural baseline; refused when it needs more
  /// evaluations than allowed.
  case leaveOneOut(evaluations: Int? = nil)

  /// An estimator's name without its settings.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case permutation
    case msr
    case stratified
    case svarm
    case leverage
    case regressionAdjusted = "regression-adjusted"
    case stars
    case gradient
    case racing
    case tmab
    case exact
    case leaveOneOut = "leave-one-out"

    /// Reads the name used on the command line.
    ///
    /// - Throws: ``InputErrors/InputError`` (usage) with the closest name for any other text.
    public init(parsing text: String) throws(InputError) {
      let names = Self.allCases.map(\.rawValue)
      guard let kind = Self(rawValue: text) else {
        throw InputError(
          .usage, "unknown estimator '\(text)'", at: .init(key: "estimator"), expected: names.joined(separator: ", "),
          hint: Suggestion.hint(for: text, among: names))
      }
      self = kind
    }
  }

  public var kind: Kind {
    switch self {
    case .permutation: .permutation
    case .msr: .msr
    case .stratified: .stratified
    case .svarm: .svarm
    case .leverage: .leverage
    case .regressionAdjusted: .regressionAdjusted
    case .stars: .stars
    case .gradient: .gradient
    case .racing: .racing
    case .tmab: .tmab
    case .exact: .exact
    case .leaveOneOut: .leaveOneOut
    }
  }

  /// The name on the command line and in files.
  public var name: String { kind.rawValue }

  /// How many different components (images) `units` of work have drawn; nil when that is not known.
  func drawnImageCount(units: Int, in game: GameDescription) -> Int? {
    // Every component is dealt once before any a second time.
    func dealt(_ groupSize: Int?) -> Int {
      min(game.componentCount, units * min(groupSize ?? game.laneCount, game.componentCount))
    }
    switch self {
    case .permutation(let settings): return settings.confidence == nil ? dealt(settings.componentsPerUnit) : nil
    case .msr(let settings): return dealt(settings.componentsPerUnit)
    case .stratified(let settings): return dealt(settings.componentsPerUnit)
    case .svarm(let settings): return dealt(settings.componentsPerUnit)
    case .leverage(let settings): return dealt(settings.componentsPerUnit)
    case .regressionAdjusted(let settings): return dealt(settings.componentsPerUnit)
    case .gradient: return dealt(nil)
    case .racing(let settings): return settings.confidence == nil ? dealt(nil) : nil
    // Drawn with replacement.
    case .stars, .tmab: return nil
    case .exact, .leaveOneOut: return game.componentCount
    }
  }

  /// The size of the top that the estimator itself decides about; nil when it decides nothing.
  public var topCount: Int? {
    switch self {
    case .tmab(let settings): settings.topCount
    case .racing(let settings): settings.topCount
    case .permutation, .stars, .msr, .stratified, .svarm, .leverage, .regressionAdjusted, .gradient, .exact,
      .leaveOneOut:
      confidence?.topCount
    }
  }

  /// The confidence limits that the estimator is asked for; nil for none.
  public var confidence: ConfidenceRequest? {
    switch self {
    case .permutation(let settings): settings.confidence
    case .stars(let settings): settings.confidence
    case .racing(let settings): settings.confidence
    case .msr, .stratified, .svarm, .leverage, .regressionAdjusted, .gradient, .tmab, .exact, .leaveOneOut:
      nil
    }
  }

  /// Whether the estimator takes slopes, for which the game needs room and a backward pass.
  public var takesSlopes: Bool {
    switch self {
    case .gradient: true
    case .racing(let settings): settings.slopePasses > 0
    case .permutation, .stars, .msr, .stratified, .svarm, .leverage, .regressionAdjusted, .tmab, .exact, .leaveOneOut:
      false
    }
  }

  /// The metrics that a race evaluates beside `metric`, at no cost, because they foretell it with less noise: the mean
  /// probability for what counts right answers.
  func companions(of metric: PerformanceMetric) -> [PerformanceMetric] {
    guard case .racing = self else { return [] }
    switch metric {
    case .accuracy, .top5: return [.probability]
    case .attackSuccess(let target): return [.attackProbability(target: target)]
    case .logLikelihood, .probability, .logit, .margin, .classAccuracy, .binary, .attackProbability: return []
    }
  }
}

extension EstimatorChoice: Codable {
  private enum Key: String, CodingKey { case name, settings, evaluations }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    switch try container.decode(Kind.self, forKey: .name) {
    case .permutation:
      self = .permutation(try container.decode(PermutationEstimator.Configuration.self, forKey: .settings))
    case .msr: self = .msr(try container.decode(MSREstimator.Configuration.self, forKey: .settings))
    case .stratified:
      self = .stratified(try container.decode(StratifiedEstimator.Configuration.self, forKey: .settings))
    case .svarm: self = .svarm(try container.decode(SVARMEstimator.Configuration.self, forKey: .settings))
    case .leverage: self = .leverage(try container.decode(LeverageEstimator.Configuration.self, forKey: .settings))
    case .regressionAdjusted:
      self = .regressionAdjusted(
        try container.decode(RegressionAdjustedEstimator.Configuration.self, forKey: .settings))
    case .stars: self = .stars(try container.decode(StarEstimator.Configuration.self, forKey: .settings))
    case .gradient: self = .gradient(try container.decode(GradientEstimator.Configuration.self, forKey: .settings))
    case .racing: self = .racing(try container.decode(RacingEstimator.Configuration.self, forKey: .settings))
    case .tmab: self = .tmab(try container.decode(TMABEstimator.Configuration.self, forKey: .settings))
    case .exact: self = .exact(evaluations: try container.decodeIfPresent(Int.self, forKey: .evaluations))
    case .leaveOneOut: self = .leaveOneOut(evaluations: try container.decodeIfPresent(Int.self, forKey: .evaluations))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .name)
    switch self {
    case .permutation(let settings): try container.encode(settings, forKey: .settings)
    case .msr(let settings): try container.encode(settings, forKey: .settings)
    case .stratified(let settings): try container.encode(settings, forKey: .settings)
    case .svarm(let settings): try container.encode(settings, forKey: .settings)
    case .leverage(let settings): try container.encode(settings, forKey: .settings)
    case .regressionAdjusted(let settings): try container.encode(settings, forKey: .settings)
    case .stars(let settings): try container.encode(settings, forKey: .settings)
    case .gradient(let settings): try container.encode(settings, forKey: .settings)
    case .racing(let settings): try container.encode(settings, forKey: .settings)
    case .tmab(let settings): try container.encode(settings, forKey: .settings)
    case .exact(let evaluations), .leaveOneOut(let evaluations):
      try container.encodeIfPresent(evaluations, forKey: .evaluations)
    }
  }
}
