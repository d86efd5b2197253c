import CooperativeGames
import Images
import Inference
import Networks
import NeuronShapley
import Testing

@Suite struct KnownNetworksTests {
  private func values(
    _ network: Network, _ images: LabeledImages, _ configuration: RankingConfiguration
  ) async throws -> ShapleyEstimate {
    let job = try await NeuronRankingJob.prepare(network: network, images: images, configuration: configuration)
    return try #require(try await job.run().result).estimate
  }

  @Test func fourHiddenUnitsHaveThePublishedShapleyValues() async throws {
    let (network, images) = try KnownNetworks.fourHiddenUnits()
    var configuration = RankingConfiguration(
      metric: .logit, ablation: .zero, players: .init(layers: ["hidden"]), estimator: .exact())
    let exact = try await values(network, images, configuration)
    for (value, expected) in zip(exact.values, [0.375, 0.375, 1.75, 0]) { #expect(abs(value - expected) < 1e-6) }
    #expect(abs(exact.sum - 2.5) < 1e-6)
    configuration.estimator = .permutation(.init(evaluations: 40_000))
    let sampled = try await values(network, images, configuration)
    for (player, expected) in zip(sampled.players, [0.375, 0.375, 1.75, 0]) {
      #expect(abs(player.value - expected) <= 5 * (player.standardError ?? 0) + 1e-6)
    }
    #expect(sampled.players[3].value == 0)
  }

  @Test func singleUnitsOfAConvolutionChangeTheOutputAsCaptumSays() throws {
    let (network, image) = try KnownNetworks.oneConvolution()
    let expected: [[Double]] = [[4, 13, 40, 49], [0, 0, -15, -24]]
    let reference = ReferenceForward(network)
    let maps = reference.activations(of: image)[2]
    let whole = reference.logits(of: image)[0]
    #expect(whole == 67)
    let plan = try ExecutionPlan(network)
    let pass = ForwardPass(plan)
    pass.load(count: 1) { _, buffer in for index in image.indices { buffer[index] = image[index] } }
    for filter in 0..<2 {
      for position in 0..<4 {
        var map = Array(maps[filter * 4..<(filter + 1) * 4])
        map[position] = 0
        let ablated = reference.logits(of: image, replaced: [2: [filter: map]])[0]
        #expect(whole - ablated == expected[filter][position])
        // The same through the fast pass: the filter is replaced by its own map with one position set to 0.
        var replacement = maps.map(Float.init)
        replacement[filter * 4 + position] = 0
        var masks = [UInt8](repeating: 0, count: plan.unitCount)
        pass.run(removing: masks)
        masks[filter] = 1
        pass.run(removing: masks, replacement: .maps([replacement, [0]]))
        var logit: [Float] = [0]
        logit.withUnsafeMutableBufferPointer { pass.copyLogits(lane: 0, into: $0) }
        #expect(whole - Double(logit[0]) == expected[filter][position])
      }
    }
  }

  @Test(arguments: [Ablation.mean, .zero, .meanMap, .batchNormShift])
  func additiveNetworksAreSolvedByEveryEstimator(ablation: Ablation) async throws {
    let network = try KnownNetworks.additive()
    let images = try SmallNetworks.images(13, shape: network.inputShape, classCount: 3, seed: 8)
    // φᵢ is the mean over images of weight[label][i] · (mean output − replacement).
    let reference = ReferenceForward(network)
    let outputs = (0..<13).map { reference.activations(of: images.pixels(of: $0))[3] }
    guard case .linear(let classifier) = network.nodes[5].layer else { return }
    let expected = (0..<5).map { filter -> Double in
      let mean = outputs.reduce(0) { $0 + $1[filter] } / 13
      let replacement = ablation == .zero || ablation == .batchNormShift ? 0 : mean
      return (0..<13).reduce(0.0) { sum, image in
        sum + Double(classifier.weight.values[images.labels[image] * 5 + filter])
          * (outputs[image][filter] - replacement)
      } / 13
    }
    let estimators: [EstimatorChoice] = [
      .exact(), .leaveOneOut(), .permutation(.init(evaluations: 8 * 10 * 13, componentsPerUnit: 13)),
      .tmab(
        .init(
          topCount: 2, componentsPerOrder: 13,
          truncation: .consecutive(evaluations: 100, chance: 0, threshold: -1000), evaluations: 5000)),
    ]
    for estimator in estimators {
      let estimate = try await values(
        network, images, RankingConfiguration(metric: .logit, ablation: ablation, estimator: estimator))
      for (value, expected) in zip(estimate.values, expected) {
        #expect(abs(value - expected) < 1e-6, "\(estimator.name): \(estimate.values)")
      }
      #expect(estimate.values[3] == 0, "\(estimator.name): a dummy")
      #expect(abs(estimate.values[0] - estimate.values[4]) < 1e-6)
    }
  }
}
