import InputErrors
import Statistics

/// The published estimator, Truncated Multi-Armed Bandit Shapley (Ghorbani and Zou 2020, arXiv 2002.09815), as its code
/// does it; kept for comparison.
///
/// Each order draws fresh components and removes all players in random order. Only *active* players' marginals are
/// recorded: an inactive player is removed without an evaluation, and the worth before the next active player is then
/// evaluated anew, so that a stretch of inactive players costs one evaluation a component, or none at the order's end.
/// After six evaluations in a row that are no more than 0.2 above chance the order ends, and the active players after it
/// record 0. Every few orders the active set becomes those players whose published interval holds the (k + 1)-th largest
/// value; a player may return to it. The run ends when at most one player is active.
///
/// Known defects, kept on purpose: truncation counted as 0 is biased, and the published bound promises nothing (see
/// ``Statistics/ConfidenceBound/publishedBandit(count:variance:range:delta:)``). Two things differ from the code: a
/// marginal of exactly −1 is a marginal, not "not sampled"; and the active set is updated after a fixed number of orders
/// instead of by a second process.
public struct TMABEstimator: ShapleyEstimator {
  public static let name = "tmab"

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// One random order on fresh components, for the players that are active.
  public struct Unit: Sendable {
    let index: Int
    let active: [Int]
    let game: GameDescription
    let seed: UInt64
  }

  /// What is known between rounds.
  public struct State: StartedState, Codable, Sendable {
    let configuration: Configuration
    let game: GameDescription
    let seed: UInt64
    /// The players still sampled, in the game's order.
    var active: [Int]
    var tally: WalkTally
  }

  /// What an order found, and for whom.
  public struct Outcome: Codable, Sendable {
    var active: [Int]
    package var walk: WalkOutcome
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    return State(
      configuration: configuration, game: game, seed: seed, active: Array(0..<game.playerCount),
      tally: WalkTally(game))
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state, of: configuration, game, seed)
    try CheckpointMatch.require(
      state.tally.fits(game) && state.active.allSatisfy((0..<game.playerCount).contains),
      "the number of players and outputs")
  }

  public func nextRound(_ state: State) -> [Unit] {
    if state.tally.units > 0, state.active.count <= 1 { return [] }
    var count = configuration.ordersPerUpdate
    if let evaluations = configuration.evaluations {
      count = min(count, (evaluations - state.tally.evaluations) / orderCost(state.game, active: state.active.count))
    }
    return (0..<max(0, count)).map { place in
      Unit(index: state.tally.units + place, active: state.active, game: state.game, seed: state.seed)
    }
  }

  public func perform(_ unit: Unit, on evaluator: inout some CoalitionEvaluator) throws -> Outcome {
    let game = unit.game
    var images = RandomStream(seed: unit.seed, purpose: .componentOrder, index: unit.index)
    let components = images.sample(componentsPerOrder(game), of: game.componentCount)
    var orders = RandomStream(seed: unit.seed, purpose: .playerOrder, index: unit.index)
    var order = PublishedOrder(game: game, active: unit.active, componentCount: components.count)
    try evaluator.load(components)
    try order.walk(
      orders.permutation(of: game.playerCount), truncation: configuration.truncation,
      guidingOutput: configuration.guidingOutput, on: &evaluator)
    return Outcome(active: unit.active, walk: order.outcome)
  }

  public func absorb(_ outcomes: [Outcome], into state: inout State) {
    for outcome in outcomes { state.tally.add(outcome.walk, sampled: outcome.active) }
    guard let bandit = try? TopKBandit(topCount: configuration.topCount, playerCount: state.game.playerCount) else {
      preconditionFailure("the top k was checked at the start")
    }
    let output = configuration.guidingOutput
    state.active = bandit.activePlayers(
      values: state.tally.players(output: output).map(\.mean), radii: radii(state.tally, output: output))
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(
      plannedEvaluations: configuration.evaluations, activePlayers: state.active.count,
      largestStandardError: state.tally.largestStandardError(output: configuration.guidingOutput))
  }

  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    let tally = state.tally
    guard tally.units > 0 else { return nil }
    guard let bandit = try? TopKBandit(topCount: configuration.topCount, playerCount: state.game.playerCount) else {
      return nil
    }
    let moments = Array(tally.players(output: output))
    let radii = radii(tally, output: output)
    let statuses = bandit.statuses(values: moments.map(\.mean), radii: radii)
    let players = moments.indices.map { player in
      let value = moments[player].mean
      return PlayerEstimate(
        value: value, standardError: moments[player].standardError, samples: moments[player].count,
        lower: value - radii[player], upper: value + radii[player], status: statuses[player])
    }
    let grandValue = tally.grand[output].mean
    let emptyValue = tally.empty[output].count > 0 ? tally.empty[output].mean : nil
    let total = players.reduce(0) { $0 + $1.value }
    return ShapleyEstimate(
      estimator: Self.name, output: state.game.outputs[output].name, players: players, grandValue: grandValue,
      emptyValue: emptyValue,
      efficiency: Efficiency(claim: .notClaimed, residual: emptyValue.map { total - (grandValue - $0) }),
      confidence: .asPublished(delta: configuration.delta), truncatedShare: tally.truncatedShare,
      bias: tally.stepsTruncated > 0
        ? "players after a truncation count as 0, which pulls values towards 0; the published limits promise nothing"
        : "the active set is chosen by the values themselves; the published limits promise nothing",
      evaluations: tally.evaluations, units: tally.units)
  }

  /// The published radius of every player; R itself before two observations.
  private func radii(_ tally: WalkTally, output: Int) -> [Double] {
    tally.players(output: output).map { moments in
      guard let variance = moments.variance else { return configuration.range }
      return ConfidenceBound.publishedBandit(
        count: moments.count, variance: variance, range: configuration.range, delta: configuration.delta)
        ?? configuration.range
    }
  }

  private func componentsPerOrder(_ game: GameDescription) -> Int {
    min(configuration.componentsPerOrder, game.componentCount)
  }

  /// The most evaluations that one order can take: v(N), every active player, and the worth before each active player
  /// that follows an inactive one.
  private func orderCost(_ game: GameDescription, active: Int) -> Int {
    componentsPerOrder(game) * (1 + active + min(active, game.playerCount - active))
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try configuration.validate()
    _ = try TopKBandit(topCount: configuration.topCount, playerCount: game.playerCount)
    guard configuration.guidingOutput < game.outputs.count else {
      throw InputError(
        .usage, "the game has no output \(configuration.guidingOutput)", expected: "0 to \(game.outputs.count - 1)")
    }
    let cost = orderCost(game, active: game.playerCount)
    if let evaluations = configuration.evaluations, evaluations < cost {
      throw InputError(
        .usage, "the budget of evaluations is too small for a single order", at: .init(key: "evaluations"),
        expected: "at least \(cost)", found: "\(evaluations)")
    }
  }
}
