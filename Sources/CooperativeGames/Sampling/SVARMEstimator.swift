import InputErrors

/// Stratified SVARM (Kolpaczki, Bengs, Muschalik and Hüllermeier 2024): the Shapley value without marginal
/// contributions.
///
/// φ_i = (1/n) Σ_s (E[v(S) : i ∈ S, |S| = s] − E[v(S) : i ∉ S, |S| = s − 1]): for every player and size there are two
/// strata, and every evaluated coalition is a sample for one stratum of every player. Each stratum's mean is its own
/// ratio of sum and count; that is what distinguishes it from ``MSREstimator``, whose counts are replaced by their
/// expectations. Coalitions come in pairs with their complements, as y_x of ``MSREstimator``. A warm-up gives every
/// stratum a sample; after it pairs' sizes are uniform.
///
/// The sizes 0 and n are exact over the components sampled. The sizes 1 and n − 1 are exact over all components of the
/// game when that takes no more than a quarter of the budget, or the game has no more components than are evaluated
/// together; otherwise they are sampled like the others. Unbiased once the warm-up is complete; efficient in expectation;
/// a dummy's value is 0 in expectation only. Standard errors add up the strata's, which are independent given their
/// counts; a stratum with one sample is given the variance of its size.
///
/// The state has n² numbers an output; more than 1,024 players are refused.
public struct SVARMEstimator: ShapleyEstimator {
  public static let name = "svarm"
  static let largestPlayerCount = 1024

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// What is known between rounds.
  public struct State: StartedState, Codable, Sendable {
    let configuration: Configuration
    let game: GameDescription
    let seed: UInt64
    var progress: SamplingProgress
    var strata: SVARMStrata
    /// D of the pairs {i}, N ∖ {i}, summed over components, of shape [output][player]; zeros when they are sampled.
    var boundary: [Double]
    /// Pairs absorbed by the strata.
    var pairs: Int
  }

