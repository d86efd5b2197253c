import CooperativeGames
import Foundation
import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Tensors
import Testing

@Suite struct NeuronRankingJobTests {
  static let estimators: [EstimatorChoice] = [
    .permutation(.init(evaluations: 30_000)),
    .permutation(.init(evaluations: 30_000, truncation: .towardsEmpty(tolerance: 0.3))),
    .msr(.init(evaluations: 3_003)), .msr(.init(evaluations: 2_000, sharing: .shared)),
    .stratified(.init(evaluations: 8_000)), .svarm(.init(evaluations: 2_500)), .leverage(.init(evaluations: 2_000)),
    .regressionAdjusted(.init(evaluations: 2_000)),
    .stars(
      .init(evaluations: 30_000, initialUnits: 20, confidence: ConfidenceRequest(method: .asymptotic, topCount: 3))),
    .tmab(.init(topCount: 3, componentsPerOrder: 10, ordersPerUpdate: 6, evaluations: 9_000)),
    .leaveOneOut(),
  ]

  private func job(
    _ configuration: RankingConfiguration, workers: Int = 1, imageCount: Int = 19, labels: [Int]? = nil,
    maximumBytes: Int? = nil
  ) async throws -> NeuronRankingJob {
    var images = try SmallNetworks.images(imageCount, seed: 31)
    if let labels {
      images = try LabeledImages(tensors: (0..<imageCount).map { images.tensor(of: $0) }, labels: labels)
    }
    return try await NeuronRankingJob.prepare(
      network: SmallNetworks.mixed(seed: 12), images: images, calibration: SmallNetworks.images(9, seed: 32),
      configuration: configuration, workers: workers, maximumBytes: maximumBytes)
  }

  private func copy(_ checkpoint: RankingCheckpoint) throws -> RankingCheckpoint {
    try JSONDecoder().decode(RankingCheckpoint.self, from: JSONEncoder().encode(checkpoint))
  }

  @Test(arguments: estimators)
  func theSameSeedGivesTheSameBitsForAnyWorkersAndAfterAResume(estimator: EstimatorChoice) async throws {
    let configuration = RankingConfiguration(
      metric: .logLikelihood(floor: -20), ablation: .resample, estimator: estimator, seed: 77)
    let job = try await job(configuration)
    let whole = try #require(try await job.run().result)
    for workers in [2, 8] {
      let other = try #require(try await self.job(configuration, workers: workers).run().result)
      #expect(other.estimate == whole.estimate && other.ranking == whole.ranking)
      #expect(other.effort.multiplyAdds == whole.effort.multiplyAdds)
    }
    // Stopped after every third unit and resumed from what a file would hold.
    var checkpoint: RankingCheckpoint?
    var resumes = 0
    while true {
      var units = 0
      let run = try await self.job(configuration, workers: 1 + resumes % 3).run(resuming: checkpoint) { _ in
        units += 1
        return units == 3 ? .stop : .goOn
      }
      checkpoint = try copy(run.checkpoint)
      if run.ending == .finished {
        #expect(try #require(run.result).estimate == whole.estimate)
        break
      }
      resumes += 1
    }
    #expect(resumes > 0)
    var reseeded = configuration
    reseeded.seed = 78
    let other = try #require(try await self.job(reseeded).run().result)
    #expect(other.estimate.values != whole.estimate.values)
  }

  @Test func completeWalksAreEfficientAndStayWithinTheBudget() async throws {
    let configuration = RankingConfiguration(
      metric: .logLikelihood(), estimator: .permutation(.init(evaluations: 20_000)))
    let result = try #require(try await job(configuration).run().result)
    #expect(result.estimate.efficiency.claim == .exact)
    #expect(abs(try #require(result.estimate.efficiency.residual)) < 1e-12)
    #expect(result.effort.evaluations <= 20_000 && result.effort.evaluations == result.estimate.evaluations)
    #expect(result.effort.evaluations > 20_000 - 2 * 21 * 8)
    #expect(result.effort.multiplyAdds < result.effort.fullPassMultiplyAdds)
    #expect(result.effort.imageCount == 19)
    #expect(result.ranking.entries.map(\.rank).sorted() == Array(1...21))
    let values = result.ranking.top(21).map { $0.estimate.value }
    #expect(values == values.sorted(by: >))
    #expect(result.ranking.order.map { result.ranking.entries[$0].rank } == Array(1...21))
    let document = try JSONEncoder().encode(result)
    #expect(try JSONDecoder().decode(RankingResult.self, from: document) == result)
  }

