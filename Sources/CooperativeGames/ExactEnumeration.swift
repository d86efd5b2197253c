import InputErrors

/// Exact Shapley values by evaluating all 2ⁿ coalitions on every component, for at most 20 players.
///
/// Coalitions are visited in Gray-code order, so that neighbours differ in one player. A unit is a stretch of that order
/// on one group of components. There is no estimate before the last unit. Complexity: 2ⁿ · components evaluations and a
/// table of 2ⁿ · outputs numbers.
public struct ExactEnumeration: ShapleyEstimator {
  public static let name = "exact"
  /// The most players that are enumerated.
  public static let largestPlayerCount = 20
  static let unitsPerRound = 16
  private static let largestTable = 1 << 24

  /// The most evaluations that may be spent; the run is refused when it needs more. Nil for no limit.
  public let evaluations: Int?

  public init(evaluations: Int? = nil) { self.evaluations = evaluations }

  /// A stretch of the Gray-code order on a group of components.
  public struct Unit: Sendable {
    let coalitions: Range<Int>
    let components: [Int]
    let game: GameDescription
  }

  /// v(S), summed over the unit's components.
  public struct Outcome: Codable, Sendable {
    /// Of shape [output][coalition of the stretch].
    var sums: [Double]
    var evaluations: Int
  }

  /// What is known between rounds.
  public struct State: Codable, Sendable {
    let game: GameDescription
    /// Σ_x v_x(S) so far, of shape [output][S as bits].
    var table: [Double]
    var units: Int
    var evaluations: Int
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    let table = [Double](repeating: 0, count: game.outputs.count << game.playerCount)
    return State(game: game, table: table, units: 0, evaluations: 0)
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state.game == game, "the game")
    try CheckpointMatch.require(
      state.table.count == game.outputs.count << game.playerCount && state.units >= 0, "the number of coalitions")
  }

  public func nextRound(_ state: State) -> [Unit] {
    let end = min(unitCount(state.game), state.units + Self.unitsPerRound)
    return (state.units..<max(state.units, end)).map { unit(at: $0, state.game) }
  }

  public func perform(_ unit: Unit, on evaluator: inout some CoalitionEvaluator) throws -> Outcome {
    let (outputCount, playerCount) = (unit.game.outputs.count, unit.game.playerCount)
    var sums = [Double](repeating: 0, count: outputCount * unit.coalitions.count)
    var values: [Double] = []
    try evaluator.load(unit.components)
    for (place, rank) in unit.coalitions.enumerated() {
      let coalition = Coalition(mask: UInt64(Self.grayCode(rank)), playerCount: playerCount)
      try evaluator.values(.shared(coalition), into: &values)
      for output in 0..<outputCount {
        var sum = 0.0
        for component in unit.components.indices { sum += values[component * outputCount + output] }
        sums[output * unit.coalitions.count + place] = sum
      }
    }
    return Outcome(sums: sums, evaluations: unit.coalitions.count * unit.components.count)
  }

  public func absorb(_ outcomes: [Outcome], into state: inout State) {
    for outcome in outcomes {
      let coalitions = unit(at: state.units, state.game).coalitions
      for output in state.game.outputs.indices {
        for (place, rank) in coalitions.enumerated() {
          state.table[output << state.game.playerCount | Self.grayCode(rank)] +=
            outcome.sums[output * coalitions.count + place]
        }
      }
      state.units += 1
      state.evaluations += outcome.evaluations
    }
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(
      plannedEvaluations: state.game.componentCount << state.game.playerCount, activePlayers: state.game.playerCount,
      canEnd: false)
  }

  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    let game = state.game
    guard state.units == unitCount(game) else { return nil }
    let start = output << game.playerCount
    let table = state.table[start..<start + 1 << game.playerCount].map { $0 / Double(game.componentCount) }
    let players = CoalitionTable.shapleyValues(of: table[...], playerCount: game.playerCount).map {
      PlayerEstimate(value: $0, standardError: 0, samples: 1 << (game.playerCount - 1))
    }
    let (grandValue, emptyValue) = (table[table.count - 1], table[0])
    let total = players.reduce(0) { $0 + $1.value }
    return ShapleyEstimate(
      estimator: Self.name, output: game.outputs[output].name, players: players, grandValue: grandValue,
      emptyValue: emptyValue,
      efficiency: Efficiency(claim: .exact, residual: total - (grandValue - emptyValue)),
      evaluations: state.evaluations, units: state.units)
  }

  /// The `rank`-th set in an order in which neighbours differ in one player.
  static func grayCode(_ rank: Int) -> Int { rank ^ rank >> 1 }

  private func stretchLength(_ game: GameDescription) -> Int { 1 << min(game.playerCount, 10) }

  private func unitCount(_ game: GameDescription) -> Int {
    ComponentGroups(game).count * ((1 << game.playerCount) / stretchLength(game))
  }

  private func unit(at index: Int, _ game: GameDescription) -> Unit {
    let length = stretchLength(game)
    let (group, stretch) = index.quotientAndRemainder(dividingBy: (1 << game.playerCount) / length)
    return Unit(
      coalitions: stretch * length..<(stretch + 1) * length, components: Array(ComponentGroups(game)[group]), game: game
    )
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    guard game.playerCount <= Self.largestPlayerCount else {
      throw InputError(
        .usage, "exact enumeration is only for few players", at: .init(key: "estimator"),
        expected: "at most \(Self.largestPlayerCount) players", found: "\(game.playerCount)",
        hint: "use the estimator 'permutation', or groups of filters as players")
    }
    guard game.outputs.count <= Self.largestTable >> game.playerCount else {
      throw InputError(
        .usage, "the table of all coalitions and outputs is too large", at: .init(key: "estimator"),
        expected: "at most \(Self.largestTable >> game.playerCount) outputs", found: "\(game.outputs.count)")
    }
    let (needed, overflows) = game.componentCount.multipliedReportingOverflow(by: 1 << game.playerCount)
    if overflows || needed > evaluations ?? .max {
      throw InputError(
        .usage, "the budget of evaluations is too small to enumerate all coalitions", at: .init(key: "evaluations"),
        expected: overflows ? nil : "at least \(needed)", found: evaluations.map(String.init))
    }
  }
}
