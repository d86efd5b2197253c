import CooperativeGames
import Foundation
import InputErrors
import Statistics
import Testing

@Suite struct DriverTests {
  private struct Failure: Error, Equatable {}

  @Test func theObserverMayStopAtAnyUnit() async throws {
    let game = UnevenGame(base: RandomGames.table(playerCount: 6, componentCount: 5, seed: 1), laneCount: 1)
    let estimator = PermutationEstimator(.init())
    for stopAfter in [1, 2, 7, 16, 17, 31, 32] {
      let run = try await EstimationDriver(estimator, on: game, workerCount: 3).run(seed: 2) { event in
        event.checkpoint.units >= stopAfter ? .stop : .goOn
      }
      #expect(run.ending == .stopped)
      #expect(run.checkpoint.units >= stopAfter && run.checkpoint.units <= stopAfter + 2)
      let units = estimator.estimate(run.state)?.units ?? 0
      #expect(units <= run.checkpoint.units)
      #expect(units >= run.checkpoint.rounds * 16)
    }
  }

  /// A time limit absorbs the leading finished units; with one worker these are all of them.
  @Test func aStoppedRunEqualsAShorterOne() async throws {
    let game = UnevenGame(base: RandomGames.table(playerCount: 6, componentCount: 5, seed: 1), laneCount: 1)
    let endless = PermutationEstimator(.init())
    let run = try await EstimationDriver(endless, on: game).run(seed: 2) { $0.checkpoint.units == 21 ? .stop : .goOn }
    let stopped = try #require(endless.estimate(run.state))
    let budgeted = PermutationEstimator(.init(evaluations: stopped.evaluations))
    let replay = try await EstimationDriver(budgeted, on: game, workerCount: 2).run(seed: 2)
    #expect(stopped.units == 21 && budgeted.estimate(replay.state) == stopped)
  }

  /// Whoever is late may want the unit that everything else waits for, but no further ones.
  @Test(arguments: [1, 2, 5]) func noFurtherUnitStartsWhenTheObserverWantsTheEnd(workers: Int) async throws {
    let game = UnevenGame(base: RandomGames.table(playerCount: 6, componentCount: 5, seed: 1), laneCount: 1)
    let estimator = PermutationEstimator(.init())
    let run = try await EstimationDriver(estimator, on: game, workerCount: workers).run(seed: 2) { _ in .finishUnits }
    #expect(run.ending == .stopped)
    #expect(run.checkpoint.units == workers && run.checkpoint.keepsUnits)
    #expect(estimator.estimate(run.state)?.units == workers)
    let first = try await EstimationDriver(estimator, on: game, workerCount: workers).run(seed: 2) { event in
      event.checkpoint.keepsUnits ? .stop : .finishUnits
    }
    #expect(first.checkpoint.keepsUnits && first.checkpoint.units <= workers)
  }

  @Test func errorsOfTheObserverAndTheGamePassThrough() async throws {
    let estimator = PermutationEstimator(.init(evaluations: 1000))
    let game = RandomGames.table(playerCount: 4, seed: 1)
    await #expect(throws: Failure()) {
      try await EstimationDriver(estimator, on: game, workerCount: 2).run(seed: 1) { _ in throw Failure() }
    }
    let broken = FunctionGame(playerCount: 4) { $0.count == 2 ? .nan : 1 }
    let error = await #expect(throws: InputError.self) {
      try await EstimationDriver(estimator, on: broken, workerCount: 2).run(seed: 1)
    }
    #expect(error?.what.contains("not a finite number") == true)
  }

  @Test func aCheckpointOfAnotherRunIsRefused() async throws {
    let game = RandomGames.table(playerCount: 4, seed: 1)
    let estimator = PermutationEstimator(.init(evaluations: 1000))
    let checkpoint = try await EstimationDriver(estimator, on: game).run(seed: 1).checkpoint
    await #expect(throws: InputError.self) {
      try await EstimationDriver(estimator, on: game).run(seed: 2, resuming: checkpoint)
    }
    await #expect(throws: InputError.self) {
      let other = PermutationEstimator(.init(evaluations: 1001))
      return try await EstimationDriver(other, on: game).run(seed: 1, resuming: checkpoint)
    }
    await #expect(throws: InputError.self) {
      let other = RandomGames.table(playerCount: 5, seed: 1)
      return try await EstimationDriver(estimator, on: other).run(seed: 1, resuming: checkpoint)
    }
  }

  /// A unit that would take for ever ends when the task is cancelled, within one evaluation.
  @Test func cancellationEndsALongUnit() async throws {
    let gate = Gate(permits: 10)
    let game = gate.guarding(FunctionGame(playerCount: 20_000) { $0.contains(0) ? 1 : 0 })
    let meter = EstimationMeter()
    let driver = EstimationDriver(PermutationEstimator(.init()), on: game, workerCount: 2)
    let task = Task { try await driver.run(seed: 1, meter: meter) }
    while !gate.isHolding { await Task.yield() }
    task.cancel()
    gate.open()
    let run = try await task.value
    #expect(run.ending == .cancelled && run.checkpoint.units == 0)
    #expect(meter.evaluations <= 10 + 2, "one more for each worker")
    #expect(PermutationEstimator(.init()).estimate(run.state) == nil)
  }

  @Test func walksOverThousandsOfPlayers() async throws {
    let game = FunctionGame(playerCount: 3000) { Double($0.count) }
    let estimator = PermutationEstimator(.init(evaluations: 6000 * 20))
    let run = try await EstimationDriver(estimator, on: game, workerCount: 2).run(seed: 1)
    let found = try #require(estimator.estimate(run.state))
    #expect(found.units == 20 && found.values.allSatisfy { $0 == 1 })
  }
}
