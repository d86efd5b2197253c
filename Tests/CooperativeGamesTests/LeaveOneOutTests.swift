import CooperativeGames
import Foundation
import Testing

@Suite struct LeaveOneOutTests {
  @Test func measuresEachRemovalAlone() async throws {
    let base = RandomGames.table(playerCount: 9, componentCount: 10, dummies: [3], seed: 4)
    let game = UnevenGame(base: base, laneCount: 4)
    let whole = Coalition.full(playerCount: 9)
    let expected = (0..<9).map { player in
      base.value(of: whole) - base.value(of: Coalition((0..<9).filter { $0 != player }, playerCount: 9))
    }
    let run = try await EstimationDriver(LeaveOneOut(), on: game, workerCount: 2).run(seed: 0)
    let found = try #require(LeaveOneOut().scores(run.state))
    #expect(distance(found.scores, expected) < 1e-12 && found.scores[3] == 0)
    #expect(abs(found.grandValue - base.value(of: whole)) < 1e-12)
    #expect(found.evaluations == 100 && run.checkpoint.evaluations == 100)
    #expect(LeaveOneOut().scores(run.state, output: 1)?.output == "output 1")
  }

  @Test func cutsManyPlayersIntoStretchesAndResumes() async throws {
    let game = try AirportGame(costs: (0..<600).map { Double($0) })
    var data: Data?
    let run = try await EstimationDriver(LeaveOneOut(), on: game).run(seed: 0) { event in
      if event.checkpoint.units == 2 { data = try JSONEncoder().encode(event.checkpoint) }
      return .goOn
    }
    let found = try #require(LeaveOneOut().scores(run.state))
    #expect(found.scores == [Double](repeating: 0, count: 599) + [1])
    #expect(found.grandValue == 599 && found.evaluations == 603)
    let checkpoint = try JSONDecoder().decode(EstimationCheckpoint<LeaveOneOut>.self, from: try #require(data))
    let resumed = try await EstimationDriver(LeaveOneOut(), on: game, workerCount: 2).run(seed: 0, resuming: checkpoint)
    #expect(LeaveOneOut().scores(resumed.state) == found)
  }
}
