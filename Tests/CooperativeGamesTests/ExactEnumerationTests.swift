import CooperativeGames
import Statistics
import Testing

@Suite struct ExactEnumerationTests {
  @Test func agreesWithTheDefinition() async throws {
    for players in 1...9 {
      let game = UnevenGame(
        base: RandomGames.table(playerCount: players, componentCount: 7, dummies: [players - 1], seed: UInt64(players)),
        laneCount: 3)
      let run = try await EstimationDriver(ExactEnumeration(), on: game, workerCount: 2).run(seed: 0)
      let found = try #require(ExactEnumeration().estimate(run.state))
      #expect(distance(found.values, RandomGames.shapleyValues(of: game.base)) < 1e-12)
      #expect(found.values[players - 1] == 0)
      #expect(found.evaluations == 7 << players)
      #expect(found.players.allSatisfy { $0.standardError == 0 && $0.samples == 1 << (players - 1) })
      #expect(abs(try #require(found.efficiency.residual)) < 1e-13)
    }
  }

  @Test func enumeratesTwentyPlayers() async throws {
    let game = try AirportGame(costs: (0..<20).map { Double($0 * $0 % 13) })
    let run = try await EstimationDriver(ExactEnumeration(), on: game, workerCount: 2).run(seed: 0)
    #expect(distance(try #require(ExactEnumeration().estimate(run.state)).values, game.shapleyValues) < 1e-10)
  }

  @Test func saysNothingBeforeTheEnd() async throws {
    let game = RandomGames.table(playerCount: 10, componentCount: 40, seed: 1)
    let run = try await EstimationDriver(ExactEnumeration(), on: game).run(seed: 0) { $0.isEndOfRound ? .stop : .goOn }
    #expect(run.ending == .stopped && ExactEnumeration().estimate(run.state) == nil)
  }
}
