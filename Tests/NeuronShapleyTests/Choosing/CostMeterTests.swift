import CooperativeGames
import Images
import Inference
import Networks
import NeuronShapley
import Testing

@Suite struct CostMeterTests {
  private func preparation(
    _ metric: PerformanceMetric = .accuracy, _ ablation: Ablation = .mean, workers: Int = 1, maximumBytes: Int? = nil
  ) async throws -> RankingPreparation {
    try await .measured(
      network: SmallNetworks.mixed(seed: 12), images: SmallNetworks.images(19, seed: 31),
      question: .init(metric: metric, ablation: ablation, seed: 4), workers: workers, maximumBytes: maximumBytes)
  }

  /// The mean step is near what walks really take, and no step is dearer than a pass through everything.
  @Test func theStepIsThatOfWalks() async throws {
    let preparation = try await preparation()
    let costs = try preparation.costs()
    #expect(costs.playerCount == preparation.players.count)
    #expect(costs.strata.allSatisfy { $0.step > 0 && $0.step <= costs.forward && $0.toggle <= costs.forward })
    #expect(costs.base <= costs.forward && costs.spread >= 1)
    let job = try preparation.job(estimator: .permutation(.init(evaluations: 20_000)))
    let result = try #require(try await job.run().result)
    let walked = Double(result.effort.multiplyAdds) / Double(result.effort.evaluations)
    #expect(costs.step > walked / 2 && costs.step < walked * 2, "\(costs.step) counted, \(walked) walked")
  }

  @Test func countsAreTheSameForAnyNumberOfWorkersAndOfAnyMetric() async throws {
    let one = try await preparation().costs(), two = try await preparation(.logLikelihood(), workers: 3).costs()
    #expect(one == two)
    #expect(one.backward ?? 0 > 0)
    // Donors' maps differ from image to image, so that what reads them has to be computed.
    #expect(try await preparation(.accuracy, .resample).costs().step >= one.step)
  }

  @Test func slopesNeedRoom() async throws {
    let free = try await preparation().job(estimator: .gradient(.init(evaluations: 2_000)))
    let bytes = free.game.bytesPerBlock
    #expect(try await preparation(maximumBytes: bytes).costs().backward == nil)
    #expect(try await preparation(maximumBytes: 100 * bytes).costs().backward != nil)
  }

  @Test func theChosenEstimatorRuns() async throws {
    let preparation = try await preparation(.accuracy)
    let request = EstimatorRequest(metric: .accuracy, evaluations: 40_000)
    let choice = try preparation.choice(for: request)
    #expect(try preparation.choice(for: request) == choice)
    let race = RacingEstimator.Configuration(evaluations: 40_000, slopePasses: choice.slopePasses)
    let estimator: EstimatorChoice = choice.kind == .racing ? .racing(race) : .permutation(.init(evaluations: 40_000))
    #expect(estimator.kind == choice.kind)
    let job = try preparation.job(estimator: estimator)
    #expect((job.game.gradients != nil) == estimator.takesSlopes)
    let result = try #require(try await job.run().result)
    #expect(result.effort.evaluations <= 40_000)
  }
}
