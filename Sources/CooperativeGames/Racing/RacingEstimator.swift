import InputErrors
import Statistics

/// Slopes first, then exact toggles where they decide most for their cost, and both combined by shrinkage.
///
/// 1. Where the output has slopes, a pass over all components takes them: at random coalitions S, each player with
///    probability q ~ U(0, 1), they foretell every player's marginal, c. Their mean is T, cheap and biased.
/// 2. A few *stars* toggle every player: at such coalitions v(S ∪ i) − v(S ∖ i) is an unbiased observation Δ of φ_i. What
///    slopes at the same S foretell is the control variate: U = β·mean(c) + mean(Δ − β·c), unbiased for a fixed β
///    (``ControlledMeans``). What a toggle costs is counted in multiply-adds by stratum (layer): late layers cost a
///    thousandth of early ones.
/// 3. Within a stratum, U is shrunken towards what T, and the companions' values from the same evaluations, foretell
///    (``ShrinkageModel``).
///    Once all components' worths are known, the values are conditioned on their sum, v(N) − v(∅).
/// 4. Rounds of further stars toggle the players whose place in the top k is least certain for the cost, with a share for
///    all: numbers of toggles tend to σ √P / √c, σ being the spread of a player's marginals, P the probability that it
///    stands on the wrong side of the k-th place, c what a toggle costs. Without a k, to σ / √c, which makes the mean
///    squared error smallest. Where the error of mean(c) is what costs least to make smaller, a round takes slopes instead.
///
/// The reported values are the shrunken ones, biased towards the prediction. Their errors are those of U, which know nothing
/// of the prediction: the model's own would be too small wherever it is wrong. Limits, where they are asked for, come from
/// the toggles alone, without slopes, whose units then draw components independently (``ConfidenceTracker``): Δ − β·c lies in
/// an interval 1 + |β| times as long, and thousands of units go by before that is made up for.
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
    if tally.slopeUnits < slopeUnits {
      return units(state, .slopes, count: min(Self.unitsPerRound, slopeUnits - tally.slopeUnits))
    }
    if tally.starUnits < configuration.initialUnits {
      let everyone = byStratum(Array(0..<game.playerCount), game)
      return units(
        state, .star(everyone), count: min(Self.unitsPerRound, configuration.initialUnits - tally.starUnits))
    }
    if configuration.confidence?.allowsStopping(decision(state)) == true { return [] }
    switch chosenWork(state) {
    case .slopes: return units(state, .slopes, count: Self.unitsPerRound)
    case .toggles(let players): return units(state, .star(byStratum(players, game)), count: Self.unitsPerRound)
    }
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
      let before = evaluator.multiplyAdds
      let sampler = StarSampler(
        seed: unit.seed, playerCount: game.playerCount, isAntithetic: true, sharing: .perComponent)
      var foretold = ForetoldMarginals(game, output: configuration.guidingOutput)
      for coalitions in sampler.bases(ofUnit: unit.index, componentCount: componentCount) {
        try foretold.add(coalitions, componentCount: componentCount, on: &evaluator)
      }
      outcome.slopes = foretold.means
      outcome.slopeCost = evaluator.multiplyAdds - before
      outcome.evaluations += 2 * FirstOrder.evaluations * componentCount
    case .star(let strata):
      try toggle(strata, unit, on: &evaluator, into: &outcome)
    }
    return outcome
  }

  public func absorb(_ outcomes: [RacingOutcome], into state: inout State) {
    for outcome in outcomes {
      state.tally.add(outcome, guidingOutput: configuration.guidingOutput, of: state.game)
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
        ? nil : errors(state, output: configuration.guidingOutput).max(),
      canEnd: tally.starUnits >= Self.fewestStars)
  }

  /// The estimate for an output; nil before everyone has four observations. Toggles are chosen for the guiding output, and
  /// slopes are its own.
  public func estimate(_ state: State, output: Int) -> ShapleyEstimate? {
    let tally = state.tally
    guard tally.starUnits >= Self.fewestStars else { return nil }
    let model = shrunken(state, output: output), moments = Array(tally.players(output: output))
    let errors = errors(state, output: output)
    let players = moments.indices.map { player in
      PlayerEstimate(value: model.values[player], standardError: errors[player], samples: moments[player].count)
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
        + "demands; errors are those of the toggles, with slopes as control variates",
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
      evaluations += groupSize(game) * (cost(work, game) + (asksForWorths ? 2 : 0))
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
    outcome.players = strata.flatMap { $0 }
    if takesControls(game) {
      var foretold = ForetoldMarginals(game, output: configuration.guidingOutput)
      try foretold.add(coalitions, componentCount: unit.components.count, on: &evaluator)
      let means = foretold.means
      outcome.foretold = outcome.players.map { means[$0] }
      outcome.evaluations += FirstOrder.evaluations * unit.components.count
    }
    try evaluator.values(coalitions, into: &base)
    outcome.baseCost = cost(evaluator)
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
    let means = tally.means(output: output, guidingOutput: configuration.guidingOutput, game)
    var features = configuration.companions.filter { $0 != output }.map { tally.players(output: $0).map(\.mean) }
    if tally.slopeUnits > 0, output == configuration.guidingOutput { features.append(tally.slopes.map(\.mean)) }
    // Errors of the slopes' means are in value and prediction alike.
    var model = ShrinkageModel(
      observed: means.values, variances: means.residualVariances, features: features,
      strata: (0..<game.playerCount).map { game.stratum(of: $0) })
    model.widen(by: means.slopeVariances)
    if knowsAllWorths(state) {
      model.condition(onSum: tally.grand[output].mean - tally.empty[output].mean)
    }
    return model
  }

  /// The standard errors of the means, control variates allowed for.
  private func errors(_ state: State, output: Int) -> [Double] {
    let means = state.tally.means(output: output, guidingOutput: configuration.guidingOutput, state.game)
    return zip(means.residualVariances, means.slopeVariances).map { ($0 + $1).squareRoot() }
  }

  /// Whether v(N) and v(∅) are those of all components, which a draw with replacement does not visit.
  private func knowsAllWorths(_ state: State) -> Bool {
    let visits = Self.firstVisits(state.game)
    return state.tally.units >= visits && (configuration.confidence == nil || slopeUnits(state.game) >= visits)
  }

  private func chosenWork(_ state: State) -> RacingChoice.Work {
    let (game, tally) = (state.game, state.tally)
    let output = configuration.guidingOutput
    let counts = tally.players(output: output).map { Double($0.count) }
    let means = tally.means(output: output, guidingOutput: output, game)
    let choice = RacingChoice(
      counts: counts, spreads: zip(means.residualVariances, counts).map { ($0 * $1).squareRoot() },
      costs: (0..<game.playerCount).map { tally.toggleCost(game.stratum(of: $0)) }, baseCost: tally.meanBaseCost,
      slopeVariances: means.slopeVariances, slopeUnits: tally.slopeUnits, slopeCost: tally.meanSlopeCost)
    return choice.work(shrunken(state, output: output), topCount: configuration.topCount)
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

  private func takesSlopes(_ game: GameDescription) -> Bool {
    game.outputs[configuration.guidingOutput].link != nil && configuration.slopePasses > 0
  }

  /// Whether slopes at a star's coalition are worth their passes as control variates: not where the output jumps, for they
  /// foretell half of the toggles' variance there, and cost as much as they save.
  private func takesControls(_ game: GameDescription) -> Bool {
    takesSlopes(game) && game.outputs[configuration.guidingOutput].link != .step
  }

  /// Units that take slopes before anything is toggled: the passes asked for, and no more than a third of the budget.
  private func slopeUnits(_ game: GameDescription) -> Int {
    guard takesSlopes(game) else { return 0 }
    let passes = configuration.slopePasses * Self.firstVisits(game)
    guard let evaluations = configuration.evaluations else { return passes }
    return min(passes, evaluations / 3 / (groupSize(game) * (2 * FirstOrder.evaluations + 2)))
  }

  /// Evaluations of a unit a component, without those of v(N) and v(∅).
  private func cost(_ work: Unit.Work, _ game: GameDescription) -> Int {
    switch work {
    case .slopes: 2 * FirstOrder.evaluations
    case .star(let strata):
      1 + (takesControls(game) ? FirstOrder.evaluations : 0) + strata.reduce(0) { $0 + $1.count }
    }
  }

  private func validate(_ game: GameDescription) throws(InputError) {
    try game.validate()
    try configuration.validate(game)
    let cost =
      groupSize(game)
      * (slopeUnits(game) * (2 * FirstOrder.evaluations + 2) + configuration.initialUnits
        * (3 + (takesControls(game) ? FirstOrder.evaluations : 0) + game.playerCount))
    if let evaluations = configuration.evaluations, evaluations < cost {
      throw InputError(
        .usage, "the budget of evaluations is too small for the first observations of all players",
        at: .init(key: "evaluations"), expected: "at least \(cost)", found: "\(evaluations)")
    }
  }
}
