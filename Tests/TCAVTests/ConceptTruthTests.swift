import Networks
import Statistics
import TCAV
import TextureWorld
import Training
import Workloads
import Testing

/// Scores on a trained network beside what changing one thing in an image does to its logits. `Benchmarks concepts` measures
/// the same on ten networks of the full recipe.
@Suite struct ConceptTruthTests {
  private static func network() throws -> Network {
    let recipe = try TrainingRecipe(
      json: Array(
        """
        {"architecture": {"name": "small", "layers": [
          {"layer": "convolution", "channels": 16, "kernel": 5, "batchNorm": true}, {"layer": "pool"},
          {"layer": "convolution", "channels": 24, "batchNorm": true}, {"layer": "pool"},
          {"layer": "convolution", "channels": 40, "batchNorm": true}, {"layer": "pool"},
          {"layer": "globalPool"}, {"layer": "linear", "features": "classes"}]},
         "optimizer": {"kind": "adam"}, "learningRate": {"schedule": "cosine", "rate": 0.006, "warmUpEpochs": 1},
         "batchSize": 32, "epochs": 10}
        """.utf8), file: "recipe")
    let data = try TrainingData(training: World(.embedded, seed: 0).labeledImages(0..<1600))
    return try Trainer(recipe, data: data, seed: 1, workers: 2).run().network
  }

  @Test("Slopes order concepts as effects on the logit do; dots raise ladybirds; the frame does nothing")
  func scoresFollowEffects() async throws {
    let network = try Self.network()
    var size = ConceptTruth.Size()
    size.concept = 60
    size.random = 44 * 60
    var configuration = TCAVConfiguration()
    configuration.resampleCount = 50
    configuration.reseedCount = 0
    let concepts = ObjectTexture.allCases.map(WorldConcept.texture) + [.mark, .frame]
    let truth = try await ConceptTruth.measured(
      network, layers: ["conv3"], concepts: concepts, size: size, configuration: configuration, seed: 1, workers: 2)
    let correlation = try #require(truth.rankCorrelation(.sensitivity, layer: "conv3"))
    #expect(correlation > 0.35, "\(correlation)")
    let dots = try #require(
      truth.entries.first { $0.concept == .texture(.dots) && $0.className == "ladybird" })
    let slope = try #require(dots.finding.test(.sensitivity)), shift = try #require(dots.finding.test(.shift))
    #expect(dots.effect > 1 && slope.value > slope.randomMean && slope.pValue < 0.05, "\(dots.effect) \(slope)")
    #expect(shift.isSignificant && dots.finding.verdict == .raises, "\(shift)")
    let order = try #require(truth.rankCorrelation(.shift, layer: "conv3"))
    #expect(order > 0.45, "\(order)")
    let frames = truth.entries.filter { $0.concept == .frame }
    #expect(frames.count == 8 && frames.allSatisfy { !$0.finding.isSignificant })
  }
}
