import Foundation
import Images
import Inference
import ModelFormats
import Networks
import NeuronShapley
import TestSupport
import Testing

@Suite(.enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
struct RealNetworkTests {
  private func network(_ name: String) throws -> Network {
    try ONNXReader().read(file: TestData.path("models/\(name).onnx"))
  }

  private func cifar(limit: Int? = nil) async throws -> LabeledImages {
    var options = ImageLoadingOptions()
    options.limit = limit
    return try await ImageLoading.load(
      .init(path: TestData.path("cifar10/test_open.bin")), preprocessing: .none, options: options
    ).images
  }

  private func fashion(limit: Int) async throws -> LabeledImages {
    var options = ImageLoadingOptions()
    options.limit = limit
    return try await ImageLoading.load(
      .init(
        path: TestData.path("fashion_mnist/t10k_open-images-idx3-ubyte.gz"),
        labels: TestData.path("fashion_mnist/t10k_open-labels-idx1-ubyte.gz")),
      preprocessing: .preset(named: "mnist"), options: options
    ).images
  }

  @Test func aRealNetworkClassifiesAsPublished() async throws {
    let plan = try ExecutionPlan(network("resnet8_cifar10_mlperftiny"))
    let report = try await ClassificationReport.measured(plan, on: cifar(), workers: 2)
    #expect(report.imageCount == 600 && report.classes.count == 10)
    #expect(abs(report.accuracy.mean - 0.873) < 0.0005 && abs(report.top5.mean - 0.995) < 0.0005)
  }

  @Test(arguments: ["resnet8_cifar10_mlperftiny", "fashion_cnn_epoch7"])
  func aTinyBudgetRanksARealNetworkReproducibly(name: String) async throws {
    let network = try network(name)
    let images = try await name.hasPrefix("fashion") ? fashion(limit: 16) : cifar(limit: 16)
    let players = try FilterPlayers(ExecutionPlan(network))
    #expect(players.count == (name.hasPrefix("fashion") ? 96 : 336))
    let configuration = RankingConfiguration(
      metric: .logLikelihood(), estimator: .permutation(.init(evaluations: 2 * 2 * 8 * players.count)), seed: 3)
    func job(_ workers: Int) async throws -> NeuronRankingJob {
      try await NeuronRankingJob.prepare(
        network: network, images: images, configuration: configuration, workers: workers)
    }
    let whole = try #require(try await job(1).run().result)
    #expect(whole.estimate.units == 2)
    #expect(abs(try #require(whole.estimate.efficiency.residual)) < 1e-9)
    // Both groups of eight were sampled, so that v(N) is the mean over all images.
    let report = try await ClassificationReport.measured(ExecutionPlan(network), on: images)
    #expect(abs(whole.estimate.grandValue - report.logLikelihood.mean) < 1e-9)
    for workers in [2, 8] {
      #expect(try #require(try await job(workers).run().result).estimate == whole.estimate)
    }
    let stopped = try await job(1).run { _ in .stop }
    #expect(stopped.ending == .stopped)
    let file = try JSONEncoder().encode(stopped.checkpoint)
    let resumed = try await job(2).run(resuming: JSONDecoder().decode(RankingCheckpoint.self, from: file))
    #expect(try #require(resumed.result).estimate == whole.estimate)
    // A step of a walk is cheaper than a full pass.
    #expect(whole.effort.multiplyAdds < whole.effort.fullPassMultiplyAdds)
  }
}