  @Test func tiesKeepTheNetworksOrder() async throws {
    // Accuracy of a class without many images: most players change nothing and have a value of exactly 0.
    let configuration = RankingConfiguration(metric: .accuracy, estimator: .leaveOneOut())
    let ranking = try #require(try await job(configuration, imageCount: 3).run().result).ranking
    let order = ranking.order
    let isTied = zip(order, order.dropFirst()).map {
      ranking.entries[$0].estimate.value == ranking.entries[$1].estimate.value
    }
    #expect(isTied.contains(true))
    for (place, isTied) in isTied.enumerated() where isTied { #expect(order[place] < order[place + 1]) }
  }

  @Test func checkpointsOfOtherSettingsAreRefusedByName() async throws {
    let configuration = RankingConfiguration(estimator: .permutation(.init(evaluations: 5_000)), seed: 1)
    let checkpoint = try await job(configuration).run { _ in .stop }.checkpoint
    let changes: [(String, (inout RankingConfiguration) -> Void)] = [
      ("metric", { $0.metric = .margin }), ("ablation", { $0.ablation = .zero }), ("seed", { $0.seed = 2 }),
      ("players", { $0.players.layers = ["stem"] }), ("estimator", { $0.estimator = .leaveOneOut() }),
      ("estimator's settings", { $0.estimator = .permutation(.init(evaluations: 6_000)) }),
    ]
    for (name, change) in changes {
      var other = configuration
      change(&other)
      let job = try await job(other)
      let error = try await #require(throws: InputError.self) { try await job.run(resuming: checkpoint) }
      #expect(error.what == "the checkpoint is of a run with another \(name)" && error.kind == .data)
    }
    let others = try await job(configuration, imageCount: 18)
    let error = try await #require(throws: InputError.self) { try await others.run(resuming: checkpoint) }
    #expect(error.place.key == "images")
    // A file whose provenance fits but whose estimation is another estimator's.
    let text = try #require(String(data: JSONEncoder().encode(checkpoint), encoding: .utf8))
    let mixed = text.replacingOccurrences(of: "\"estimation\":{\"permutation\"", with: "\"estimation\":{\"exact\"")
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(RankingCheckpoint.self, from: Data(mixed.utf8))
    }
  }

  @Test func cancellingKeepsACheckpoint() async throws {
    let configuration = RankingConfiguration(
      metric: .logLikelihood(), estimator: .permutation(.init(evaluations: 50_000_000)))
    let job = try await job(configuration, workers: 2)
    let meter = EstimationMeter()
    let task = Task { try await job.run(meter: meter) }
    while meter.evaluations < 2_000 { await Task.yield() }
    task.cancel()
    let run = try await task.value
    #expect(run.ending == .cancelled)
    let resumed = try await job.run(resuming: copy(run.checkpoint)) { _ in .stop }
    #expect(try #require(resumed.result).effort.evaluations >= run.result?.effort.evaluations ?? 0)
  }

  @Test func classMetricsPlayOnTheirImagesOnly() async throws {
    let labels = [0, 1, 2, 1, 3, 1, 4]
    let configuration = RankingConfiguration(metric: .classAccuracy(1), estimator: .leaveOneOut())
    let job = try await job(configuration, imageCount: 7, labels: labels)
    #expect(job.game.componentImages == [1, 3, 5])
    #expect(job.game.description.outputs[0].range == 0...1)
    let binary = try await self.job(
      .init(metric: .binary(1), estimator: .leaveOneOut()), imageCount: 7, labels: labels)
    #expect(binary.game.componentImages == Array(0..<7))
  }

