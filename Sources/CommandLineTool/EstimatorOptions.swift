import CooperativeGames
import InputErrors
import NeuronShapley

/// The options that choose an estimator and its constants.
struct EstimatorOptions: Sendable {
  /// The estimators by their names on the command line.
  enum Name: String, Sendable, CaseIterable {
    /// None is named: one is chosen.
    case auto
    case permutation, stars, msr, stratified, svarm, leverage
    case regressionAdjusted = "regression-adjusted"
    case gradient, racing
    case tmab, exact
    case leaveOneOut = "leave-one-out"

    /// The estimator that is named; nil where one is to be chosen.
    var kind: EstimatorChoice.Kind? {
      switch self {
      case .auto: nil
      case .permutation: .permutation
      case .stars: .stars
      case .msr: .msr
      case .stratified: .stratified
      case .svarm: .svarm
      case .leverage: .leverage
      case .regressionAdjusted: .regressionAdjusted
      case .gradient: .gradient
      case .racing: .racing
      case .tmab: .tmab
      case .exact: .exact
      case .leaveOneOut: .leaveOneOut
      }
    }
  }

  static let estimator = CommandOption<Name>.choice(
    "estimator", "E",
    "How the values are found. auto: chosen among exact, stars, racing, gradient and permutation by what an evaluation, a "
      + "backward pass and a toggle cost in multiply-adds (never by the clock), by the metric, the numbers of players and images, "
      + "and by what is asked: all coalitions where they are few; stars where limits are to decide a top; permutation for other "
      + "limits, for a target error and where only a time is given; gradient for budgets of fewer than eight orders; racing "
      + "where its guidance pays. What was chosen, and why, is said and kept with the result. permutation: random orders of removal; unbiased, dummies get exactly 0, cheap steps. stars: "
      + "random coalitions at which filters are toggled one at a time; with limits and a top to decide those at its "
      + "boundary most, the one to decide a top with; dummies get exactly 0. racing: "
      + "slopes from backward passes, then exact toggles where they decide most for their cost, combined by shrinkage; "
      + "pays where late layers' filters are much cheaper to toggle than early ones'; slightly biased, and limits are of the "
      + "toggles alone. gradient: the slopes only; a first "
      + "glance in a few passes, biased. msr: "
      + "random coalitions, each informing every player; unbiased, the first choice when full passes are cheap or players "
      + "are many. regression-adjusted: msr on what a fitted linear game leaves; unbiased, better than msr once there are "
      + "several pairs of coalitions a player. svarm: msr with a mean for every player and size; unbiased, for up to 1,024 "
      + "players and budgets far beyond its warm-up. leverage: the regression alone, as Leverage SHAP; slightly biased, for "
      + "comparison. stratified: marginals at every coalition size equally often; unbiased and independent. tmab: the "
      + "published bandit with its known defects. exact: all coalitions, for at most 20 players. leave-one-out: what each "
      + "player's removal alone costs, which is no Shapley value.", default: .auto)
  /// Whether images have coalitions of their own, by the words on the command line.
  enum Coalitions: String, Sendable, CaseIterable {
    case perImage = "per-image"
    case shared

    var sharing: CoalitionSharing {
      switch self {
      case .perImage: .perComponent
      case .shared: .shared
      }
    }
  }

