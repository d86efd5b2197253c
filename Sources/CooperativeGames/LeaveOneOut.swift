import InputErrors

/// What each player's removal alone costs: v(N) − v(N ∖ i), exactly, over all components.
///
/// This is no Shapley value: players that can stand in for each other all get about 0. It is the natural baseline for a
/// ranking. A unit is a stretch of players on one group of components; there is no result before the last unit.
/// Complexity: components · (players + stretches) evaluations, a stretch being up to 256 players.
public struct LeaveOneOut: CoalitionProcedure {
  static let unitsPerRound = 16
  static let playersPerUnit = 256

  /// The most evaluations that may be spent; the run is refused when it needs more. Nil for no limit.
  public let evaluations: Int?

  public init(evaluations: Int? = nil) { self.evaluations = evaluations }

  /// A stretch of players on a group of components.
  public struct Unit: Sendable {
    let players: Range<Int>
    let components: [Int]
    let outputCount: Int
    let playerCount: Int
  }

  /// Sums over the unit's components.
  public struct Outcome: Codable, Sendable {
    /// Σ_x (v_x(N) − v_x(N ∖ i)), of shape [output][player of the stretch].
    var sums: [Double]
    /// Σ_x v_x(N), one an output.
    var grand: [Double]
    var evaluations: Int
  }

  /// What is known between rounds.
  public struct State: Codable, Sendable {
    let game: GameDescription
    var sums: [Double]
    var grand: [Double]
    var units: Int
    var evaluations: Int
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    return State(
      game: game, sums: [Double](repeating: 0, count: game.outputs.count * game.playerCount),
      grand: [Double](repeating: 0, count: game.outputs.count), units: 0, evaluations: 0)
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state.game == game, "the game")
    try CheckpointMatch.require(
      state.sums.count == game.outputs.count * game.playerCount && state.grand.count == game.outputs.count
        && state.units >= 0, "the number of players and outputs")
  }

  public func nextRound(_ state: State) -> [Unit] {
    let end = min(unitCount(state.game), state.units + Self.unitsPerRound)
    return (state.units..<max(state.units, end)).map { unit(at: $0, state.game) }
  }

  public func perform(_ unit: Unit, on evaluator: inout some CoalitionEvaluator) throws -> Outcome {
    let (outputCount, componentCount) = (unit.outputCount, unit.components.count)
    var (grand, values): ([Double], [Double]) = ([], [])
    try evaluator.load(unit.components)
    try evaluator.values(.shared(.full(playerCount: unit.playerCount)), into: &grand)
    try evaluator.values(toggling: Array(unit.players), into: &values)
    var outcome = Outcome(
      sums: [Double](repeating: 0, count: outputCount * unit.players.count),
      grand: [Double](repeating: 0, count: outputCount), evaluations: componentCount * (1 + unit.players.count))
    for output in 0..<outputCount {
      for component in 0..<componentCount {
        let whole = grand[component * outputCount + output]
        outcome.grand[output] += whole
        for place in 0..<unit.players.count {
          let without = values[(place * componentCount + component) * outputCount + output]
          outcome.sums[output * unit.players.count + place] += whole - without
        }
      }
    }
    return outcome
  }

  public func absorb(_ outcomes: [Outcome], into state: inout State) {
    for outcome in outcomes {
      let players = unit(at: state.units, state.game).players
      for output in state.game.outputs.indices {
        for (place, player) in players.enumerated() {
          state.sums[output * state.game.playerCount + player] += outcome.sums[output * players.count + place]
        }
        // v(N) is evaluated again for every stretch; it counts once a component.
        if players.lowerBound == 0 { state.grand[output] += outcome.grand[output] }
      }
      state.units += 1
      state.evaluations += outcome.evaluations
    }
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(
      plannedEvaluations: plannedEvaluations(state.game), activePlayers: state.game.playerCount, canEnd: false)
  }

  /// The scores for one output, or nil before the last unit.
  ///
  /// - Precondition: `output` is one of the game's.
  public func scores(_ state: State, output: Int = 0) -> LeaveOneOutScores? {
    let game = state.game
    guard state.units == unitCount(game) else { return nil }
    let sums = state.sums[output * game.playerCount..<(output + 1) * game.playerCount]
    return LeaveOneOutScores(
      output: game.outputs[output].name, scores: sums.map { $0 / Double(game.componentCount) },
      grandValue: state.grand[output] / Double(game.componentCount), evaluations: state.evaluations)
  }

  private func stretchCount(_ game: GameDescription) -> Int { (game.playerCount - 1) / Self.playersPerUnit + 1 }

  private func unitCount(_ game: GameDescription) -> Int { ComponentGroups(game).count * stretchCount(game) }

  private func plannedEvaluations(_ game: GameDescription) -> Int {
    game.componentCount * (game.playerCount + stretchCount(game))
  }

  private func unit(at index: Int, _ game: GameDescription) -> Unit {
    let (group, stretch) = index.quotientAndRemainder(dividingBy: stretchCount(game))
    let start = stretch * Self.playersPerUnit
    return Unit(
      players: start..<min(game.playerCount, start + Self.playersPerUnit),
      components: Array(ComponentGroups(game)[group]), outputCount: game.outputs.count, playerCount: game.playerCount)
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    if let evaluations, evaluations < plannedEvaluations(game) {
      throw InputError(
        .usage, "the budget of evaluations is too small to leave out every player once",
        at: .init(key: "evaluations"), expected: "at least \(plannedEvaluations(game))", found: "\(evaluations)")
    }
  }
}

/// What each player's removal alone costs.
public struct LeaveOneOutScores: Sendable, Hashable, Codable {
  /// The output's name.
  public var output: String
  /// v(N) − v(N ∖ i), one a player; exact over the game's components.
  public var scores: [Double]
  /// v(N).
  public var grandValue: Double
  /// Evaluations spent.
  public var evaluations: Int
}
