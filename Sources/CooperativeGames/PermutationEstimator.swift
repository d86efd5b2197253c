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
  public struct State: Codable, Sendable {
    let configuration: Configuration
    let game: GameDescription
    let seed: UInt64
    var tally: WalkTally
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    return State(configuration: configuration, game: game, seed: seed, tally: WalkTally(game))
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state.configuration == configuration, "the estimator's settings")
    try CheckpointMatch.require(state.game == game, "the game")
    try CheckpointMatch.require(state.seed == seed, "the seed")
    try CheckpointMatch.require(state.tally.fits(game), "the number of players and outputs")
  }

  public func nextRound(_ state: State) -> [Unit] {
    if hasReachedTarget(state) { return [] }
    var count = Self.unitsPerRound
    if let evaluations = configuration.evaluations {
      count = min(count, (evaluations - state.tally.evaluations) / unitCost(state.game))
    }
    var dealer = ComponentDealer(
      seed: state.seed, componentCount: state.game.componentCount, groupSize: groupSize(state.game))
    return (0..<max(0, count)).map { place in
      let index = state.tally.units + place
      return Unit(index: index, components: dealer.group(index), game: state.game, seed: state.seed)
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
    return WalkOutcome(
      marginals: marginals, grand: walk.grand.means, empty: walk.empty.means, steps: orders.count * playerCount,
      stepsTruncated: walk.stepsTruncated, evaluations: walk.coalitionsEvaluated * unit.components.count)
  }

  public func absorb(_ outcomes: [WalkOutcome], into state: inout State) {
    for outcome in outcomes { state.tally.add(outcome) }
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(
      plannedEvaluations: configuration.evaluations, activePlayers: state.game.playerCount,
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
    return ShapleyEstimate(
      estimator: Self.name, output: state.game.outputs[output].name, players: players, grandValue: grandValue,
      emptyValue: emptyValue,
      efficiency: Efficiency(claim: isBiased ? .notClaimed : .exact, residual: total - (grandValue - emptyValue)),
      truncatedShare: tally.truncatedShare,
      bias: isBiased ? "players after a truncation count as 0, which pulls values towards 0" : nil,
      evaluations: tally.evaluations, units: tally.units)
  }

  private func hasReachedTarget(_ state: State) -> Bool {
    guard let target = configuration.standardError, state.tally.units >= configuration.minimumUnits else {
      return false
    }
    guard let largest = state.tally.largestStandardError(output: configuration.guidingOutput) else { return false }
    return largest <= target
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
    let cost = unitCost(game)
    if let evaluations = configuration.evaluations, evaluations < cost {
      throw InputError(
        .usage, "the budget of evaluations is too small for a single unit of work", at: .init(key: "evaluations"),
        expected: "at least \(cost)", found: "\(evaluations)")
    }
  }
}
