import InputErrors
import Statistics

/// Maximum sample reuse: every evaluated coalition informs every player (Wang and Jia 2023, for the Shapley value).
///
/// A size s is drawn uniformly from 1..n − 1 and a coalition S uniformly among those of the size, for every component of
/// a unit anew, and evaluated with its complement. With y_x(S) = v_x(S) − v_x(∅) − (s/n)(v_x(N) − v_x(∅)),
///
///     φ_i = E[y · ((n − 1)/s · 1{i ∈ S} − (n − 1)/(n − s) · 1{i ∉ S})] + (v(N) − v(∅))/n,
///
/// and the estimate is the mean. It is unbiased, and exactly efficient over the components that were sampled. It is the
/// regression of ``LeverageEstimator`` with the expected normal matrix in the place of the sampled one. A dummy's value
/// is 0 in expectation only. The mean over a unit's components is one observation; standard errors treat units as
/// independent, and as components are dealt without replacement they are slightly too large rather than too small.
///
/// A pair costs two evaluations a component, and the first epoch's units evaluate v_x(N) and v_x(∅) too.
public struct MSREstimator: ShapleyEstimator {
  public static let name = "msr"

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// What is known between rounds.
  public struct State: StartedState, Codable, Sendable {
    let configuration: Configuration
    let game: GameDescription
    let seed: UInt64
    var progress: SamplingProgress
    /// One observation a unit, of shape [output][player].
    var moments: ObservationMoments
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    return State(
      configuration: configuration, game: game, seed: seed, progress: SamplingProgress(game),
      moments: ObservationMoments(length: game.playerCount * game.outputs.count))
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state, of: configuration, game, seed)
    try CheckpointMatch.require(
      state.progress.fits(game) && state.moments.fits(length: game.playerCount * game.outputs.count),
      "the number of players and outputs")
  }

  public func nextRound(_ state: State) -> [SamplingUnit] {
    if let target = configuration.standardError, state.progress.units >= configuration.minimumUnits,
      let largest = largestStandardError(state), largest <= target
    {
      return []
    }
    return sampling(state.game, state.seed).schedule.nextRound(state.progress)
  }

  public func perform(_ unit: SamplingUnit, on evaluator: inout some CoalitionEvaluator) throws -> PairOutcome {
    try sampling(unit.game, unit.seed).perform(unit, law: law(unit.game, unit.seed), on: &evaluator)
  }

  public func absorb(_ outcomes: [PairOutcome], into state: inout State) {
    let (sampling, law) = (sampling(state.game, state.seed), law(state.game, state.seed))
    let (playerCount, outputCount) = (state.game.playerCount, state.game.outputs.count)
    for outcome in outcomes {
      let index = state.progress.units
      state.progress.add(
        outcome.endpoints, evaluations: outcome.evaluations, isOpening: index < sampling.schedule.openingUnits)
      let positions = sampling.schedule.positions(ofUnit: index, state.progress)
      var shares = ComponentMeans(outputCount: outputCount)
      shares.take(outcome.endpoints.differences)
      var values: [Double] = []
      for output in 0..<outputCount {
        values += [Double](repeating: shares[output] / Double(playerCount), count: playerCount)
      }
      if playerCount > 1 {
        for observation in sampling.observations(of: outcome, unit: index, positions: positions, law: law) {
          Self.add(observation, share: Double(observation.components) / Double(positions.count), to: &values)
        }
      }
      state.moments.add(values, weight: Double(positions.count))
    }
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(
      plannedEvaluations: configuration.evaluations, activePlayers: state.game.playerCount,
      largestStandardError: largestStandardError(state))
  }

  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    guard state.progress.units > 0 else { return nil }
    let players = (0..<state.game.playerCount).map { player in
      let place = output * state.game.playerCount + player
      return PlayerEstimate(
        value: state.moments.means[place], standardError: state.moments.standardError(place),
        samples: state.moments.count)
    }
    return state.progress.estimate(Self.name, of: state.game, output: output, players: players, claim: .exact)
  }

  /// Adds `share` times what a pair says about every player to `values`, of shape [output][player].
  private static func add(_ observation: PairObservation, share: Double, to values: inout [Double]) {
    let (size, playerCount) = (Double(observation.pair.size), observation.pair.playerCount)
    let others = Double(playerCount - 1)
    for (output, difference) in observation.halfDifferences.enumerated() {
      let outside = -share * others * difference / (Double(playerCount) - size)
      let inside = share * others * difference / size
      for place in output * playerCount..<(output + 1) * playerCount { values[place] += outside }
      for player in observation.pair.smaller { values[output * playerCount + player] += inside - outside }
    }
  }

  private func largestStandardError(_ state: State) -> Double? {
    let start = configuration.guidingOutput * state.game.playerCount
    return state.moments.largestStandardError(start..<start + state.game.playerCount)
  }

  private func law(_ game: GameDescription, _ seed: UInt64) -> UniformSizeLaw {
    UniformSizeLaw(seed: seed, playerCount: game.playerCount)
  }

  private func sampling(_ game: GameDescription, _ seed: UInt64) -> PairSampling {
    let cost = game.playerCount > 1 ? PairSampling.cost : 0
    return PairSampling(
      schedule: SamplingSchedule(
        game, seed: seed, openingCost: PairSampling.endpointCost + cost, laterCost: cost,
        budget: configuration.evaluations, componentsPerUnit: configuration.componentsPerUnit),
      sharing: configuration.sharing)
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try configuration.validate(game)
    try sampling(game, 0).schedule.requireBudget()
  }
}