  static let coalitions = CommandOption<Coalitions>.choice(
    "coalitions", "C",
    "stars, msr, svarm, leverage, regression-adjusted: whether every image of a group of eight has a coalition of its own, "
      + "which tells most per evaluation, or all share one, which takes fewer multiply-adds, and is what auto gives to stars.",
    default: .perImage)
  static let top = CommandOption<Int>.count(
    "top", "K",
    "How many players the top has: what tmab looks for, and what confidence limits decide about. Lists and charts show as "
      + "many, 50 at most.",
    default: "100 for tmab, else 20")
  static let imagesPerOrder = CommandOption<Int>.count(
    "images-per-order", "N", "On how many images an order is walked.", default: "8, for tmab 128")
  static let noAntithetic = CommandOption<Bool>.flag(
    "no-antithetic",
    "permutation: do not walk each order in reverse too; stars: do not toggle at each coalition's complement too.")
  static let truncation = CommandOption<Double>.real(
    "truncation", "T",
    "permutation: end an order once |v(S) − v(∅)| ≤ T · |v(N) − v(∅)|; the players after it share what is left, corrected "
      + "by a roulette, so that nothing is biased (but see --continuation 0).", default: "none",
    expected: "a number from 0 to 1"
  ) { (0...1).contains($0) }
  static let continuation = CommandOption<Double>.real(
    "continuation", "P",
    "permutation: the roulette's probability of walking a truncated order to its end. Small ones are cheap but noisy: "
      + "what is found there counts 1/P times. 0 plays no roulette: the players after a truncation count as 0, which is "
      + "biased, and the report says so.", default: "0.5", expected: "0, or a number from 0.001 to 1"
  ) { $0 == 0 || (0.001...1).contains($0) }
  static let range = CommandOption<Double>.real(
    "range", "R", "tmab: R of the published limits.", default: "1 for shares, ln(classes) for log-likelihood",
    expected: "a number above 0"
  ) { $0 > 0 }
  static let truncateAfter = CommandOption<Int>.count(
    "truncate-after", "N", "tmab: end an order after N evaluations in a row near chance.", default: "6")
  static let truncateBelow = CommandOption<Double>.real(
    "truncate-below", "T", "tmab: near chance means at most chance + T.", default: "0.2", expected: "a number"
  ) { _ in true }
  static let chance = CommandOption<Double>.real(
    "chance", "V", "tmab: what guessing scores.", default: "by the metric and the classes", expected: "a number"
  ) { _ in true }
  static let ordersPerUpdate = CommandOption<Int>.count(
    "orders-per-update", "N", "tmab: orders between two updates of the active players.", default: "10")

  static let group = CommandDescription.OptionGroup(
    "estimation",
    [
      estimator.declaration, top.declaration, ConfidenceOptions.confidence.declaration,
      ConfidenceOptions.delta.declaration, ConfidenceOptions.tolerance.declaration, imagesPerOrder.declaration,
      noAntithetic.declaration, truncation.declaration, continuation.declaration, coalitions.declaration,
      range.declaration, truncateAfter.declaration,
      truncateBelow.declaration, chance.declaration, ordersPerUpdate.declaration,
    ])

  /// The estimator that is named; nil where one is to be chosen.
  let kind: EstimatorChoice.Kind?
  /// Those to choose among: with every setting that is given.
  let candidates: Set<EstimatorChoice.Kind>
  let top: Int?
  let confidence: ConfidenceOptions
  private let arguments: Arguments

  /// - Throws: ``InputError`` (usage) for values that are wrong and for options that the estimator does not have.
  init(_ arguments: Arguments) throws {
    self.arguments = arguments
    kind = try (arguments.value(Self.estimator) ?? .auto).kind
    top = try arguments.value(Self.top)
    confidence = try ConfidenceOptions(arguments, top: top)
    if let kind, let option = Self.foreign(to: kind, arguments).first {
      throw InputError(
        .usage, "the estimator '\(kind.rawValue)' has no such setting", at: .init(key: "--\(option.name)"))
    }
    candidates = EstimatorRule.candidates.filter { kind in
      // Exact values have no error, so that they meet any target.
      Self.foreign(to: kind, arguments).allSatisfy {
        kind == .exact && $0.name == BudgetOptions.standardError.declaration.name
      }
    }
    if kind == nil, candidates.isEmpty {
      let option = Self.foreign(to: .permutation, arguments).first ?? Self.estimator.declaration
      throw InputError(
        .usage, "no estimator that is chosen by itself has this setting", at: .init(key: "--\(option.name)"),
        hint: "name the one that it is meant for with --estimator")
    }
    if arguments.has(Self.continuation), !arguments.has(Self.truncation) {
      throw InputError(
        .usage, "there is nothing to continue without truncation", at: .init(key: "--continuation"),
        hint: "add --truncation")
    }
  }

