import InputErrors
import Statistics

/// Marginal contributions stratified by the size of the coalition they are made to (Maleki et al. 2013, with equal
/// allocation), and all players measured at the same coalitions.
///
/// φ_i is the mean over the sizes s = 0..n − 1 of the mean marginal to coalitions of s others. A unit of work is a pair
/// of stars (``MarginalStar``) on one group of components: every player's marginal to a coalition of size t, and to the
/// others outside that coalition, which has size n − 1 − t. The sizes t ≤ (n − 1)/2 are divided into ranges of equal
/// length, the strata; so many units in a row, in random order, take one size from each. Every player has the same
/// number of marginals of every size in expectation, and of every stratum exactly: equal allocation. The mean over such
/// a row of units is one observation. The estimate is unbiased, after any number of units, efficient in expectation, and
/// a dummy's value is exactly 0. Units are independent, unlike the steps of a walk; one unit is exact for games without
/// interactions of more than two players.
///
/// A unit costs 2(n + 1) evaluations a component, and the first epoch's evaluate v_x(N) and v_x(∅) too.
public struct StratifiedEstimator: ShapleyEstimator {
  public static let name = "stratified"

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// What is known between rounds.
  public struct State: StartedState, Codable, Sendable {
    let configuration: Configuration
    let game: GameDescription
    let seed: UInt64
    var progress: SamplingProgress
    /// One observation for every complete row of strata, of shape [output][player].
    var moments: ObservationMoments
    /// The mean marginals of the row under way.
    var row: ObservationMoments
  }

  /// What a unit found.
  public struct Outcome: Codable, Sendable {
    /// Mean marginals over the unit's components and both stars, of shape [output][player].
    var marginals: [Double]
    var endpoints: EndpointValues
    var evaluations: Int
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    let moments = ObservationMoments(length: game.playerCount * game.outputs.count)
    return State(
      configuration: configuration, game: game, seed: seed, progress: SamplingProgress(game), moments: moments,
      row: moments)
  }

  public func validate(_ state: State, game: GameDescription, seed: UInt64) throws {
    try validate(game)
    try CheckpointMatch.require(state, of: configuration, game, seed)
    let length = game.playerCount * game.outputs.count
    try CheckpointMatch.require(
      state.progress.fits(game) && state.moments.fits(length: length) && state.row.fits(length: length),
      "the number of players and outputs")
  }

  public func nextRound(_ state: State) -> [SamplingUnit] {
    if let target = configuration.standardError, state.progress.units >= configuration.minimumUnits,
      let largest = largestStandardError(state), largest <= target
    {
      return []
    }
    return schedule(state.game, seed: state.seed).nextRound(state.progress)
  }

  public func perform(_ unit: SamplingUnit, on evaluator: inout some CoalitionEvaluator) throws -> Outcome {
    let (playerCount, outputCount) = (unit.game.playerCount, unit.game.outputs.count)
    try evaluator.load(unit.components)
    let endpoints = try unit.endpoints(on: &evaluator)
    var evaluations = unit.endpointCost
    var marginals = [Double](repeating: 0, count: playerCount * outputCount)
    if playerCount == 1 {
      var means = ComponentMeans(outputCount: outputCount)
      means.take(endpoints.differences)
      marginals = means.means
    } else {
      let star = star(ofUnit: unit.index, playerCount: playerCount, seed: unit.seed)
      for star in [star, star.reversed] {
        try star.evaluate(weight: 0.5, outputCount: outputCount, on: &evaluator, addingTo: &marginals)
      }
      evaluations += 2 * (playerCount + 1) * unit.components.count
    }
    return Outcome(marginals: marginals, endpoints: endpoints, evaluations: evaluations)
  }

  public func absorb(_ outcomes: [Outcome], into state: inout State) {
    let strataCount = strataCount(state.game.playerCount)
    let openingUnits = schedule(state.game, seed: state.seed).openingUnits
    for outcome in outcomes {
      let components = outcome.endpoints.grand.count / state.game.outputs.count
      state.row.add(outcome.marginals, weight: Double(components))
      state.progress.add(
        outcome.endpoints, evaluations: outcome.evaluations, isOpening: state.progress.units < openingUnits)
      if state.row.count == strataCount {
        state.moments.add(state.row.means, weight: state.row.weight)
        state.row = ObservationMoments(length: state.row.means.count)
      }
    }
  }

  public func status(_ state: State) -> ProcedureStatus {
    ProcedureStatus(
      plannedEvaluations: configuration.evaluations, activePlayers: state.game.playerCount,
      largestStandardError: largestStandardError(state))
  }

  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    guard state.progress.units > 0 else { return nil }
    let moments = observations(state)
    let players = (0..<state.game.playerCount).map { player in
      let place = output * state.game.playerCount + player
      return PlayerEstimate(
        value: moments.means[place], standardError: moments.standardError(place), samples: moments.count)
    }
    return state.progress.estimate(
      Self.name, of: state.game, output: output, players: players,
      claim: state.game.playerCount == 1 ? .exact : .inExpectation)
  }

  /// Complete rows of strata, and the one under way with the weight that it has.
  private func observations(_ state: State) -> ObservationMoments {
    var moments = state.moments
    if state.row.count > 0 { moments.add(state.row.means, weight: state.row.weight) }
    return moments
  }

  private func largestStandardError(_ state: State) -> Double? {
    let start = configuration.guidingOutput * state.game.playerCount
    return observations(state).largestStandardError(start..<start + state.game.playerCount)
  }

  /// A uniform coalition of a size of the unit's stratum, and a uniform player outside it.
  private func star(ofUnit index: Int, playerCount: Int, seed: UInt64) -> MarginalStar {
    let strataCount = strataCount(playerCount)
    let (row, place) = index.quotientAndRemainder(dividingBy: strataCount)
    var order = RandomStream(seed: seed, purpose: .stratum, index: row)
    var stream = RandomStream(seed: seed, purpose: .coalition, index: index)
    let stratum = order.permutation(of: strataCount)[place]
    // The middle size of an odd number of players is its own mirror image, and gets half a size's length here.
    let position = (Double(stratum) + stream.uniform()) / Double(2 * strataCount)
    let size = min((playerCount - 1) / 2, Int(position * Double(playerCount)))
    let drawn = stream.sample(size + 1, of: playerCount)
    return MarginalStar(lower: Coalition(drawn.dropLast(), playerCount: playerCount), pivot: drawn[size])
  }

  private func strataCount(_ playerCount: Int) -> Int { min(configuration.strataCount, (playerCount + 1) / 2) }

  private func schedule(_ game: GameDescription, seed: UInt64) -> SamplingSchedule {
    let cost = game.playerCount > 1 ? 2 * (game.playerCount + 1) : 0
    return SamplingSchedule(
      game, seed: seed, openingCost: cost + PairSampling.endpointCost, laterCost: cost,
      budget: configuration.evaluations, componentsPerUnit: configuration.componentsPerUnit)
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try configuration.validate(game)
    try schedule(game, seed: 0).requireBudget()
  }
}
