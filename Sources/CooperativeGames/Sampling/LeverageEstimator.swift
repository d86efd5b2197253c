import InputErrors

/// Leverage-score sampling of the Shapley value's regression, with paired complements (Musco and Witter 2024,
/// arXiv 2410.01917).
///
/// The Shapley value is the solution of min Σ_S w(S)(v(S) − v(∅) − Σ_{i ∈ S} φ_i)² under Σφ = v(N) − v(∅), with Kernel
/// SHAP's weights w. Sizes are drawn uniformly from 1..n − 1 and coalitions uniformly among those of the size, which is
/// in proportion to the rows' leverage scores; the sampled rows' weights then are 1/(s(n − s)). Pairs are drawn with
/// replacement, one for every component of a unit. The regression is centred for every component, which builds the
/// constraint in: the values are exactly efficient over the components that were sampled.
///
/// The ratio of two sampled quantities is biased in finite samples, in proportion to 1/pairs; with fewer pairs than
/// players the values are the smallest that fit the samples, hence far too close to each other. Standard errors are by
/// the jackknife over ``PairRegression/groupCount`` groups of units: they err on the large side while there are few
/// pairs a player.
///
/// The n × n normal equations are solved by conjugate gradients. Rows are not stored but drawn again when an estimate is
/// asked for, so that the state has O(n) numbers; an estimate takes O(pairs · n²) time and 16n² bytes, and more than
/// 4,096 players are refused.
public struct LeverageEstimator: ShapleyEstimator {
  public static let name = "leverage"

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// What is known between rounds.
  public struct State: StartedState, Codable, Sendable {
    let configuration: Configuration
    let game: GameDescription
    let seed: UInt64
    var progress: SamplingProgress
    var regression: PairRegression
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    return State(
      configuration: configuration, game: game, seed: seed, progress: SamplingProgress(game),
      regression: PairRegression(game))
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state, of: configuration, game, seed)
    try CheckpointMatch.require(
      state.progress.fits(game) && state.regression.fits(game), "the number of players and outputs")
  }

  public func nextRound(_ state: State) -> [SamplingUnit] {
    sampling(state.game, state.seed).pairs.schedule.nextRound(state.progress)
  }

  public func perform(_ unit: SamplingUnit, on evaluator: inout some CoalitionEvaluator) throws -> PairOutcome {
    let sampling = sampling(unit.game, unit.seed)
    return try sampling.pairs.perform(unit, law: sampling.law, on: &evaluator)
  }

  public func absorb(_ outcomes: [PairOutcome], into state: inout State) {
    sampling(state.game, state.seed).absorb(outcomes, into: &state.regression, &state.progress)
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(plannedEvaluations: configuration.evaluations, activePlayers: state.game.playerCount)
  }

  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    guard state.progress.units > 0 else { return nil }
    let (game, playerCount) = (state.game, state.game.playerCount)
    let sampling = sampling(game, state.seed)
    let gram = sampling.gram(state.progress)
    let total = state.regression.total()
    let solution = Solution(
      gram, total, output: output, start: [Double](repeating: 0, count: playerCount))
    let drawCount = playerCount > 1 ? sampling.pairs.drawCount(state.progress) : 0
    let errors = standardErrors(state, sampling, gram, total, solution, drawCount: drawCount, output: output)
    let players = (0..<playerCount).map { player in
      PlayerEstimate(
        value: solution.values[player], standardError: errors?[player], samples: state.progress.units)
    }
    let bias: String? =
      playerCount == 1
      ? nil
      : drawCount < playerCount
        ? "a regression on fewer pairs of coalitions than players: the values are far too close to each other"
        : "a regression on sampled coalitions is biased in proportion to 1/samples"
    return state.progress.estimate(
      Self.name, of: game, output: output, players: players, claim: .exact, bias: bias)
  }

  /// The values that fit some groups' pairs best.
  private struct Solution {
    /// The regression's, which sum to 0.
    let centred: [Double]
    /// Those with an equal share of v(N) − v(∅) each.
    let values: [Double]

    init(_ gram: PairGram, _ sums: PairRegression.Group, output: Int, start: [Double]) {
      let places = output * gram.playerCount..<(output + 1) * gram.playerCount
      centred = gram.solve(Array(sums.rightSides[places]), start: start)
      let share = sums.differences[output] / Double(sums.components) / Double(gram.playerCount)
      values = centred.map { $0 + share }
    }
  }

  /// The jackknife over groups of units; nil with fewer than two groups, or too few pairs to leave one out.
  private func standardErrors(
    _ state: State, _ sampling: RegressionSampling, _ gram: PairGram, _ total: PairRegression.Group,
    _ solution: Solution, drawCount: Int, output: Int
  ) -> [Double]? {
    let playerCount = state.game.playerCount
    let groups = state.regression.groups.indices.filter { state.regression.groups[$0].components > 0 }
    guard groups.count > 1 else { return nil }
    if playerCount > 1, drawCount * (groups.count - 1) / groups.count < playerCount { return nil }
    var moments = ObservationMoments(length: playerCount)
    for group in groups {
      let rest = gram.subtracting(sampling.gram(state.progress) { $0 == group })
      let sums = state.regression.total { $0 != group }
      moments.add(Solution(rest, sums, output: output, start: solution.centred).values, weight: 1)
    }
    let count = Double(groups.count)
    return moments.deviations.map { ($0 * (count - 1) / count).squareRoot() }
  }

  private func sampling(_ game: GameDescription, _ seed: UInt64) -> RegressionSampling {
    RegressionSampling(
      game, seed: seed, evaluations: configuration.evaluations, sharing: configuration.sharing,
      componentsPerUnit: configuration.componentsPerUnit)
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try SettingChecks.componentsPerUnit(configuration.componentsPerUnit)
    try SettingChecks.playerCount(
      game.playerCount, atMost: PairRegression.largestPlayerCount, estimator: Self.name)
    let sampling = sampling(game, 0)
    guard let evaluations = configuration.evaluations else { return }
    guard game.playerCount > 1 else { return try sampling.pairs.schedule.requireBudget() }
    let needed = sampling.pairs.evaluations(forDraws: game.playerCount)
    guard evaluations < needed else { return }
    throw InputError(
      .usage, "the budget of evaluations is too small for as many pairs of coalitions as players",
      at: .init(key: "evaluations"), expected: "at least \(needed)", found: "\(evaluations)")
  }
}
