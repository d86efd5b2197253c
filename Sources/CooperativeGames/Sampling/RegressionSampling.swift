import InputErrors

/// What the two estimators by regression have in common: pairs, the sums over them, and the matrices made anew.
struct RegressionSampling {
  let pairs: PairSampling
  let law: UniformSizeLaw

  init(
    _ game: GameDescription, seed: UInt64, evaluations: Int?, sharing: CoalitionSharing, componentsPerUnit: Int?
  ) {
    let cost = game.playerCount > 1 ? PairSampling.cost : 0
    pairs = PairSampling(
      schedule: SamplingSchedule(
        game, seed: seed, openingCost: PairSampling.endpointCost + cost, laterCost: cost, budget: evaluations,
        componentsPerUnit: componentsPerUnit),
      sharing: sharing)
    law = UniformSizeLaw(seed: seed, playerCount: game.playerCount)
  }

  private var game: GameDescription { pairs.schedule.game }

  func absorb(_ outcomes: [PairOutcome], into regression: inout PairRegression, _ progress: inout SamplingProgress) {
    for outcome in outcomes {
      let index = progress.units
      progress.add(
        outcome.endpoints, evaluations: outcome.evaluations, isOpening: index < pairs.schedule.openingUnits)
      let positions = pairs.schedule.positions(ofUnit: index, progress)
      let observations =
        game.playerCount > 1
        ? pairs.observations(of: outcome, unit: index, positions: positions, law: law) : []
      regression.add(
        unit: index, components: positions.count, endpoints: outcome.endpoints, observations: observations,
        playerCount: game.playerCount)
    }
  }

  /// Calls `body` with every row of the groups for which `isIncluded` holds, in order, and the components behind it.
  func forEachRow(
    _ progress: SamplingProgress, where isIncluded: (Int) -> Bool, _ body: (PairRow, _ components: Int) -> Void
  ) {
    guard game.playerCount > 1 else { return }
    for unit in 0..<progress.units where isIncluded(PairRegression.group(ofUnit: unit)) {
      let positions = pairs.schedule.positions(ofUnit: unit, progress)
      for draw in pairs.draws(ofUnit: unit, positions: positions) {
        body(PairRow(law.pair(draw)), pairs.sharing == .shared ? positions.count : 1)
      }
    }
  }

  /// The normal matrix of the groups for which `isIncluded` holds.
  func gram(_ progress: SamplingProgress, where isIncluded: (Int) -> Bool = { _ in true }) -> PairGram {
    var gram = PairGram(playerCount: game.playerCount)
    forEachRow(progress, where: isIncluded) { gram.add($0, components: $1) }
    gram.close()
    return gram
  }
}
