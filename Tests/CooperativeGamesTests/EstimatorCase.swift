import CooperativeGames
import Testing

/// An estimator with its settings, and what is claimed of it: the conformance suite holds every case to its claims.
///
/// A new estimator joins the suite with a line in ``all``.
struct EstimatorCase: Sendable, CustomTestStringConvertible {
  /// How values relate to the exact ones.
  enum Bias: Sendable { case exact, unbiased, biased }
  /// What a player that never changes anything gets.
  enum Dummy: Sendable { case exactlyZero, zeroInExpectation, unclaimed }
  /// What standard errors are worth: `none` when they are not claimed, or 0.
  enum Errors: Sendable { case calibrated, conservative, none }

  let testDescription: String
  /// The estimator with a budget of evaluations.
  let make: @Sendable (_ evaluations: Int) -> any ShapleyEstimator
  var bias = Bias.unbiased
  var efficiency = Efficiency.Claim.exact
  var dummy = Dummy.exactlyZero
  var errors = Errors.calibrated
  /// Whether estimates with the same seed are linear in the game.
  var isLinear = true
  /// Whether units draw their components independently, so that one player's value is that of the components drawn.
  var drawsComponents = false
  /// The most evaluations that may be left of a budget: (players, components a group) → count; nil when a rule of its own
  /// ends the estimator.
  var grain: (@Sendable (_ players: Int, _ group: Int) -> Int)?
  /// The least budget that is accepted for so many players, components and components a group, or more.
  let leastBudget: @Sendable (_ players: Int, _ components: Int, _ group: Int) -> Int

