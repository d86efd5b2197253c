import InputErrors
import Statistics

/// Permutation sampling: mean marginal contributions along random removal walks (Castro, Gómez and Tejada 2009).
///
/// A unit of work is one random order, or an order and its reverse, on one group of components; by linearity of the
/// Shapley value it estimates the same as an order on all components, at a fraction of the cost. The unit's marginals,
/// means over its components and over the pair, are **one** observation a player. The standard error treats units as
/// independent; as components are dealt without replacement within an epoch it is slightly too large rather than too
/// small. An estimate without truncation, or with a roulette, is unbiased and exactly efficient, and a dummy player's
/// value is exactly 0 (with the roulette: 0 in expectation).
///
/// When confidence limits are asked for, every unit draws its components independently with replacement, so that the
/// units' marginals are independent observations of one distribution whose mean is φ, as ``ConfidenceTracker`` demands.
/// The guiding output's limits are updated with every unit; one may look at them after every round.
///
/// A complete unit costs (players + 1) evaluations a component, 2 · players when antithetic; v(N) and v(∅) are counted.
public struct PermutationEstimator: ShapleyEstimator {
  public static let name = "permutation"
  /// Units a round, whatever the number of workers.
  static let unitsPerRound = 16

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// One order, or antithetic pair, on one group of components.
  public struct Unit: Sendable {
    let index: Int
    let components: [Int]
    let game: GameDescription
    let seed: UInt64
  }

