import InputErrors
import Statistics

/// Shapley values from slopes: one backward pass tells what every player is worth to first order.
///
/// The value of a player is the mean over coalition sizes of its mean marginal contribution (Shapley 1953). Here the
/// marginals are slopes at random coalitions, a different one for each component: one side of the mean from coalitions
/// without the player, one from coalitions with it, and the two averaged, as the trapezoid rule integrates. A slope is
/// exact for a player's last step only where the network is linear in it, so the estimate is **biased**, by a few per
/// cent of the spread of the values for the log-likelihood and a quarter of it for accuracy, and converges in a few
/// passes over the images. It claims no interval and no efficiency.
///
/// With s uniform on 0…n, S uniform of that size, and weights w = (n + 1) / (n − s) for an absent player and (n + 1) / s
/// for a present one, φ̂_i = ½ (Σ_{i∉S} w c / Σ w + Σ_{i∈S} w c / Σ w), c being the output's ``Link/smoothMarginal``.
/// A coalition and its complement are one observation. A unit costs six evaluations a component, eight on the first
/// visit, which also asks for v(N) and v(∅).
public struct GradientEstimator: ShapleyEstimator {
  public static let name = "gradient"
  /// Units a round, whatever the number of workers.
  static let unitsPerRound = 16

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// What the estimator is told to do. Without a budget and a target it goes on until the run's observer stops it.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The most evaluations to spend; nil for no limit.
    public var evaluations: Int?
    /// Stop once no player has a larger standard error (which knows nothing of the bias), checked after every round from
    /// ``minimumUnits`` on; nil for no target.
    public var standardError: Double?
    /// The units before which ``standardError`` stops nothing.
    public var minimumUnits: Int
    /// The output that is estimated; it needs a ``GameDescription/Output/link``.
    public var output: Int

    public init(evaluations: Int? = nil, standardError: Double? = nil, minimumUnits: Int = 64, output: Int = 0) {
      self.evaluations = evaluations
      self.standardError = standardError
      self.minimumUnits = minimumUnits
      self.output = output
    }
  }

  /// One coalition a component, and its complement.
  public struct Unit: Sendable {
    let index: Int
    let components: [Int]
    let asksForWorths: Bool
    let game: GameDescription
    let seed: UInt64
  }

  /// What is known between rounds.
  public struct State: StartedState, Codable, Sendable {
    let configuration: Configuration
    let game: GameDescription
    let seed: UInt64
    var tally: SlopeTally
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    return State(
      configuration: configuration, game: game, seed: seed, tally: SlopeTally(playerCount: game.playerCount))
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state, of: configuration, game, seed)
    try CheckpointMatch.require(state.tally.fits(game), "the number of players")
  }

  public func nextRound(_ state: State) -> [Unit] {
    if hasReachedTarget(state) { return [] }
    let game = state.game
    var dealer = ComponentDealer(seed: state.seed, componentCount: game.componentCount, groupSize: game.laneCount)
    var units: [Unit] = []
    var evaluations = state.tally.evaluations
    for index in state.tally.units..<state.tally.units + Self.unitsPerRound {
      let asksForWorths = index < Self.firstVisits(game)
      evaluations += Self.cost(game, asksForWorths: asksForWorths)
      if let limit = configuration.evaluations, evaluations > limit { break }
      units.append(
        Unit(
          index: index, components: dealer.group(index), asksForWorths: asksForWorths, game: game, seed: state.seed))
    }
    return units
  }

  public func perform(_ unit: Unit, on evaluator: inout some CoalitionEvaluator) throws -> SlopeOutcome {
    try evaluator.load(unit.components)
    var sampler = SlopeSampler(game: unit.game, output: configuration.output)
    if unit.asksForWorths { try sampler.askForWorths(unit.components.count, on: &evaluator) }
    let coalitions = SlopeSampler.coalitions(
      unit.game, seed: unit.seed, unit: unit.index, count: unit.components.count)
    try sampler.add(coalitions, on: &evaluator)
    try sampler.add(coalitions.map(\.complement), on: &evaluator)
    return sampler.outcome
  }

  public func absorb(_ outcomes: [SlopeOutcome], into state: inout State) {
    for outcome in outcomes { state.tally.add(outcome) }
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(
      plannedEvaluations: configuration.evaluations, activePlayers: state.game.playerCount,
      largestStandardError: state.tally.largestStandardError)
  }

  /// The estimate for the configured output; nil for any other, whose slopes were never taken.
  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    let tally = state.tally
    guard tally.units > 0, output == configuration.output else { return nil }
    let players = (0..<state.game.playerCount).map { player in
      PlayerEstimate(
        value: tally.value(player), standardError: tally.standardError(player), samples: tally.units)
    }
    let total = players.reduce(0) { $0 + $1.value }
    return ShapleyEstimate(
      estimator: Self.name, output: state.game.outputs[output].name, players: players, grandValue: tally.grand.mean,
      emptyValue: tally.empty.mean,
      efficiency: Efficiency(claim: .notClaimed, residual: total - (tally.grand.mean - tally.empty.mean)),
      bias: "slopes stand for marginal contributions; standard errors know nothing of the difference",
      evaluations: tally.evaluations, units: tally.units)
  }

  private func hasReachedTarget(_ state: State) -> Bool {
    guard let target = configuration.standardError, state.tally.units >= configuration.minimumUnits,
      let largest = state.tally.largestStandardError
    else { return false }
    return largest <= target
  }

  /// The units that visit every component for the first time.
  private static func firstVisits(_ game: GameDescription) -> Int {
    let group = min(game.laneCount, game.componentCount)
    return (game.componentCount + group - 1) / group
  }

  private static func cost(_ game: GameDescription, asksForWorths: Bool) -> Int {
    min(game.laneCount, game.componentCount) * (2 * FirstOrder.evaluations + (asksForWorths ? 2 : 0))
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try SlopeRequirement.check(game, output: configuration.output)
    if let standardError = configuration.standardError, !(standardError > 0 && standardError.isFinite) {
      throw InputError(
        .usage, "the target standard error is out of range", at: .init(key: "standard-error"),
        expected: "a number above 0", found: "\(standardError)")
    }
    guard configuration.minimumUnits >= 2 else {
      throw InputError(
        .usage, "a standard error needs several units", at: .init(key: "minimumUnits"), expected: "at least 2",
        found: "\(configuration.minimumUnits)")
    }
    let cost = Self.cost(game, asksForWorths: true)
    if let evaluations = configuration.evaluations, evaluations < cost {
      throw InputError(
        .usage, "the budget of evaluations is too small for a single unit of work", at: .init(key: "evaluations"),
        expected: "at least \(cost)", found: "\(evaluations)")
    }
  }
}

/// What an estimator that takes slopes asks of a game.
enum SlopeRequirement {
  /// - Throws: ``InputErrors/InputError`` (usage) when the game has no such output, or the output no slopes.
  static func check(_ game: GameDescription, output: Int) throws(InputError) {
    guard game.outputs.indices.contains(output) else {
      throw InputError(
        .usage, "the game has no output \(output)", expected: "0 to \(game.outputs.count - 1)")
    }
    guard game.outputs[output].link != nil else {
      throw InputError(
        .usage, "the game's \(game.outputs[output].name) has no gradient", at: .init(key: "estimator"),
        hint: "use the estimator 'permutation'")
    }
  }
}
