import InputErrors
import Statistics

/// Slopes first, then exact toggles where they decide most for their cost, and both combined by shrinkage.
///
/// 1. Where the output has slopes, a pass over all components takes them (``GradientEstimator``): cheap, biased, T.
/// 2. A few *stars* toggle every player: random coalitions S, each player with probability q ~ U(0, 1), at which
///    v(S ∪ i) − v(S ∖ i) is an unbiased observation of φ_i. Their mean is U. What a toggle costs is counted in
///    multiply-adds by stratum (layer): late layers cost a thousandth of early ones.
/// 3. Within a stratum, U is shrunken towards what T, and the companions' values from the same evaluations, foretell
///    (``ShrinkageModel``).
///    Once all components' worths are known, the values are conditioned on their sum, v(N) − v(∅).
/// 4. Rounds of further stars toggle the players whose place in the top k is least certain for the cost, with a share for
///    all: numbers of toggles tend to σ √P / √c, σ being the spread of a player's marginals, P the probability that it
///    stands on the wrong side of the k-th place, c what a toggle costs. Without a k, to σ / √c, which makes the mean
///    squared error smallest.
///
/// The reported values are the shrunken ones, biased towards the prediction. Their errors are those of the toggles' means
/// U, which know nothing of the prediction: the model's own would be too small wherever it is wrong. Limits, where they are
/// asked for, come from the toggles alone too, whose units then draw components independently (``ConfidenceTracker``).
public struct RacingEstimator: ShapleyEstimator {
  public static let name = "racing"
  /// Units of a round, whatever the number of workers.
  static let unitsPerRound = 16
  /// Observations of everyone without which nothing is estimated.
  private static let fewestStars = 4

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// Slopes at a coalition and its complement, or a star.
  public struct Unit: Sendable {
    enum Work: Sendable {
      case slopes
      /// The players to toggle, by stratum.
      case star([[Int]])
    }

    let work: Work
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
    var tally: RacingTally
    var tracker: ConfidenceTracker?
  }

  public func start(_ game: GameDescription, seed: UInt64) throws -> State {
    try validate(game)
    return State(
      configuration: configuration, game: game, seed: seed, tally: RacingTally(game), tracker: try makeTracker(game))
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
    let slopeUnits = slopeUnits(game)
    if tally.units < slopeUnits {
      return units(state, .slopes, count: min(Self.unitsPerRound, slopeUnits - tally.units))
    }
    let players: [Int]
    var count = Self.unitsPerRound
    if tally.starUnits < configuration.initialUnits {
      players = Array(0..<game.playerCount)
      count = min(count, configuration.initialUnits - tally.starUnits)
    } else {
      if configuration.confidence?.allowsStopping(decision(state)) == true { return [] }
      players = chosenPlayers(state)
    }
    return units(state, .star(byStratum(players, game)), count: count)
  }

  public func perform(_ unit: Unit, on evaluator: inout some CoalitionEvaluator) throws -> RacingOutcome {
    let game = unit.game, componentCount = unit.components.count
    var outcome = RacingOutcome()
    try evaluator.load(unit.components)
    if unit.asksForWorths {
      (outcome.grand, outcome.empty) = try worths(game, on: &evaluator)
      outcome.evaluations += 2 * componentCount
    }
    switch unit.work {
    case .slopes:
      var sampler = SlopeSampler(game: game, output: configuration.guidingOutput)
      let coalitions = SlopeSampler.coalitions(game, seed: unit.seed, unit: unit.index, count: componentCount)
      try sampler.add(coalitions, on: &evaluator)
      try sampler.add(coalitions.map(\.complement), on: &evaluator)
      outcome.slopes = sampler.outcome
      outcome.evaluations += sampler.outcome.evaluations
    case .star(let strata):
      try toggle(strata, unit, on: &evaluator, into: &outcome)
    }
    return outcome
  }

  public func absorb(_ outcomes: [RacingOutcome], into state: inout State) {
    for outcome in outcomes {
      state.tally.add(outcome, of: state.game)
      let offset = configuration.guidingOutput * outcome.players.count
      state.tracker?.add(
        outcome.players.indices.lazy.map { (player: outcome.players[$0], value: outcome.marginals[offset + $0]) })
    }
  }

  public func status(_ state: State) -> ProcedureStatus {
    let tally = state.tally
    return ProcedureStatus(
      plannedEvaluations: configuration.evaluations,
      activePlayers: decision(state)?.undecided.count ?? state.game.playerCount,
      largestStandardError: tally.starUnits < Self.fewestStars
        ? nil : tally.meanVariances(output: configuration.guidingOutput, state.game).max()?.squareRoot(),
      canEnd: tally.starUnits >= Self.fewestStars)
  }

