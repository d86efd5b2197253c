import CooperativeGames
import Statistics

/// Counts what the evaluations of a game cost, on one block of its images and with random streams of its own.
///
/// At coalitions of several sizes, two players of each layer are toggled: an estimator would find the same costs on its way,
/// but it has to be chosen before. Takes about 12 evaluations a layer and image of the block, one worker, and nothing of any
/// budget.
package struct CostMeter {
  /// The shares of players present in the coalitions, the middles of four equal ranges.
  private static let shares = [0.125, 0.375, 0.625, 0.875]

  private let game: AblationGame
  private let seed: UInt64

  package init(_ game: AblationGame, seed: UInt64) {
    self.game = game
    self.seed = seed
  }

  /// - Parameter backward: the multiply-adds of a backward pass of one image; nil where the metric has no slopes.
  package func measured(backward: Int?) throws -> EvaluationCosts {
    var evaluator = game.makeEvaluator()
    let imageCount = min(game.description.laneCount, game.componentImages.count)
    let members = playersByStratum()
    var (steps, toggles) = (members.map { _ in 0.0 }, members.map { _ in 0.0 })
    var bases = 0.0
    var values: [Double] = []
    func cost(_ evaluator: AblationEvaluator, since before: UInt64) -> Double {
      Double(evaluator.multiplyAdds - before) / Double(imageCount)
    }
    evaluator.load(Array(0..<imageCount))
    evaluator.values(.shared(.full(playerCount: game.players.count)), into: &values)
    for (level, share) in Self.shares.enumerated() {
      try Task.checkCancellation()
      var stream = RandomStream(seed: seed, purpose: .costMeter, index: level)
      let coalition = Coalition(
        (0..<game.players.count).filter { _ in stream.bernoulli(share) }, playerCount: game.players.count)
      var before = evaluator.multiplyAdds
      evaluator.values(.shared(coalition), into: &values)
      bases += cost(evaluator, since: before)
      for (stratum, players) in members.enumerated() {
        let first = stream.uniform(below: players.count)
        let second = (first + 1 + (players.count > 1 ? stream.uniform(below: players.count - 1) : 0)) % players.count
        before = evaluator.multiplyAdds
        evaluator.values(toggling: [players[first]], into: &values)
        let step = cost(evaluator, since: before)
        steps[stratum] += step
        before = evaluator.multiplyAdds
        evaluator.values(toggling: [players[second]], into: &values)
        // The only player of its layer has just been toggled: nothing would change.
        toggles[stratum] += players.count > 1 ? cost(evaluator, since: before) : step
        evaluator.values(.shared(coalition), into: &values)
      }
    }
    let levels = Double(Self.shares.count)
    return EvaluationCosts(
      forward: Double(game.plan.multiplyAdds), backward: backward.map(Double.init), base: bases / levels,
      strata: members.indices.map {
        .init(playerCount: members[$0].count, step: steps[$0] / levels, toggle: toggles[$0] / levels)
      })
  }

  private func playersByStratum() -> [[Int]] {
    let strata = game.players.strata
    var members = [[Int]](repeating: [], count: (strata.max() ?? 0) + 1)
    for (player, stratum) in strata.enumerated() { members[stratum].append(player) }
    return members
  }
}