  /// What is known between rounds.
  public struct State: StartedState, Codable, Sendable {
    let configuration: Configuration
    let game: GameDescription
    let seed: UInt64
    var tally: WalkTally
    var tracker: ConfidenceTracker?
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    return State(
      configuration: configuration, game: game, seed: seed, tally: WalkTally(game), tracker: try makeTracker(game))
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state, of: configuration, game, seed)
    try CheckpointMatch.require(
      state.tally.fits(game) && ConfidenceTracker.fits(state.tracker, configuration.confidence, game),
      "the number of players and outputs")
  }

  public func nextRound(_ state: State) -> [Unit] {
    if hasReachedTarget(state) { return [] }
    var count = Self.unitsPerRound
    if let evaluations = configuration.evaluations {
      count = min(count, (evaluations - state.tally.evaluations) / unitCost(state.game))
    }
    if let planned = plannedUnits(state.game) { count = min(count, planned - state.tally.units) }
    let (components, size) = (state.game.componentCount, groupSize(state.game))
    var dealer = ComponentDealer(seed: state.seed, componentCount: components, groupSize: size)
    let draws = IndependentComponents(seed: state.seed, componentCount: components, groupSize: size)
    return (0..<max(0, count)).map { place in
      let index = state.tally.units + place
      let group = configuration.confidence == nil ? dealer.group(index) : draws.group(index)
      return Unit(index: index, components: group, game: state.game, seed: state.seed)
    }
  }

  public func perform(_ unit: Unit, on evaluator: inout some CoalitionEvaluator) throws -> WalkOutcome {
    let (playerCount, outputCount) = (unit.game.playerCount, unit.game.outputs.count)
    let sampler = PermutationSampler(
      seed: unit.seed, playerCount: playerCount, isAntithetic: configuration.isAntithetic)
    let orders = sampler.orders(ofUnit: unit.index)
    try evaluator.load(unit.components)
    var walk = try RemovalWalk(
      playerCount: playerCount, outputCount: outputCount, truncation: configuration.truncation,
      rest: configuration.rest, guidingOutput: configuration.guidingOutput, evaluator: &evaluator)
    var marginals = [Double](repeating: 0, count: playerCount * outputCount)
    for (place, order) in orders.enumerated() {
      var coin = RandomStream(seed: unit.seed, purpose: .roulette, index: unit.index, subindex: place)
      try walk.walk(
        order, weight: 1 / Double(orders.count), coin: &coin, on: &evaluator, addingTo: &marginals)
    }
    let guided = configuration.guidingOutput * playerCount
    try configuration.confidence?.requireWithinRange(
      marginals[guided..<guided + playerCount], of: 0..<playerCount,
      output: unit.game.outputs[configuration.guidingOutput], continuation: configuration.smallestContinuation)
    return WalkOutcome(
      marginals: marginals, grand: walk.grand.means, empty: walk.empty.means, steps: orders.count * playerCount,
      stepsTruncated: walk.stepsTruncated, evaluations: walk.coalitionsEvaluated * unit.components.count)
  }

  public func absorb(_ outcomes: [WalkOutcome], into state: inout State) {
    let offset = configuration.guidingOutput * state.game.playerCount
    for outcome in outcomes {
      state.tally.add(outcome)
      state.tracker?.add((0..<state.game.playerCount).lazy.map { ($0, outcome.marginals[offset + $0]) })
    }
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(
      plannedEvaluations: configuration.evaluations,
      activePlayers: decision(state)?.undecided.count ?? state.game.playerCount,
      largestStandardError: state.tally.largestStandardError(output: configuration.guidingOutput))
  }

  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    let tally = state.tally
    guard tally.units > 0 else { return nil }
    let players = tally.players(output: output).map { moments in
      PlayerEstimate(value: moments.mean, standardError: moments.standardError, samples: moments.count)
    }
    let (grandValue, emptyValue) = (tally.grand[output].mean, tally.empty[output].mean)
    let total = players.reduce(0) { $0 + $1.value }
    let isBiased = tally.stepsTruncated > 0 && configuration.rest == .recordZero
    var estimate = ShapleyEstimate(
      estimator: Self.name, output: state.game.outputs[output].name, players: players, grandValue: grandValue,
      emptyValue: emptyValue,
      efficiency: Efficiency(claim: isBiased ? .notClaimed : .exact, residual: total - (grandValue - emptyValue)),
      truncatedShare: tally.truncatedShare,
      bias: isBiased ? "players after a truncation count as 0, which pulls values towards 0" : nil,
      evaluations: tally.evaluations, units: tally.units)
    if output == configuration.guidingOutput, let tracker = state.tracker { estimate.claim(tracker) }
    return estimate
  }

  private func decision(_ state: State) -> TopKDecision? {
    state.tracker?.decision(values: state.tally.players(output: configuration.guidingOutput).map(\.mean))
  }

  private func hasReachedTarget(_ state: State) -> Bool {
    if state.tally.units > 0, configuration.confidence?.allowsStopping(decision(state)) == true { return true }
    guard let target = configuration.standardError, state.tally.units >= configuration.minimumUnits else {
      return false
    }
    guard let largest = state.tally.largestStandardError(output: configuration.guidingOutput) else { return false }
    return largest <= target
  }

  /// The number of units, where limits at a fixed sample demand that it is known in advance.
  private func plannedUnits(_ game: GameDescription) -> Int? {
    guard configuration.confidence?.method == .fixedSample else { return nil }
    return configuration.evaluations.map { $0 / unitCost(game) }
  }

  private func makeTracker(_ game: GameDescription) throws(InputError) -> ConfidenceTracker? {
    guard let request = configuration.confidence else { return nil }
    let range = try request.observationRange(
      of: game.outputs[configuration.guidingOutput], continuation: configuration.smallestContinuation)
    return ConfidenceTracker(
      request, playerCount: game.playerCount, range: range, plannedCount: plannedUnits(game))
  }

  private func groupSize(_ game: GameDescription) -> Int {
    min(configuration.componentsPerUnit ?? game.laneCount, game.componentCount)
  }

  /// The most evaluations that one unit can take.
  private func unitCost(_ game: GameDescription) -> Int {
    groupSize(game) * (configuration.isAntithetic ? 2 * game.playerCount : game.playerCount + 1)
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try configuration.validate()
    guard configuration.guidingOutput < game.outputs.count else {
      throw InputError(
        .usage, "the game has no output \(configuration.guidingOutput)", expected: "0 to \(game.outputs.count - 1)")
    }
    try configuration.confidence?.validate(playerCount: game.playerCount)
    _ = try makeTracker(game)
    let cost = unitCost(game)
    if let evaluations = configuration.evaluations, evaluations < cost {
      throw InputError(
        .usage, "the budget of evaluations is too small for a single unit of work", at: .init(key: "evaluations"),
        expected: "at least \(cost)", found: "\(evaluations)")
    }
  }
}