  /// Throws when settings are given that the estimator of a run that is gone on with does not have.
  func require(_ earlier: EstimatorChoice.Kind) throws(InputError) {
    guard kind == nil, let option = Self.foreign(to: earlier, arguments).first else { return }
    throw InputError(
      .usage, "the run was begun with the estimator '\(earlier.rawValue)', which has no such setting",
      at: .init(key: "--\(option.name)"), hint: "resume without it, or begin a new run")
  }

  /// The options given that an estimator does not have.
  private static func foreign(to kind: EstimatorChoice.Kind, _ arguments: Arguments) -> [OptionDeclaration] {
    let delta = [ConfidenceOptions.delta.declaration]
    let limits = [ConfidenceOptions.confidence.declaration, ConfidenceOptions.tolerance.declaration]
    let tmabOnly = [
      range.declaration, truncateAfter.declaration, truncateBelow.declaration, chance.declaration,
      ordersPerUpdate.declaration,
    ]
    let permutationOnly = [truncation.declaration, continuation.declaration]
    let target = [BudgetOptions.standardError.declaration]
    let antithetic = [noAntithetic.declaration]
    let sharing = [coalitions.declaration]
    let walks = [imagesPerOrder.declaration]
    let foreign =
      switch kind {
      case .permutation: tmabOnly + sharing
      case .stars: tmabOnly + permutationOnly
      case .gradient: tmabOnly + permutationOnly + walks + antithetic + sharing + limits + delta
      case .racing: tmabOnly + permutationOnly + walks + antithetic + sharing + target
      case .msr: tmabOnly + permutationOnly + walks + antithetic + limits + delta
      case .svarm, .leverage, .regressionAdjusted:
        tmabOnly + permutationOnly + walks + antithetic + target + limits + delta
      case .stratified: tmabOnly + permutationOnly + walks + antithetic + sharing + limits + delta
      case .tmab: permutationOnly + antithetic + target + sharing + limits
      case .exact, .leaveOneOut:
        tmabOnly + permutationOnly + walks + antithetic + target + sharing + limits + delta
      }
    return foreign.filter { arguments.isGiven($0) }
  }

  /// An estimator with its settings.
  ///
  /// - Parameters:
  ///   - kind: the one that is named, or was chosen.
  ///   - evaluations: the budget; nil for none.
  ///   - choice: why it was chosen; nil for one that is named. It decides about slopes, and lets images share the coalitions
  ///     of stars, which take fewer multiply-adds then.
  ///   - labels: those of the evaluated images, which decide what guessing scores.
  func settings(
    of kind: EstimatorChoice.Kind, for metric: PerformanceMetric, labels: [Int], classCount: Int, evaluations: Int?,
    standardError: Double?, choice: ChosenEstimator?
  ) throws -> EstimatorChoice {
    let sharing = (try arguments.value(Self.coalitions) ?? (choice == nil ? .perImage : .shared)).sharing
    switch kind {
    case .msr:
      return .msr(.init(evaluations: evaluations, standardError: standardError, sharing: sharing))
    case .stratified: return .stratified(.init(evaluations: evaluations, standardError: standardError))
    case .svarm: return .svarm(.init(evaluations: evaluations, sharing: sharing))
    case .leverage: return .leverage(.init(evaluations: evaluations, sharing: sharing))
    case .regressionAdjusted: return .regressionAdjusted(.init(evaluations: evaluations, sharing: sharing))
    case .permutation:
      let tolerance = try arguments.value(Self.truncation)
      let truncation: Truncation = if let tolerance { .towardsEmpty(tolerance: tolerance) } else { .none }
      let continuation = try arguments.value(Self.continuation) ?? 0.5
      let settings = PermutationEstimator.Configuration(
        evaluations: evaluations, standardError: standardError, isAntithetic: !arguments[Self.noAntithetic],
        truncation: truncation, rest: continuation > 0 ? .spread(continuation: continuation) : .recordZero,
        componentsPerUnit: try arguments.value(Self.imagesPerOrder), confidence: confidence.request(for: metric))
      return .permutation(settings)
    case .stars:
      return .stars(
        StarEstimator.Configuration(
          evaluations: evaluations, standardError: standardError, isAntithetic: !arguments[Self.noAntithetic],
          sharing: sharing, componentsPerUnit: try arguments.value(Self.imagesPerOrder),
          confidence: confidence.request(for: metric)))
    case .gradient: return .gradient(.init(evaluations: evaluations, standardError: standardError))
    case .racing:
      return .racing(
        RacingEstimator.Configuration(
          evaluations: evaluations, topCount: top, slopePasses: choice?.slopePasses ?? 1,
          confidence: confidence.request(for: metric)
        ))
    case .tmab:
      let published = try Self.published(for: metric, labels: labels, classCount: classCount, arguments)
      let level: Double = if case .consecutive(_, let chance, _) = published.truncation { chance } else { 0 }
      let truncation = Truncation.consecutive(
        evaluations: try arguments.value(Self.truncateAfter) ?? 6,
        chance: try arguments.value(Self.chance) ?? level,
        threshold: try arguments.value(Self.truncateBelow) ?? 0.2)
      let settings = TMABEstimator.Configuration(
        topCount: top ?? published.topCount, delta: try arguments.value(ConfidenceOptions.delta) ?? published.delta,
        range: try arguments.value(Self.range) ?? published.range,
        componentsPerOrder: try arguments.value(Self.imagesPerOrder) ?? published.componentsPerOrder,
        truncation: truncation,
        ordersPerUpdate: try arguments.value(Self.ordersPerUpdate) ?? published.ordersPerUpdate,
        evaluations: evaluations)
      return .tmab(settings)
    case .exact: return .exact(evaluations: evaluations)
    case .leaveOneOut: return .leaveOneOut(evaluations: evaluations)
    }
  }

