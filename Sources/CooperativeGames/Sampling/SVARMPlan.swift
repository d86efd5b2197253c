/// What stratified SVARM evaluates exactly and what it samples, given its budget.
struct SVARMPlan {
  /// Whether the sizes 1 and n − 1 are evaluated over all components before anything is sampled.
  let isBoundaryExact: Bool
  let law: StratumCoveringLaw
  let pairs: PairSampling

  init(_ configuration: SVARMEstimator.Configuration, _ game: GameDescription, seed: UInt64) {
    let playerCount = game.playerCount
    func pairs(exact: Bool, hasPairs: Bool) -> PairSampling {
      let cost = hasPairs ? PairSampling.cost : 0
      return PairSampling(
        schedule: SamplingSchedule(
          game, seed: seed,
          openingCost: exact ? Self.boundaryCost(playerCount) : PairSampling.endpointCost + cost,
          laterCost: cost, budget: configuration.evaluations, componentsPerUnit: configuration.componentsPerUnit),
        sharing: configuration.sharing, firstPosition: exact ? game.componentCount : 0)
    }
    let exactLaw = StratumCoveringLaw(seed: seed, playerCount: playerCount, smallestSize: 2)
    let exactPairs = pairs(exact: true, hasPairs: exactLaw.hasSizes)
    isBoundaryExact =
      playerCount > 1
      && Self.affordsBoundary(
        configuration, game, whole: Self.evaluations(exactPairs, exactLaw, afterBoundary: true))
    law = isBoundaryExact ? exactLaw : StratumCoveringLaw(seed: seed, playerCount: playerCount, smallestSize: 1)
    self.pairs = isBoundaryExact ? exactPairs : pairs(exact: false, hasPairs: playerCount > 1)
  }

  /// The least budget: that of the warm-up, without anything exact but the sizes 0 and n.
  var neededEvaluations: Int { isBoundaryExact ? 0 : Self.evaluations(pairs, law, afterBoundary: false) }

  /// Whether every component's exact part has been evaluated.
  func isComplete(_ progress: SamplingProgress) -> Bool {
    progress.components >= pairs.schedule.game.componentCount
  }

  private static func boundaryCost(_ playerCount: Int) -> Int { 2 * (playerCount + 1) }

  private static func affordsBoundary(
    _ configuration: SVARMEstimator.Configuration, _ game: GameDescription, whole: Int
  ) -> Bool {
    let isSmall = game.componentCount <= game.laneCount
    guard let budget = configuration.evaluations else { return isSmall }
    let share = budget / 4 / boundaryCost(game.playerCount)
    return whole <= budget && (isSmall || game.componentCount <= share)
  }

  /// The evaluations until every stratum has a sample.
  private static func evaluations(
    _ pairs: PairSampling, _ law: StratumCoveringLaw, afterBoundary: Bool
  ) -> Int {
    let game = pairs.schedule.game
    guard game.playerCount > 1 else { return PairSampling.endpointCost }
    guard afterBoundary else { return pairs.evaluations(forDraws: law.warmUpCount) }
    let components =
      pairs.sharing == .perComponent ? law.warmUpCount : law.warmUpCount * pairs.schedule.groupSize
    let (boundary, overflows) = game.componentCount.multipliedReportingOverflow(by: boundaryCost(game.playerCount))
    return overflows ? .max : boundary + PairSampling.cost * components
  }
}
