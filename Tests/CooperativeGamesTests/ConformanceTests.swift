import CooperativeGames
import Foundation
import Statistics
import Testing

/// What must hold for every procedure whatever it estimates: the same bits for any number of workers and after any
/// interruption, a budget that is never exceeded, evaluations counted as they are done.
@Suite struct ConformanceTests {
  static let game = UnevenGame(
    base: RandomGames.table(playerCount: 6, componentCount: 11, dummies: [4], seed: 5), laneCount: 4)
  static let budget = 4000
  /// Estimators that end by what they find, if that comes before the end of a budget.
  static let targets = [
    EstimatorCase(
      testDescription: "permutation until a standard error",
      make: { _ in PermutationEstimator(.init(standardError: 0.05, minimumUnits: 20)) }, leastBudget: { _, _, _ in 0 }),
    EstimatorCase(
      testDescription: "permutation with limits until a top is decided",
      make: { PermutationEstimator(.init(evaluations: $0, confidence: request)) }, leastBudget: { _, _, _ in 0 }),
    EstimatorCase(
      testDescription: "stars at the boundary of a top",
      make: {
        StarEstimator(
          .init(
            evaluations: 2 * $0, initialUnits: 55, sharing: .shared, componentsPerUnit: 3, confidence: request,
            selection: LUCBSelection(width: 1, share: 0.2)))
      }, leastBudget: { _, _, _ in 0 }),
    EstimatorCase(
      testDescription: "racing until a top is decided",
      make: { RacingEstimator(.init(evaluations: $0, topCount: 2, companions: [1], confidence: request)) },
      leastBudget: { _, _, _ in 0 }),
  ]
  private static let request = ConfidenceRequest(method: .asymptotic, topCount: 2, tolerance: 0.08, sampleSize: 60)

  private func bits<Estimator: ShapleyEstimator>(
    _ estimator: Estimator, _ run: EstimationRun<Estimator>
  ) throws -> [ShapleyEstimate] {
    try (0..<2).map { try #require(estimator.estimate(run.state, output: $0)) }
  }

  private func sameForAnyNumberOfWorkers<Estimator: ShapleyEstimator>(
    _ estimator: Estimator, bias: EstimatorCase.Bias
  ) async throws {
    let reference = try await EstimationDriver(estimator, on: Self.game, workerCount: 1).run(seed: 9)
    let other = try await EstimationDriver(estimator, on: Self.game, workerCount: 1).run(seed: 10)
    #expect(reference.ending == .finished)
    if bias != .exact {
      #expect(try bits(estimator, reference) != bits(estimator, other))
    }
    for workerCount in [2, 8] {
      let run = try await EstimationDriver(estimator, on: Self.game, workerCount: workerCount).run(seed: 9)
      #expect(try bits(estimator, run) == bits(estimator, reference))
      #expect(run.checkpoint.multiplyAdds == reference.checkpoint.multiplyAdds)
      #expect(run.checkpoint.multiplyAdds > 0 && run.checkpoint.finished.isEmpty)
    }
  }

  @Test(arguments: EstimatorCase.all + Self.targets) func sameBitsForAnyNumberOfWorkers(estimator: EstimatorCase)
    async throws
  {
    try await sameForAnyNumberOfWorkers(estimator.make(Self.budget), bias: estimator.bias)
  }

  private func countsWhatItDoes<Estimator: ShapleyEstimator>(_ estimator: Estimator) async throws {
    let meter = EstimationMeter()
    let run = try await EstimationDriver(estimator, on: Self.game, workerCount: 2).run(seed: 4, meter: meter)
    let estimate = try #require(estimator.estimate(run.state))
    #expect(estimate.evaluations == meter.evaluations)
    #expect(estimate.evaluations == run.checkpoint.evaluations && estimate.units == run.checkpoint.units)
    #expect(estimate.players.count == 6 && estimate.output == "output 0")
    if let planned = estimator.status(run.state).plannedEvaluations { #expect(estimate.evaluations <= planned) }
    if estimate.efficiency.claim == .exact { #expect(abs(try #require(estimate.efficiency.residual)) < 1e-12) }
  }

  @Test(arguments: EstimatorCase.all + Self.targets) func countsEveryEvaluation(estimator: EstimatorCase)
    async throws
  {
    try await countsWhatItDoes(estimator.make(Self.budget))
  }

  /// Stops at every event in turn as a kill would, with the checkpoint written as JSON, and resumes from the file.
  private func resumesFromAnyCheckpoint<Estimator: ShapleyEstimator>(_ estimator: Estimator) async throws {
    typealias Checkpoint = EstimationCheckpoint<Estimator>
    var saved: [Data] = []
    let whole = try await EstimationDriver(estimator, on: Self.game, workerCount: 2).run(seed: 6) { event in
      saved.append(try JSONEncoder().encode(event.checkpoint))
      return .goOn
    }
    #expect(saved.count == whole.checkpoint.units)
    var stream = RandomStream(seed: 6, purpose: .test)
    for data in saved {
      let checkpoint = try JSONDecoder().decode(Checkpoint.self, from: data)
      let driver = EstimationDriver(estimator, on: Self.game, workerCount: 1 + stream.uniform(below: 3))
      let resumed = try await driver.run(seed: 6, resuming: checkpoint)
      #expect(try bits(estimator, resumed) == bits(estimator, whole))
      #expect(resumed.checkpoint.evaluations == whole.checkpoint.evaluations)
      #expect(resumed.checkpoint.multiplyAdds == whole.checkpoint.multiplyAdds)
    }
  }

  @Test(arguments: EstimatorCase.all + Self.targets)
  func resumesFromEveryUnitWithTheSameBits(estimator: EstimatorCase) async throws {
    try await resumesFromAnyCheckpoint(estimator.make(900))
  }

  /// Cancels the task again and again, later each time, and goes on from what it returned.
  private func survivesCancellation<Estimator: ShapleyEstimator>(_ estimator: Estimator) async throws {
    let whole = try await EstimationDriver(estimator, on: Self.game, workerCount: 2).run(seed: 7)
    var checkpoint: EstimationCheckpoint<Estimator>?
    var cancellations = 0
    for attempt in 1...10_000 {
      let start = checkpoint
      // The later attempts get further, so that the run ends.
      let gate = Gate(permits: 13 * attempt)
      let game = UnevenGame(base: gate.guarding(Self.game.base), laneCount: Self.game.laneCount)
      let driver = EstimationDriver(estimator, on: game, workerCount: 2)
      let isOver = Flag()
      let task = Task {
        defer { isOver.raise() }
        return try await driver.run(seed: 7, resuming: start)
      }
      while !gate.isHolding, !isOver.isRaised { await Task.yield() }
      task.cancel()
      gate.open()
      let run = try await task.value
      if run.ending == .finished {
        #expect(try bits(estimator, run) == bits(estimator, whole))
        #expect(cancellations > 0)
        return
      }
      #expect(run.ending == .cancelled)
      cancellations += 1
      let data = try JSONEncoder().encode(run.checkpoint)
      checkpoint = try JSONDecoder().decode(EstimationCheckpoint<Estimator>.self, from: data)
    }
    Issue.record("the run never ended")
  }

  @Test(arguments: EstimatorCase.all + Self.targets)
  func survivesCancellationWithTheSameBits(estimator: EstimatorCase) async throws {
    try await survivesCancellation(estimator.make(Self.budget))
  }
}
