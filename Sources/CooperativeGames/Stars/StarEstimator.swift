import InputErrors
import Statistics

/// Star sampling: random coalitions at which players are toggled one at a time, and, with a top k to decide, only those
/// at its boundary.
///
/// First v(N) and v(∅) are evaluated on all components, then every player is toggled in ``Configuration/initialUnits``
/// units. From there on, with a top k asked for, each round toggles the players that ``LUCBSelection`` chooses by the
/// limits so far, until all are decided; without one, all players. A unit's marginal of a player, its mean over components
/// drawn independently with replacement and over a coalition and its complement, is **one** observation
/// (``StarSampler``), so that limits stay valid under any choice (``ConfidenceTracker``). Dummy players get exactly 0.
///
/// A unit costs (1 + toggled players) evaluations a component, twice that when antithetic.
public struct StarEstimator: ShapleyEstimator {
  public static let name = "stars"
  /// Units a round, whatever the number of workers.
  static let unitsPerRound = 16

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// The ends of the game on some components, or a star.
  public struct Unit: Sendable {
    enum Work: Sendable {
      case ends
      case star(index: Int, players: [Int])
    }

    let work: Work
    let components: [Int]
    let game: GameDescription
    let seed: UInt64
  }

  /// What is known between rounds.
  public struct State: StartedState, Codable, Sendable {
    let configuration: Configuration
    let game: GameDescription
    let seed: UInt64
    var tally: StarTally
    var tracker: ConfidenceTracker?
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    return State(
      configuration: configuration, game: game, seed: seed, tally: StarTally(game), tracker: try makeTracker(game))
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state, of: configuration, game, seed)
    try CheckpointMatch.require(
      state.tally.fits(game) && ConfidenceTracker.fits(state.tracker, configuration.confidence, game),
      "the number of players and outputs")
  }

  public func nextRound(_ state: State) -> [Unit] {
    let (game, tally) = (state.game, state.tally)
    if tally.components < game.componentCount {
      let groups = ComponentGroups(game)
      return (0..<groups.count).map {
        Unit(work: .ends, components: Array(groups[$0]), game: game, seed: state.seed)
      }
    }
    let isInitial = tally.starUnits < configuration.initialUnits
    if !isInitial, hasReachedTarget(state) { return [] }
    let players = chosenPlayers(state)
    var count = Self.unitsPerRound
    if isInitial { count = min(count, configuration.initialUnits - tally.starUnits) }
    // An end has to wait for the first stars: no longer than need be.
    if tally.starUnits == 0 { count = min(count, 2) }
    if let evaluations = configuration.evaluations {
      count = min(count, (evaluations - tally.evaluations) / unitCost(game, toggling: players.count))
    }
    let draws = IndependentComponents(
      seed: state.seed, componentCount: game.componentCount, groupSize: groupSize(game))
    return (0..<max(0, count)).map { place in
      let index = tally.starUnits + place
      return Unit(
        work: .star(index: index, players: players), components: draws.group(index), game: game, seed: state.seed)
    }
  }

  public func perform(_ unit: Unit, on evaluator: inout some CoalitionEvaluator) throws -> StarOutcome {
    let (playerCount, outputCount) = (unit.game.playerCount, unit.game.outputs.count)
    try evaluator.load(unit.components)
    switch unit.work {
    case .ends:
      return StarOutcome(
        players: [], marginals: [],
        grand: try sums(.full(playerCount: playerCount), outputCount: outputCount, on: &evaluator),
        empty: try sums(.empty(playerCount: playerCount), outputCount: outputCount, on: &evaluator),
        components: unit.components.count, evaluations: 2 * unit.components.count)
    case .star(let index, let players):
      let sampler = StarSampler(
        seed: unit.seed, playerCount: playerCount, isAntithetic: configuration.isAntithetic,
        sharing: configuration.sharing)
      let bases = sampler.bases(ofUnit: index, componentCount: unit.components.count)
      let marginals = try StarMarginals.observations(
        of: players, at: bases, outputCount: outputCount, on: &evaluator)
      let guided = configuration.guidingOutput * players.count
      try configuration.confidence?.requireWithinRange(
        marginals[guided..<guided + players.count], of: players, output: unit.game.outputs[configuration.guidingOutput])
      return StarOutcome(
        players: players, marginals: marginals, grand: [], empty: [], components: unit.components.count,
        evaluations: bases.count * (1 + players.count) * unit.components.count)
    }
  }

  public func absorb(_ outcomes: [StarOutcome], into state: inout State) {
    for outcome in outcomes {
      state.tally.add(outcome)
      let offset = configuration.guidingOutput * outcome.players.count
      state.tracker?.add(
        outcome.players.indices.lazy.map { (player: outcome.players[$0], value: outcome.marginals[offset + $0]) })
    }
    let toggled = outcomes.first?.players.count ?? 0
    if toggled > 0, toggled < state.game.playerCount { state.tally.chosenRounds += 1 }
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(
      plannedEvaluations: configuration.evaluations,
      activePlayers: decision(state)?.undecided.count ?? state.game.playerCount,
      largestStandardError: state.tally.largestStandardError(output: configuration.guidingOutput),
      canEnd: state.tally.starUnits > 0)
  }

  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    let tally = state.tally
    guard tally.components > 0, tally.starUnits > 0 else { return nil }
    let players = tally.players(output: output).map { moments in
      PlayerEstimate(value: moments.mean, standardError: moments.standardError, samples: moments.count)
    }
    let components = Double(tally.components)
    let (grandValue, emptyValue) = (tally.grandSums[output] / components, tally.emptySums[output] / components)
    let total = players.reduce(0) { $0 + $1.value }
    let isChosen = tally.chosenRounds > 0
    var estimate = ShapleyEstimate(
      estimator: Self.name, output: state.game.outputs[output].name, players: players, grandValue: grandValue,
      emptyValue: emptyValue,
      efficiency: Efficiency(
        claim: isChosen ? .notClaimed : .inExpectation, residual: total - (grandValue - emptyValue)),
      bias: isChosen
        ? "who is sampled depends on what was seen, which pulls mean values slightly towards the boundary of the top; "
          + "the limits allow for it"
        : nil,
      evaluations: tally.evaluations, units: tally.units)
    if output == configuration.guidingOutput, let tracker = state.tracker { estimate.claim(tracker) }
    return estimate
  }

  /// Everyone, or those at the boundary of the top k.
  private func chosenPlayers(_ state: State) -> [Int] {
    let everyone = Array(0..<state.game.playerCount)
    guard configuration.isAdaptive, state.tally.starUnits >= configuration.initialUnits,
      let decision = decision(state)
    else { return everyone }
    return configuration.selection.players(decision, round: state.tally.chosenRounds)
  }

  private func decision(_ state: State) -> TopKDecision? {
    state.tracker?.decision(values: state.tally.players(output: configuration.guidingOutput).map(\.mean))
  }

  private func hasReachedTarget(_ state: State) -> Bool {
    if configuration.confidence?.allowsStopping(decision(state)) == true { return true }
    guard let target = configuration.standardError,
      let largest = state.tally.largestStandardError(output: configuration.guidingOutput)
    else { return false }
    return largest <= target
  }

  private func sums(
    _ coalition: Coalition, outputCount: Int, on evaluator: inout some CoalitionEvaluator
  ) throws -> [Double] {
    var values: [Double] = []
    try evaluator.values(.shared(coalition), into: &values)
    var sums = [Double](repeating: 0, count: outputCount)
    for entry in values.indices { sums[entry % outputCount] += values[entry] }
    return sums
  }

  private func groupSize(_ game: GameDescription) -> Int {
    min(configuration.componentsPerUnit ?? game.laneCount, game.componentCount)
  }

  private func unitCost(_ game: GameDescription, toggling count: Int) -> Int {
    groupSize(game) * (configuration.isAntithetic ? 2 : 1) * (1 + count)
  }

  private func makeTracker(_ game: GameDescription) throws(InputError) -> ConfidenceTracker? {
    guard let request = configuration.confidence else { return nil }
    let range = try request.observationRange(of: game.outputs[configuration.guidingOutput])
    let planned = configuration.evaluations.map {
      ($0 - 2 * game.componentCount) / unitCost(game, toggling: game.playerCount)
    }
    return ConfidenceTracker(request, playerCount: game.playerCount, range: range, plannedCount: planned)
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try configuration.validate(game)
    let cost = 2 * game.componentCount + unitCost(game, toggling: game.playerCount)
    if let evaluations = configuration.evaluations, evaluations < cost {
      throw InputError(
        .usage, "the budget of evaluations is too small for the ends and a single star", at: .init(key: "evaluations"),
        expected: "at least \(cost)", found: "\(evaluations)")
    }
    _ = try makeTracker(game)
  }
}