  @Test func littleMemoryChangesNoBit() async throws {
    let configuration = RankingConfiguration(
      metric: .logLikelihood(), estimator: .permutation(.init(evaluations: 2_000, componentsPerUnit: 17)))
    let job = try await job(configuration)
    let ample = try await self.job(configuration, maximumBytes: 3 * job.game.bytesPerBlock)
    let streaming = try await self.job(configuration, maximumBytes: job.game.bytesPerBlock)
    let (first, second) = (try await ample.run().result, try await streaming.run().result)
    #expect(try #require(first).estimate == (try #require(second)).estimate)
    let unlimited = try #require(try await job.run().result).estimate
    for (one, other) in zip(unlimited.players, try #require(first).estimate.players) {
      #expect(abs(one.value - other.value) < 1e-5, "without a limit, differences may round otherwise")
    }
    let tooLittle = try await #require(throws: InputError.self) {
      try await self.job(configuration, workers: 2, maximumBytes: 2 * job.game.bytesPerBlock - 2)
    }
    #expect(tooLittle.place.key == "memory")
  }

  @Test func badInputIsRefusedBeforeAnythingIsSpent() async throws {
    func error(_ configuration: RankingConfiguration, labels: [Int]? = nil) async throws -> InputError {
      try await #require(throws: InputError.self) {
        try await self.job(configuration, imageCount: 3, labels: labels)
      }
    }
    let good = RankingConfiguration(estimator: .permutation(.init(evaluations: 5_000)))
    let label = try await error(good, labels: [0, 5, 1])
    #expect(label.expected == "0 to 4" && label.found == "5" && label.place.file == "image[1]")
    #expect(try await error(.init(metric: .binary(5), estimator: good.estimator)).place.key == "class")
    let empty = try await error(.init(metric: .classAccuracy(3), estimator: good.estimator), labels: [0, 1, 2])
    #expect(empty.what.contains("no image"))
    #expect(
      try await error(.init(players: .init(layers: ["stam"]), estimator: good.estimator)).hint?.contains("stem") == true
    )
    #expect(try await error(.init(estimator: .tmab(.init(topCount: 22)))).description.contains("21"))
    #expect(try await error(.init(estimator: .permutation(.init(evaluations: 10)))).place.key == "evaluations")
    #expect(try await error(.init(estimator: .exact())).expected == "at most 20 players")
    let images = try SmallNetworks.images(3, shape: Shape(2, 7, 7), seed: 1)
    let shape = try await #require(throws: InputError.self) {
      try await NeuronRankingJob.prepare(network: SmallNetworks.mixed(seed: 1), images: images, configuration: good)
    }
    #expect(shape.expected == "2×7×6" && shape.found == "2×7×7")
  }

  @Test func thePublishedSettingsFollowTheMetric() throws {
    let accuracy = try TMABEstimator.Configuration.published(for: .accuracy, labels: [0, 1], classCount: 10)
    #expect(accuracy.range == 1)
    #expect(accuracy.truncation == .consecutive(evaluations: 6, chance: 0.1, threshold: 0.2))
    let likelihood = try TMABEstimator.Configuration.published(for: .logLikelihood(), labels: [0], classCount: 10)
    #expect(abs(likelihood.range - log(10)) < 1e-12)
    #expect(throws: InputError.self) {
      try TMABEstimator.Configuration.published(for: .logit, labels: [0], classCount: 10)
    }
  }

  @Test func configurationsAreCodable() throws {
    for estimator in Self.estimators + [.exact(evaluations: 5)] {
      let configuration = RankingConfiguration(
        metric: .binary(2), ablation: .meanMap,
        players: .init(grouping: .custom([.init(name: "a", filters: [.init(layer: "x:y", channel: 1)])])),
        estimator: estimator, seed: .max)
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(RankingConfiguration.self, from: data) == configuration)
    }
  }
}