  static let all: [EstimatorCase] = [
    EstimatorCase(
      testDescription: "permutation", make: { PermutationEstimator(.init(evaluations: $0)) },
      grain: { 2 * $0 * $1 }, leastBudget: { players, _, group in 2 * players * group }),
    EstimatorCase(
      testDescription: "permutation, not antithetic, groups of three",
      make: { PermutationEstimator(.init(evaluations: $0, isAntithetic: false, componentsPerUnit: 3)) },
      grain: { players, _ in 3 * (players + 1) }, leastBudget: { players, _, _ in 3 * (players + 1) }),
    EstimatorCase(
      testDescription: "permutation with a roulette",
      make: { PermutationEstimator(.init(evaluations: $0, truncation: .towardsEmpty(tolerance: 0.5))) },
      dummy: .zeroInExpectation, isLinear: false, leastBudget: { players, _, group in 2 * players * group }),
    EstimatorCase(
      testDescription: "permutation recording 0",
      make: {
        PermutationEstimator(
          .init(
            evaluations: $0, truncation: .consecutive(evaluations: 2, chance: 0.1, threshold: 0.4),
            rest: .recordZero))
      },
      bias: .biased, efficiency: .notClaimed, dummy: .exactlyZero, errors: .none, isLinear: false,
      leastBudget: { players, _, group in 2 * players * group }),
    EstimatorCase(
      testDescription: "permutation with asymptotic limits",
      make: { PermutationEstimator(.init(evaluations: $0, confidence: ConfidenceRequest(method: .asymptotic))) },
      drawsComponents: true,
      grain: { 2 * $0 * $1 }, leastBudget: { players, _, group in 2 * players * group }),
    EstimatorCase(
      testDescription: "stars", make: { StarEstimator(.init(evaluations: $0)) }, efficiency: .inExpectation,
      drawsComponents: true,
      grain: { 2 * ($0 + 1) * $1 },
      leastBudget: { players, components, group in 2 * components + 2 * (players + 1) * group }),
    EstimatorCase(
      testDescription: "stars, shared coalitions, not antithetic",
      make: { StarEstimator(.init(evaluations: $0, isAntithetic: false, sharing: .shared)) },
      efficiency: .inExpectation, drawsComponents: true,
      grain: { ($0 + 1) * $1 },
      leastBudget: { players, components, group in 2 * components + (players + 1) * group }),
    EstimatorCase(
      testDescription: "racing", make: { RacingEstimator(.init(evaluations: $0, initialUnits: 4)) }, bias: .biased,
      efficiency: .exact, dummy: .unclaimed, errors: .none, isLinear: false, drawsComponents: true,
      leastBudget: { players, _, group in 4 * (players + 3) * group }),
    EstimatorCase(
      testDescription: "racing with limits",
      make: {
        RacingEstimator(
          .init(
            evaluations: $0, initialUnits: 4,
            confidence: ConfidenceRequest(method: .asymptotic, sampleSize: 60)))
      },
      bias: .biased, efficiency: .notClaimed, dummy: .unclaimed, errors: .none, isLinear: false, drawsComponents: true,
      leastBudget: { players, _, group in 4 * (players + 3) * group }),
    EstimatorCase(
      testDescription: "tmab, nobody ever decided",
      make: {
        TMABEstimator(
          .init(topCount: 2, range: 1e6, componentsPerOrder: 5, truncation: .none, evaluations: $0))
      },
      efficiency: .notClaimed, isLinear: false, leastBudget: { players, _, _ in 5 * (players + 1) }),
    EstimatorCase(
      testDescription: "tmab as published",
      make: {
        TMABEstimator(
          .init(
            topCount: 2, range: 0.5, componentsPerOrder: 5,
            truncation: .consecutive(evaluations: 2, chance: 0.1, threshold: 0.4), evaluations: $0))
      },
      bias: .biased, efficiency: .notClaimed, dummy: .unclaimed, errors: .none, isLinear: false,
      leastBudget: { players, _, _ in 5 * (players + 1) }),
    EstimatorCase(
      testDescription: "exact", make: { _ in ExactEnumeration() }, bias: .exact, errors: .none,
      leastBudget: { players, components, _ in components << players }),
    EstimatorCase(
      testDescription: "msr", make: { MSREstimator(.init(evaluations: $0)) }, dummy: .zeroInExpectation,
      grain: { _, _ in 4 }, leastBudget: { _, _, _ in 4 }),
    EstimatorCase(
      testDescription: "msr, shared coalitions, groups of three",
      make: { MSREstimator(.init(evaluations: $0, sharing: .shared, componentsPerUnit: 3)) },
      dummy: .zeroInExpectation, grain: { _, _ in 4 }, leastBudget: { _, _, _ in 4 }),
    EstimatorCase(
      testDescription: "stratified", make: { StratifiedEstimator(.init(evaluations: $0)) },
      efficiency: .inExpectation, grain: { players, _ in 2 * players + 4 },
      leastBudget: { players, _, _ in 2 * players + 4 }),
    EstimatorCase(
      testDescription: "stratified, two strata, groups of three",
      make: { StratifiedEstimator(.init(evaluations: $0, strataCount: 2, componentsPerUnit: 3)) },
      efficiency: .inExpectation, grain: { players, _ in 2 * players + 4 },
      leastBudget: { players, _, _ in 2 * players + 4 }),
    EstimatorCase(
      testDescription: "svarm", make: { SVARMEstimator(.init(evaluations: $0)) }, efficiency: .inExpectation,
      dummy: .zeroInExpectation, grain: { players, _ in 2 * players + 2 },
      leastBudget: { players, components, _ in svarmWarmUp(players, groupSize: 1) + 2 * components }),
    EstimatorCase(
      testDescription: "svarm, shared coalitions",
      make: { SVARMEstimator(.init(evaluations: $0, sharing: .shared)) }, efficiency: .inExpectation,
      dummy: .zeroInExpectation, grain: { players, _ in 2 * players + 2 },
      leastBudget: { players, components, group in svarmWarmUp(players, groupSize: group) + 2 * components }),
    EstimatorCase(
      testDescription: "leverage", make: { LeverageEstimator(.init(evaluations: $0)) }, bias: .biased,
      dummy: .zeroInExpectation, errors: .conservative, grain: { _, _ in 4 },
      leastBudget: { players, components, _ in 2 * players + 2 * components }),
    EstimatorCase(
      testDescription: "leverage, shared coalitions",
      make: { LeverageEstimator(.init(evaluations: $0, sharing: .shared)) }, bias: .biased,
      dummy: .zeroInExpectation, errors: .conservative, grain: { _, _ in 4 },
      leastBudget: { players, components, group in 2 * players * group + 2 * components }),
    EstimatorCase(
      testDescription: "regression-adjusted", make: { RegressionAdjustedEstimator(.init(evaluations: $0)) },
      dummy: .zeroInExpectation, grain: { _, _ in 4 }, leastBudget: { _, _, _ in 4 }),
    EstimatorCase(
      testDescription: "regression-adjusted, two folds, shared coalitions",
      make: { RegressionAdjustedEstimator(.init(evaluations: $0, foldCount: 2, sharing: .shared)) },
      dummy: .zeroInExpectation, grain: { _, _ in 4 }, leastBudget: { _, _, _ in 4 }),
  ]

  static var unbiased: [EstimatorCase] { all.filter { $0.bias != .biased } }

  /// What the warm-up of stratified SVARM costs at most: a pair for every coalition that the orders are cut into.
  private static func svarmWarmUp(_ players: Int, groupSize: Int) -> Int {
    guard players > 1 else { return 2 }
    return (1...players / 2).reduce(0) { $0 + 2 * groupSize * ((players - 1) / $1 + 1) }
  }
}

extension ShapleyEstimator {
  /// Runs to the end in one thread, without the driver, for statistics over many seeds; one estimate an output.
  func estimates(of game: some CooperativeGame, seed: UInt64) throws -> [ShapleyEstimate] {
    let description = game.description
    var state = try start(description, seed: seed)
    var evaluator = try game.makeEvaluator()
    while true {
      let units = nextRound(state)
      if units.isEmpty { break }
      absorb(try units.map { try perform($0, on: &evaluator) }, into: &state)
    }
    return try description.outputs.indices.map { try #require(estimate(state, output: $0)) }
  }
}
