import InputErrors

/// Regression-adjusted Monte Carlo (Witter, Liu and Musco 2025, arXiv 2506.11849) with a linear surrogate, cross-fitted.
///
/// Pairs are drawn as ``MSREstimator`` draws them and dealt to folds. For each fold a linear game S ↦ Σ_{i ∈ S} β_i,
/// whose Shapley values are β itself, is fitted on all other folds, and what it leaves is estimated on the fold by
/// maximum sample reuse:
///
///     φ̂ = β + n(n − 1) · mean[ω ã (d − ã·β)] + (v(N) − v(∅))/n, with ã = 1_A − |A|/n, ω = 1/(|A|(n − |A|)).
///
/// As β does not depend on the fold's coalitions, the estimate is unbiased whatever β is; the closer the game is to a
/// linear one, the smaller its variance. So β may be shrunk: a ridge of n/pairs times the expected normal matrix makes it
/// vanish while there are fewer pairs than players, where the estimate approaches ``MSREstimator``'s, and itself vanishes
/// with many. The estimate is exactly efficient over the components that were sampled; a dummy's value is 0 in
/// expectation only. Standard errors come from the spread of groups of units within a fold, which are independent
/// observations given the fold's β.
///
/// State, time, memory and the limit of 4,096 players are those of ``LeverageEstimator``.
public struct RegressionAdjustedEstimator: ShapleyEstimator {
  public static let name = "regression-adjusted"

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
    var values = [Double](repeating: 0, count: playerCount)
    var variances: [Double]? = values
    for fold in 0..<configuration.foldCount {
      let isInFold = { (group: Int) in group % configuration.foldCount == fold }
      let groups = state.regression.groups.indices.filter {
        isInFold($0) && state.regression.groups[$0].components > 0
      }
      guard !groups.isEmpty else { continue }
      let others = state.regression.total { !isInFold($0) }
      let surrogate = surrogate(
        gram.subtracting(sampling.gram(state.progress, where: isInFold)), others, output: output,
        componentsPerPair: configuration.sharing == .shared ? sampling.pairs.schedule.groupSize : 1)
      var moments = ObservationMoments(length: playerCount)
      for group in groups {
        let sums = state.regression.groups[group]
        let observation = adjusted(sums, surrogate, sampling, state.progress, group: group, output: output)
        moments.add(observation, weight: Double(sums.components))
      }
      let share = moments.weight / Double(total.components)
      for player in 0..<playerCount {
        values[player] += share * moments.means[player]
        let error = moments.standardError(player)
        if let error { variances?[player] += share * share * error * error } else { variances = nil }
      }
    }
    let players = (0..<playerCount).map { player in
      PlayerEstimate(
        value: values[player], standardError: variances?[player].squareRoot(), samples: state.progress.units)
    }
    return state.progress.estimate(Self.name, of: game, output: output, players: players, claim: .exact)
  }

  /// β, fitted on the pairs of `sums` with a ridge of n/pairs; it sums to 0.
  private func surrogate(
    _ gram: PairGram, _ sums: PairRegression.Group, output: Int, componentsPerPair: Int
  ) -> [Double] {
    let playerCount = gram.playerCount
    let zero = [Double](repeating: 0, count: playerCount)
    guard sums.components > 0, playerCount > 1 else { return zero }
    // n/pairs, times the expected matrix: 1/(n(n − 1)) for each pair and component, on vectors that sum to 0.
    let ridge = Double(componentsPerPair) / Double(playerCount - 1)
    let places = output * playerCount..<(output + 1) * playerCount
    return gram.solve(Array(sums.rightSides[places]), ridge: ridge, start: zero)
  }

  /// What one group of units says: the surrogate's values plus the mean of what it leaves.
  private func adjusted(
    _ sums: PairRegression.Group, _ surrogate: [Double], _ sampling: RegressionSampling, _ progress: SamplingProgress,
    group: Int, output: Int
  ) -> [Double] {
    let playerCount = surrogate.count
    var residuals = Array(sums.rightSides[output * playerCount..<(output + 1) * playerCount])
    let sum = surrogate.reduce(0, +)
    sampling.forEachRow(progress, where: { $0 == group }) { row, components in
      row.add(
        -row.weight * Double(components) * row.product(surrogate, sum: sum), to: &residuals, at: 0)
    }
    let scale = Double(playerCount) * Double(playerCount - 1) / Double(sums.components)
    let share = sums.differences[output] / Double(sums.components) / Double(playerCount)
    return residuals.indices.map { surrogate[$0] + scale * residuals[$0] + share }
  }

  private func sampling(_ game: GameDescription, _ seed: UInt64) -> RegressionSampling {
    RegressionSampling(
      game, seed: seed, evaluations: configuration.evaluations, sharing: configuration.sharing,
      componentsPerUnit: configuration.componentsPerUnit)
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try configuration.validate()
    try SettingChecks.playerCount(
      game.playerCount, atMost: PairRegression.largestPlayerCount, estimator: Self.name)
    try sampling(game, 0).pairs.schedule.requireBudget()
  }
}