  /// The budget for an estimator that would go on for ever: what ``BudgetOptions/defaultUnits`` orders and their reverses
  /// take, with what stars need besides.
  static func defaultEvaluations(of kind: EstimatorChoice.Kind, playerCount: Int, imageCount: Int) -> Int {
    let group = min(8, max(1, imageCount))
    let walks = BudgetOptions.defaultUnits * 2 * playerCount * group
    return kind == .stars ? walks + BudgetOptions.defaultUnits * 2 * group + 2 * imageCount : walks
  }

  /// The published constants; for a metric without a level of chance or a range, those of accuracy when the options give
  /// both.
  private static func published(
    for metric: PerformanceMetric, labels: [Int], classCount: Int, _ arguments: Arguments
  ) throws -> TMABEstimator.Configuration {
    do { return try .published(for: metric, labels: labels, classCount: classCount) } catch {
      if arguments.has(chance), arguments.has(range) { return TMABEstimator.Configuration() }
      var error = error
      error.hint = "give --chance and --range, use --estimator permutation, or choose another metric"
      throw error.asOption
    }
  }
}

extension EstimatorChoice.Kind {
  /// Whether the estimator goes on for ever without a limit, so that it is given one.
  var needsBudget: Bool {
    switch self {
    case .permutation, .stars, .msr, .stratified, .svarm, .leverage, .regressionAdjusted, .gradient, .racing: true
    case .tmab, .exact, .leaveOneOut: false
    }
  }
}

extension EstimatorChoice {
  /// The budget of evaluations that the estimator was given.
  var evaluations: Int? {
    switch self {
    case .permutation(let settings): settings.evaluations
    case .msr(let settings): settings.evaluations
    case .stratified(let settings): settings.evaluations
    case .svarm(let settings): settings.evaluations
    case .leverage(let settings): settings.evaluations
    case .regressionAdjusted(let settings): settings.evaluations
    case .stars(let settings): settings.evaluations
    case .gradient(let settings): settings.evaluations
    case .racing(let settings): settings.evaluations
    case .tmab(let settings): settings.evaluations
    case .exact(let evaluations), .leaveOneOut(let evaluations): evaluations
    }
  }
}