  /// What a unit found.
  public enum Outcome: Codable, Sendable {
    case pairs(PairOutcome)
    /// D of the pairs {i}, N ∖ {i}, summed over the unit's components, of shape [output][player].
    case boundary([Double], EndpointValues, evaluations: Int)
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    return State(
      configuration: configuration, game: game, seed: seed, progress: SamplingProgress(game),
      strata: SVARMStrata(game), boundary: [Double](repeating: 0, count: game.playerCount * game.outputs.count),
      pairs: 0)
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state, of: configuration, game, seed)
    try CheckpointMatch.require(
      state.progress.fits(game) && state.strata.fits(game) && state.pairs >= 0
        && state.boundary.count == game.playerCount * game.outputs.count, "the number of players and outputs")
  }

  public func nextRound(_ state: State) -> [SamplingUnit] {
    SVARMPlan(configuration, state.game, seed: state.seed).pairs.schedule.nextRound(state.progress)
  }

  public func perform(_ unit: SamplingUnit, on evaluator: inout some CoalitionEvaluator) throws -> Outcome {
    let plan = SVARMPlan(configuration, unit.game, seed: unit.seed)
    guard plan.isBoundaryExact, unit.endpoints == nil else {
      return .pairs(try plan.pairs.perform(unit, law: plan.law, on: &evaluator))
    }
    return try performBoundary(unit, on: &evaluator)
  }

  private func performBoundary(
    _ unit: SamplingUnit, on evaluator: inout some CoalitionEvaluator
  ) throws -> Outcome {
    let (playerCount, outputCount) = (unit.game.playerCount, unit.game.outputs.count)
    let componentCount = unit.components.count
    var (endpoints, single, rest) = (EndpointValues(), [Double](), [Double]())
    let players = Array(0..<playerCount)
    try evaluator.load(unit.components)
    try evaluator.values(.shared(.empty(playerCount: playerCount)), into: &endpoints.empty)
    try evaluator.values(toggling: players, into: &single)
    try evaluator.values(.shared(.full(playerCount: playerCount)), into: &endpoints.grand)
    try evaluator.values(toggling: players, into: &rest)
    let differences = endpoints.differences
    let share = Double(2 - playerCount) / Double(playerCount)
    var sums = [Double](repeating: 0, count: outputCount * playerCount)
    for place in single.indices {
      let (player, position) = place.quotientAndRemainder(dividingBy: componentCount * outputCount)
      sums[position % outputCount * playerCount + player] += single[place] - rest[place] - share * differences[position]
    }
    return .boundary(sums, endpoints, evaluations: 2 * (playerCount + 1) * componentCount)
  }

  public func absorb(_ outcomes: [Outcome], into state: inout State) {
    let plan = SVARMPlan(configuration, state.game, seed: state.seed)
    for outcome in outcomes {
      let index = state.progress.units
      let isOpening = index < plan.pairs.schedule.openingUnits
      switch outcome {
      case .boundary(let sums, let endpoints, let evaluations):
        state.progress.add(endpoints, evaluations: evaluations, isOpening: isOpening)
        for place in sums.indices { state.boundary[place] += sums[place] }
      case .pairs(let outcome):
        state.progress.add(outcome.endpoints, evaluations: outcome.evaluations, isOpening: isOpening)
        guard state.game.playerCount > 1 else { continue }
        let positions = plan.pairs.schedule.positions(ofUnit: index, state.progress)
        for observation in plan.pairs.observations(of: outcome, unit: index, positions: positions, law: plan.law) {
          state.strata.add(observation)
          state.pairs += 1
        }
      }
    }
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(plannedEvaluations: configuration.evaluations, activePlayers: state.game.playerCount)
  }

  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    guard state.progress.units > 0 else { return nil }
    let (game, playerCount) = (state.game, Double(state.game.playerCount))
    let plan = SVARMPlan(configuration, game, seed: state.seed)
    let (grandValue, emptyValue) = (state.progress.grandValue(output), state.progress.emptyValue(output))
    let sizes = plan.law.smallestSize..<max(plan.law.smallestSize, game.playerCount / 2 + 1)
    let boundary = plan.isBoundaryExact ? boundaryTerms(state, output: output) : nil
    let dealing = state.progress.varianceOfDifference(output, of: game)
    var missing = 0
    let players = (0..<game.playerCount).map { player in
      let sampled = state.strata.sampled(player, output: output, sizes: sizes)
      missing += sampled.missing
      let sum = (boundary?[player] ?? 0) + sampled.sum + grandValue - emptyValue
      // A value without anything sampled is exact only when all components were visited.
      let isErrorKnown = state.pairs > 1 || (plan.isComplete(state.progress) && sizes.isEmpty)
      return PlayerEstimate(
        value: sum / playerCount,
        standardError: isErrorKnown ? (sampled.variance + dealing).squareRoot() / playerCount : nil,
        samples: sizes.isEmpty ? state.progress.components : state.pairs)
    }
    let isWaiting = plan.isBoundaryExact && !plan.isComplete(state.progress)
    let bias: String? =
      missing > 0 || isWaiting
      ? "the run ended within its warm-up: what no coalition has told yet counts as 0" : nil
    return state.progress.estimate(
      Self.name, of: game, output: output, players: players, claim: .inExpectation, bias: bias)
  }

  /// What the exact pairs {i}, N ∖ {i} contribute to n·φ of every player.
  private func boundaryTerms(_ state: State, output: Int) -> [Double] {
    let playerCount = state.game.playerCount
    let count = Double(min(state.progress.components, state.game.componentCount))
    let differences = state.boundary[output * playerCount..<(output + 1) * playerCount].map { $0 / count }
    if playerCount == 2 { return differences }
    let total = differences.reduce(0, +)
    return differences.map { $0 - (total - $0) / Double(playerCount - 1) }
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try SettingChecks.componentsPerUnit(configuration.componentsPerUnit)
    try SettingChecks.playerCount(game.playerCount, atMost: Self.largestPlayerCount, estimator: Self.name)
    let needed = SVARMPlan(configuration, game, seed: 0).neededEvaluations
    if let evaluations = configuration.evaluations, evaluations < needed {
      throw InputError(
        .usage, "the budget of evaluations is too small to sample every player at every size once",
        at: .init(key: "evaluations"), expected: "at least \(needed)", found: "\(evaluations)")
    }
  }
}
