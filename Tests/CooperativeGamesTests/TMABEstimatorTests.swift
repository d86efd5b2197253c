import CooperativeGames
import Foundation
import Statistics
import Testing

@Suite struct TMABEstimatorTests {
  private func run(
    _ game: some CooperativeGame, _ configuration: TMABEstimator.Configuration, seed: UInt64 = 1
  ) async throws -> ShapleyEstimate {
    let estimator = TMABEstimator(configuration)
    let run = try await EstimationDriver(estimator, on: game).run(seed: seed)
    return try #require(estimator.estimate(run.state))
  }

  /// A game that is worth 1 until the first player leaves and then 0.1, below chance + 0.2: after six evaluations in a
  /// row the order ends and the rest records 0.
  @Test func truncatesAfterSixInARowAndRecordsZero() async throws {
    let game = FunctionGame(playerCount: 20) { $0.isFull ? 1 : 0.1 - 0.001 * Double(20 - $0.count) }
    let configuration = TMABEstimator.Configuration(topCount: 19, evaluations: 21)
    let found = try await run(game, configuration)
    #expect(found.evaluations == 7 && found.units == 1)
    #expect(found.values.count { $0 == 0 } == 14)
    #expect(found.values.count { $0 > 0.9 } == 1)
    #expect(found.values.count { abs($0 - 0.001) < 1e-12 } == 5)
    #expect(abs(found.truncatedShare - 14.0 / 20) < 1e-12)
    #expect(found.bias != nil && found.efficiency.claim == .notClaimed && found.emptyValue == nil)
    #expect(found.confidence == .asPublished(delta: 0.2))
  }

  /// Five in a row, a better one, and five again do not truncate.
  @Test func anEvaluationAboveTheThresholdStartsTheCountAnew() async throws {
    let game = FunctionGame(playerCount: 12) { $0.count == 6 ? 1 : 0.1 }
    let found = try await run(game, .init(topCount: 11, evaluations: 13))
    // Sizes 11 … 7 are five poor ones, 6 is good, 5 … 0 are six: the order is complete.
    #expect(found.evaluations == 13 && found.truncatedShare == 0)
    #expect(found.emptyValue == 0.1)
    #expect(found.values.sorted() == [-0.9] + [Double](repeating: 0, count: 10) + [0.9])
  }

  /// Without truncation and before anybody is inactive it is plain permutation sampling.
  @Test func isUnbiasedWithoutTruncationAndElimination() async throws {
    let game = RandomGames.table(playerCount: 6, componentCount: 9, seed: 4)
    let found = try await run(
      game, .init(topCount: 2, range: 1e6, componentsPerOrder: 4, truncation: .none, evaluations: 4 * 7 * 4000))
    for (player, value) in zip(found.players, RandomGames.shapleyValues(of: game)) {
      #expect(player.samples == 4000 && player.status == .undecided)
      #expect(abs(player.value - value) < 4.5 * (try #require(player.standardError)))
    }
  }

  /// Players far from the threshold become inactive and cost nothing more; the run ends with at most one active player
  /// and the right top two.
  @Test func leavesTheDecidedAlone() async throws {
    let worths = [9.0, 1, 7, 0, 2.9, 3]
    let game = FunctionGame(playerCount: 6, componentCount: 4) { coalition, component in
      coalition.reduce(0) { $0 + worths[$1] * (1 + 0.1 * Double(component)) }
    }
    let found = try await run(
      game, .init(topCount: 2, range: 0.5, componentsPerOrder: 2, truncation: .none, ordersPerUpdate: 5))
    #expect(found.players.map(\.status) == [.in, .out, .in, .out, .out, .undecided])
    #expect(found.players[5].samples > found.players[0].samples)
    #expect(found.players[5].samples == found.units)
    #expect(found.evaluations < found.units * 2 * 7)
  }

  /// Inactive players are removed without an evaluation; the worth before an active player that follows one is evaluated
  /// anew. The state with other active players is made by way of its JSON.
  @Test func inactivePlayersCostNothing() throws {
    let game = RandomGames.table(playerCount: 10, seed: 6)
    let estimator = TMABEstimator(.init(topCount: 1, truncation: .none))
    let text = String(decoding: try JSONEncoder().encode(estimator.start(game.description, seed: 1)), as: UTF8.self)
    for active in [[3], [0, 1, 2, 3], [2, 5, 7, 8, 9]] {
      let changed = text.replacingOccurrences(of: "[0,1,2,3,4,5,6,7,8,9]", with: "\(active)")
      let state = try JSONDecoder().decode(TMABEstimator.State.self, from: Data(changed.utf8))
      for (index, unit) in estimator.nextRound(state).enumerated() {
        var stream = RandomStream(seed: 1, purpose: .playerOrder, index: index)
        let order = stream.permutation(of: 10)
        var expected = 1
        for (step, player) in order.enumerated() where active.contains(player) {
          expected += step > 0 && !active.contains(order[step - 1]) ? 2 : 1
        }
        var evaluator = game.makeEvaluator()
        let outcome = try estimator.perform(unit, on: &evaluator)
        #expect(outcome.walk.evaluations == expected)
        for player in 0..<10 {
          let before = Coalition(order.drop { $0 != player }, playerCount: 10)
          let marginal =
            game.value(of: before) - game.value(of: Coalition(before.filter { $0 != player }, playerCount: 10))
          #expect(outcome.walk.marginals[player] == (active.contains(player) ? marginal : 0))
        }
      }
    }
  }

  @Test func theRuleOfTheActiveSet() throws {
    let bandit = try TopKBandit(topCount: 2, playerCount: 5)
    let values = [5.0, 4, 3, 2, 1]
    #expect(bandit.threshold(values) == 3)
    #expect(bandit.activePlayers(values: values, radii: [1, 1, 0.5, 1, 1]) == [2])
    #expect(bandit.activePlayers(values: values, radii: [1, 1.5, 0.5, 1.5, 1]) == [1, 2, 3])
    #expect(bandit.statuses(values: values, radii: [2, 1, 1, 1, 3]) == [.in, .in, .undecided, .out, .undecided])
    let all = try TopKBandit(topCount: 5, playerCount: 5)
    #expect(all.threshold(values) == nil && all.activePlayers(values: values, radii: values).isEmpty)
  }

  @Test func onePlayerEndsAfterOneRound() async throws {
    let found = try await run(AdditiveGame(worths: [3]), .init(topCount: 1))
    #expect(found.values == [3] && found.players[0].status == .in && found.units == 10)
  }
}