  /// The estimate for an output; nil before everyone has four observations. Toggles are chosen for the guiding output, and
  /// slopes are its own.
  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    let tally = state.tally
    guard tally.starUnits >= Self.fewestStars else { return nil }
    let model = shrunken(state, output: output), moments = Array(tally.players(output: output))
    let variances = tally.meanVariances(output: output, state.game)
    let players = moments.indices.map { player in
      PlayerEstimate(
        value: model.values[player], standardError: variances[player].squareRoot(), samples: moments[player].count)
    }
    let (grand, empty) = (tally.grand[output].mean, tally.empty[output].mean)
    let total = players.reduce(0) { $0 + $1.value }
    var estimate = ShapleyEstimate(
      estimator: Self.name, output: state.game.outputs[output].name, players: players, grandValue: grand,
      emptyValue: empty,
      efficiency: Efficiency(
        claim: knowsAllWorths(state) ? .exact : .notClaimed, residual: total - (grand - empty)),
      bias:
        "values are pulled towards what slopes and other players of their layer foretell, by as much as their noise "
        + "demands; errors are those of the toggles alone",
      evaluations: tally.evaluations, units: tally.units)
    if output == configuration.guidingOutput, let tracker = state.tracker { estimate.claim(tracker) }
    return estimate
  }

  // MARK: Rounds

  /// `count` units, or as many as the budget holds.
  private func units(_ state: State, _ work: Unit.Work, count: Int) -> [Unit] {
    let (game, tally) = (state.game, state.tally)
    var dealer = ComponentDealer(seed: state.seed, componentCount: game.componentCount, groupSize: game.laneCount)
    // Slopes are no part of the limits.
    let draws: IndependentComponents? =
      if case .star = work, configuration.confidence != nil {
        IndependentComponents(seed: state.seed, componentCount: game.componentCount, groupSize: groupSize(game))
      } else { nil }
    var units: [Unit] = []
    var evaluations = tally.evaluations
    for index in tally.units..<tally.units + count {
      let asksForWorths = index < Self.firstVisits(game)
      evaluations += groupSize(game) * (cost(work) + (asksForWorths ? 2 : 0))
      if let limit = configuration.evaluations, evaluations > limit { break }
      units.append(
        Unit(
          work: work, index: index, components: draws?.group(index) ?? dealer.group(index),
          asksForWorths: asksForWorths, game: game,
          seed: state.seed))
    }
    return units
  }

  private func toggle(
    _ strata: [[Int]], _ unit: Unit, on evaluator: inout some CoalitionEvaluator, into outcome: inout RacingOutcome
  ) throws {
    let game = unit.game, outputCount = game.outputs.count
    let sampler = StarSampler(seed: unit.seed, playerCount: game.playerCount, isAntithetic: false, sharing: .shared)
    let coalitions = sampler.bases(ofUnit: unit.index, componentCount: unit.components.count)[0]
    var before = evaluator.multiplyAdds
    func cost(_ evaluator: some CoalitionEvaluator) -> UInt64 {
      defer { before = evaluator.multiplyAdds }
      return evaluator.multiplyAdds - before
    }
    var (base, toggled) = ([Double](), [Double]())
    try evaluator.values(coalitions, into: &base)
    outcome.baseCost = cost(evaluator)
    outcome.players = strata.flatMap { $0 }
    outcome.marginals = [Double](repeating: 0, count: outputCount * outcome.players.count)
    let componentCount = unit.components.count
    var first = 0
    for players in strata {
      guard !players.isEmpty else {
        outcome.toggleCosts.append(0)
        continue
      }
      try evaluator.values(toggling: players, into: &toggled)
      outcome.toggleCosts.append(cost(evaluator))
      let marginals = StarMarginals.marginals(
        base: base, toggled: toggled, players: players, at: coalitions, outputCount: outputCount)
      for index in players.indices {
        for place in 0..<componentCount {
          for output in 0..<outputCount {
            outcome.marginals[output * outcome.players.count + first + index] +=
              marginals[(index * componentCount + place) * outputCount + output] / Double(componentCount)
          }
        }
      }
      first += players.count
    }
    let guided = configuration.guidingOutput * outcome.players.count
    try configuration.confidence?.requireWithinRange(
      outcome.marginals[guided..<guided + outcome.players.count], of: outcome.players,
      output: game.outputs[configuration.guidingOutput])
    outcome.evaluations += componentCount * (1 + outcome.players.count)
  }

  private func worths(
    _ game: GameDescription, on evaluator: inout some CoalitionEvaluator
  ) throws -> (grand: [Double], empty: [Double]) {
    var values: [Double] = []
    var means = ComponentMeans(outputCount: game.outputs.count)
    try evaluator.values(.shared(.full(playerCount: game.playerCount)), into: &values)
    means.take(values)
    let grand = means.means
    try evaluator.values(.shared(.empty(playerCount: game.playerCount)), into: &values)
    means.take(values)
    return (grand, means.means)
  }

  // MARK: Choice

  private func shrunken(_ state: State, output: Int) -> ShrinkageModel {
    let (game, tally) = (state.game, state.tally)
    var features = configuration.companions.filter { $0 != output }.map { tally.players(output: $0).map(\.mean) }
    if tally.slopes.units > 0, output == configuration.guidingOutput {
      features.append((0..<game.playerCount).map { tally.slopes.value($0) })
    }
    var model = ShrinkageModel(
      observed: tally.players(output: output).map(\.mean),
      variances: tally.meanVariances(output: output, game), features: features,
      strata: (0..<game.playerCount).map { game.stratum(of: $0) })
    if knowsAllWorths(state) {
      model.condition(onSum: tally.grand[output].mean - tally.empty[output].mean)
    }
    return model
  }

  /// Whether v(N) and v(∅) are those of all components, which a draw with replacement does not visit.
  private func knowsAllWorths(_ state: State) -> Bool {
    let visits = Self.firstVisits(state.game)
    return state.tally.units >= visits && (configuration.confidence == nil || slopeUnits(state.game) >= visits)
  }

  private func chosenPlayers(_ state: State) -> [Int] {
    let (game, tally) = (state.game, state.tally)
    let output = configuration.guidingOutput
    let counts = tally.players(output: output).map { Double($0.count) }
    let choice = RacingChoice(
      counts: counts,
      spreads: zip(tally.meanVariances(output: output, game), counts).map { ($0 * $1).squareRoot() },
      costs: (0..<game.playerCount).map { tally.toggleCost(game.stratum(of: $0)) }, baseCost: tally.meanBaseCost)
    return choice.players(shrunken(state, output: output), topCount: configuration.topCount)
  }

  private func makeTracker(_ game: GameDescription) throws(InputError) -> ConfidenceTracker? {
    guard let request = configuration.confidence else { return nil }
    return ConfidenceTracker(
      request, playerCount: game.playerCount,
      range: try request.observationRange(of: game.outputs[configuration.guidingOutput]))
  }

  /// By the toggles' means, which the limits are about.
  private func decision(_ state: State) -> TopKDecision? {
    state.tracker?.decision(values: state.tally.players(output: configuration.guidingOutput).map(\.mean))
  }

  // MARK: Sizes

  private func byStratum(_ players: [Int], _ game: GameDescription) -> [[Int]] {
    var strata = [[Int]](repeating: [], count: game.stratumCount)
    for player in players { strata[game.stratum(of: player)].append(player) }
    return strata
  }

  private func groupSize(_ game: GameDescription) -> Int { min(game.laneCount, game.componentCount) }

  private static func firstVisits(_ game: GameDescription) -> Int {
    let group = min(game.laneCount, game.componentCount)
    return (game.componentCount + group - 1) / group
  }

  /// Units that take slopes: the passes asked for, and no more than a third of the budget.
  private func slopeUnits(_ game: GameDescription) -> Int {
    guard game.outputs[configuration.guidingOutput].link != nil else { return 0 }
    let passes = configuration.slopePasses * Self.firstVisits(game)
    guard let evaluations = configuration.evaluations else { return passes }
    return min(passes, evaluations / 3 / (groupSize(game) * (2 * FirstOrder.evaluations + 2)))
  }

  /// Evaluations of a unit a component, without those of v(N) and v(∅).
  private func cost(_ work: Unit.Work) -> Int {
    switch work {
    case .slopes: 2 * FirstOrder.evaluations
    case .star(let strata): 1 + strata.reduce(0) { $0 + $1.count }
    }
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try configuration.validate(game)
    let cost =
      groupSize(game)
      * (slopeUnits(game) * (2 * FirstOrder.evaluations + 2) + configuration.initialUnits * (3 + game.playerCount))
    if let evaluations = configuration.evaluations, evaluations < cost {
      throw InputError(
        .usage, "the budget of evaluations is too small for the first observations of all players",
        at: .init(key: "evaluations"), expected: "at least \(cost)", found: "\(evaluations)")
    }
  }
}
