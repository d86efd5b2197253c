import InputErrors
import Statistics

/// Permutation sampling for many games at once that differ only in what they look at: the performance on each class of
/// images, say, whose walks are all the same forward passes.
///
/// By linearity, the value of a player for the mean over some components is the mean of its values for each of them. So
/// one order, or an order and its reverse, on a unit's components of whatever groups informs every group that occurs in
/// it, and the walks for a thousand groups cost what the walks for one cost.
///
/// The value for a group is the sum of its components' marginals over their number, Σ_u A_u / Σ_u m_u over units u. It is
/// **unbiased**, not only asymptotically: components are dealt in a random order that the orders of removal know nothing
/// of, and given the numbers m_u each of the group's components is equally likely to be the one that was dealt. The
/// **standard error** is that of a ratio of sums over clusters of unequal sizes, linearised, hence asymptotic in the
/// number of units in which the group occurs; it is slightly too large where a group's components were all dealt equally
/// often, as the dealing without replacement is not allowed for. **Efficiency** is exact for each group: the values sum to
/// v(N) − v(∅), all three being means over the same components as they were dealt. A dummy player's value is exactly 0.
///
/// A unit costs (players + 1) evaluations a component, 2 · players when antithetic. There is no truncation: where one
/// group's coalition is worth nothing any more, another's still is.
public struct GroupedPermutationEstimator: CoalitionProcedure {
  public static let name = "permutation"
  /// Units a round, whatever the number of workers.
  static let unitsPerRound = 16

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// One order, or antithetic pair, on a few components.
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
    var tally: GroupTally
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    let groupCount = configuration.grouping.groupCount(in: game)
    return State(
      configuration: configuration, game: game, seed: seed,
      tally: GroupTally(groupCount: groupCount, playerCount: game.playerCount))
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state, of: configuration, game, seed)
    let groupCount = configuration.grouping.groupCount(in: game)
    try CheckpointMatch.require(
      state.tally.fits(groupCount: groupCount, playerCount: game.playerCount), "the number of players and groups")
  }

  public func nextRound(_ state: State) -> [Unit] {
    if hasReachedTarget(state) { return [] }
    var count = Self.unitsPerRound
    if let evaluations = configuration.evaluations {
      count = min(count, (evaluations - state.tally.evaluations) / configuration.unitCost(state.game))
    }
    var dealer = ComponentDealer(
      seed: state.seed, componentCount: state.game.componentCount, groupSize: configuration.unitSize(state.game))
    return (0..<max(0, count)).map { place in
      let index = state.tally.units + place
      return Unit(index: index, components: dealer.group(index), game: state.game, seed: state.seed)
    }
  }

  public func perform(_ unit: Unit, on evaluator: inout some CoalitionEvaluator) throws -> GroupedOutcome {
    let orders = PermutationSampler(
      seed: unit.seed, playerCount: unit.game.playerCount, isAntithetic: configuration.isAntithetic
    ).orders(ofUnit: unit.index)
    try evaluator.load(unit.components)
    var walk = try GroupedWalk(
      unit.components, of: unit.game, grouping: configuration.grouping, evaluator: &evaluator)
    for order in orders { try walk.walk(order, weight: 1 / Double(orders.count), on: &evaluator) }
    return walk.outcome
  }

  public func absorb(_ outcomes: [GroupedOutcome], into state: inout State) {
    for outcome in outcomes { state.tally.add(outcome) }
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(
      plannedEvaluations: configuration.evaluations, activePlayers: state.game.playerCount,
      largestStandardError: state.tally.largestStandardError)
  }

  /// How many groups are estimated.
  public func groupCount(_ state: State) -> Int { state.tally.groupCount }

  /// The estimate for one group, or nil before one of its components was dealt.
  ///
  /// Its ``ShapleyEstimate/units`` and samples are the units in which the group occurred, its evaluations those of all
  /// groups, which share them.
  /// - Precondition: `group` is one of the groups.
  public func estimate(_ state: State, group: Int) -> ShapleyEstimate? {
    let tally = state.tally, samples = tally.unitCounts[group]
    guard samples > 0 else { return nil }
    let players = (0..<tally.playerCount).map { player in
      PlayerEstimate(
        value: tally.value(group: group, player: player),
        standardError: tally.standardError(group: group, player: player), samples: samples)
    }
    let total = players.reduce(0) { $0 + $1.value }
    let (grandValue, emptyValue) = (tally.grand[group], tally.empty[group])
    return ShapleyEstimate(
      estimator: Self.name, output: state.game.outputs[configuration.grouping.output(ofGroup: group)].name,
      players: players, grandValue: grandValue, emptyValue: emptyValue,
      efficiency: Efficiency(claim: .exact, residual: total - (grandValue - emptyValue)),
      evaluations: tally.evaluations, units: samples)
  }

  /// How many components of a group were dealt, repeats counted.
  ///
  /// - Precondition: `group` is one of the groups.
  public func dealtCount(_ state: State, group: Int) -> Int { state.tally.counts[group] }

  /// Units of work that were absorbed.
  public func unitCount(_ state: State) -> Int { state.tally.units }

  private func hasReachedTarget(_ state: State) -> Bool {
    guard let target = configuration.standardError, let fewest = state.tally.unitCounts.min(),
      fewest >= configuration.minimumUnits, let largest = state.tally.largestStandardError
    else { return false }
    return largest <= target
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try configuration.validate(game)
  }
}
