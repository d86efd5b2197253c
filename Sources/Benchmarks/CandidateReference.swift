import CooperativeGames
import NeuronShapley
import Statistics

/// Which players are the best of thousands, by an unbiased method: a race chooses candidates, and stars of their own, drawn
/// without looking, then measure the candidates alone.
///
/// A walk measures everyone equally well, of whom nearly all are nowhere near the top. Here one base serves a few dozen
/// toggles, so that the candidates' errors become small. A player that the race misses altogether stays missed.
struct CandidateReference {
  let game: AblationGame
  let candidateCount: Int

  struct Values {
    /// Of the candidates the means of their stars, of all others what the race found.
    var values: [Double]
    var standardErrors: [Double]
    var candidates: [Int]
    /// Multiply-adds done, in forward passes over all images.
    var passes: Double
  }

  /// A third of `passes` goes to the race.
  func measure(passes: Double, seed: UInt64) throws -> Values? {
    let fullPass = Double(game.componentImages.count) * Double(game.plan.multiplyAdds)
    var evaluator = game.makeEvaluator()
    func passesDone() -> Double { Double(evaluator.multiplyAdds) / fullPass }

    let race = RacingEstimator(.init(topCount: candidateCount))
    var state = try race.start(game.description, seed: seed)
    while passesDone() < passes / 3 {
      var outcomes: [RacingEstimator.Outcome] = []
      for unit in race.nextRound(state) where passesDone() < passes / 3 {
        outcomes.append(try race.perform(unit, on: &evaluator))
      }
      race.absorb(outcomes, into: &state)
    }
    guard let screened = race.estimate(state) else { return nil }
    let order = screened.values.indices.sorted { screened.values[$0] > screened.values[$1] }
    let candidates = order.prefix(candidateCount).sorted()

    let lanes = min(game.description.laneCount, game.description.componentCount)
    var dealer = ComponentDealer(seed: seed &+ 1, componentCount: game.description.componentCount, groupSize: lanes)
    let sampler = StarSampler(
      seed: seed &+ 1, playerCount: game.players.count, isAntithetic: false, sharing: .shared)
    var moments = [RunningMoments](repeating: RunningMoments(), count: candidates.count)
    var unit = 0
    while passesDone() < passes {
      let components = dealer.group(unit)
      try evaluator.load(components)
      let observed = try StarMarginals.observations(
        of: candidates, at: sampler.bases(ofUnit: unit, componentCount: components.count),
        outputCount: game.description.outputs.count, on: &evaluator)
      for index in candidates.indices { moments[index].add(observed[index]) }
      unit += 1
    }
    var result = Values(
      values: screened.values, standardErrors: screened.players.map { $0.standardError ?? .infinity },
      candidates: candidates, passes: passesDone())
    for (index, player) in candidates.enumerated() {
      result.values[player] = moments[index].mean
      result.standardErrors[player] = moments[index].standardError ?? .infinity
    }
    return result
  }
}
