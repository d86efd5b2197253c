import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Probing
import Statistics
import TCAV
import Tensors
import Testing

/// A network whose concepts are known: its logits are sums of the mean brightness of channels.
@Suite struct TCAVStudyTests {
  private static let channels = 40

  /// 1×1 filters that pass each channel on, a mean over positions, and two logits: channel 0 less channel 1, and channel 1.
  private static func network() throws -> Network {
    var passing = [Float](repeating: 0, count: channels * channels)
    for channel in 0..<channels { passing[channel * channels + channel] = 1 }
    var weights = [Float](repeating: 0, count: 2 * channels)
    (weights[0], weights[1], weights[channels + 1]) = (1, -1, 1)
    return try Network(
      name: "two colours",
      nodes: [
        Node("image", .input(Shape(channels, 2, 2)), inputs: []),
        Node(
          "colours",
          .convolution(Convolution(weight: try Tensor(shape: Shape(channels, channels, 1, 1), values: passing))),
          inputs: [0]), Node("rectified", .activation(.relu), inputs: [1]),
        Node("mean", .globalPool(.average(countsPadding: false)), inputs: [2]),
        Node("flat", .reshape(Shape(channels)), inputs: [3]),
        Node(
          "logits", .linear(Linear(weight: try Tensor(shape: Shape(2, channels), values: weights), bias: [1, 0])),
          inputs: [4]), Node("probabilities", .softmax(logarithmic: false), inputs: [5]),
      ])
  }

  /// Channels have mean 1 but for the first two, and vary from image to image by 0.2.
  private static func images(
    _ count: Int, seed: Int, red: Double = 0, green: Double = 0, label: Int = 0
  ) throws -> LabeledImages {
    var stream = RandomStream(seed: 4, purpose: .test, index: seed)
    let tensors = try (0..<count).map { _ in
      let values = (0..<channels).flatMap { channel -> [Float] in
        let mean = 1 + (channel == 0 ? red : channel == 1 ? green : 0) + 0.2 * stream.normal()
        return (0..<4).map { _ in Float(max(0.01, mean + 0.02 * stream.normal())) }
      }
      return try Tensor(shape: Shape(channels, 2, 2), values: values)
    }
    return try LabeledImages(
      tensors: tensors, labels: [Int](repeating: label, count: count), classNames: ["reddish", "greenish"])
  }

  private static func material(_ network: Network, randomSeed: Int = 3) throws -> TCAVImages {
    let concepts = try images(20, seed: 1, red: 1.2).appending(images(20, seed: 2, green: 1.2))
      .appending(images(20, seed: 9))
    return try TCAVImages(
      conceptImages: concepts,
      concepts: [
        .init("red", places: Array(0..<20)), .init("green", places: Array(20..<40)),
        .init("nothing", places: Array(40..<60)),
      ], random: images(900, seed: randomSeed),
      images: images(24, seed: 5, red: 0.3).appending(images(24, seed: 6, green: 0.3, label: 1)), classes: [0, 1],
      network: network)
  }

  @Test(
    "Concepts of a network that is known: what raises a logit, what lowers it, what a move and a removal do",
    arguments: [
      ActivationPooling.mean, .max, .flatten,
    ])
  func knownNetwork(pooling: ActivationPooling) async throws {
    let network = try Self.network()
    var configuration = TCAVConfiguration()
    configuration.pooling = pooling
    configuration.direction = .standardized
    configuration.resampleCount = 100
    let material = try Self.material(network)
    let study = try TCAVStudy(network, layers: ["rectified"], images: material, configuration: configuration)
    let outcome = try await study.outcome(workers: 2)
    func finding(_ concept: String, _ name: String) throws -> TCAVResult.Finding {
      try #require(outcome.result.findings.first { $0.concept == concept && $0.className == name })
    }
    let names = outcome.result.findings.map(\.layer)
    #expect(Set(names) == ["colours"])
    let redRed = try finding("red", "reddish"), greenRed = try finding("green", "reddish")
    let greenGreen = try finding("green", "greenish")
    #expect(redRed.score.value == 1 && redRed.verdict == .raises)
    #expect(greenRed.score.value == 0 && greenRed.verdict == .lowers)
    #expect(greenGreen.score.value == 1 && greenGreen.verdict == .raises)
    #expect(try finding("nothing", "reddish").verdict == .withheld || !finding("nothing", "reddish").isSignificant)
    // The logit is linear behind the layer: a move does what the derivative says, whatever its length.
    for own in outcome.interventions where own.concept != "nothing" {
      #expect(abs(own.slope.value - own.measuredSlope.value) < 0.02 * max(0.05, abs(own.slope.value)))
      #expect(own.agreement != .disagrees)
      #expect(own.steps.map(\.amount) == [-2, -1, -0.5, 0, 0.5, 1, 2])
      #expect(own.steps[3].change == 0)
    }
    let removal = try #require(outcome.interventions.first { $0.concept == "red" && $0.className == "reddish" })
    #expect(removal.accuracyBefore > removal.removal.accuracy && removal.removal.change < 0)
    #expect(outcome.projections.first { $0.concept == "red" }?.most.allSatisfy { $0 < 20 } == true)
    #expect(outcome.classAccuracies.allSatisfy { $0 > 0.5 })
  }

  @Test("The outcome has the same bits for any number of workers")
  func workers() async throws {
    let network = try Self.network()
    var configuration = TCAVConfiguration()
    configuration.resampleCount = 50
    let study = try TCAVStudy(network, layers: nil, images: Self.material(network), configuration: configuration)
    let one = try await study.outcome(workers: 1), three = try await study.outcome(workers: 3)
    #expect(one.result == three.result && one.interventions == three.interventions)
    #expect(one.projections == three.projections)
  }

  @Test("Gradients by pooled features are what finite differences of shifted maps say")
  func gradients() async throws {
    let network = try Self.network()
    let plan = try ExecutionPlan(network, purpose: .differentiation)
    let layer = try LayerCatalog(plan).layer(named: "colours")
    let images = try Self.images(11, seed: 8)
    let labels = (0..<11).map { $0 % 2 }
    let gradients = try await ClassGradients.collected(
      plan, layers: [layer], pooling: .mean, images: images.inputImages, labels: labels, workers: 2)
    for image in 0..<11 {
      let expected: [Float] = labels[image] == 0 ? [1, -1, 0] : [0, 1, 0]
      for channel in 0..<3 { #expect(abs(gradients.layers[0][image, channel] - expected[channel]) < 1e-6) }
    }
    let flat = try await ClassGradients.collected(
      plan, layers: [layer], pooling: .flatten, images: images.inputImages, labels: labels)
    #expect(flat.layers[0].columnCount == 160)
    #expect(abs(flat.layers[0][0, 0] - 1.0 / 4) < 1e-7)
  }

  @Test("Random images that are also a concept's or a class's, or copies, are left out and counted")
  func overlaps() throws {
    let network = try Self.network()
    let concept = try Self.images(12, seed: 1, red: 1), classes = try Self.images(10, seed: 2)
    let fresh = try Self.images(60, seed: 3)
    let random = try fresh.appending(concept.subset([0, 3])).appending(classes.subset([1])).appending(
      fresh.subset([5, 6, 7]))
    let material = try TCAVImages(
      conceptImages: concept, concepts: [.init("red", places: Array(0..<12))], random: random,
      images: classes.appending(concept.subset([4])).appending(classes.subset([2, 3])), classes: [0],
      network: network)
    #expect(material.random.count == 60)
    #expect(
      material.overlaps
        == TCAVImages.Overlaps(
          randomInConcepts: 2, randomCopies: 3, randomInClasses: 1, classInConcepts: 1, classCopies: 2))
    #expect(throws: InputError.self) {
      _ = try TCAVImages(
        conceptImages: concept, concepts: [.init("red", places: Array(0..<12))], random: concept.subset([1, 2]),
        images: classes, classes: [0], network: network)
    }
    #expect(throws: InputError.self) {
      _ = try TCAVImages(
        conceptImages: concept, concepts: [.init("red", places: [0]), .init("red", places: [1])], random: fresh,
        images: classes, classes: [0], network: network)
    }
  }

  @Test("A layer that does not exist is an error with the likely name; one that comes twice is an error")
  func layers() throws {
    let network = try Self.network(), material = try Self.material(network)
    func error(_ names: [String]) -> InputError? {
      do {
        _ = try TCAVStudy(network, layers: names, images: material, configuration: TCAVConfiguration())
        return nil
      } catch { return error as? InputError }
    }
    #expect(error(["colour"])?.hint == "did you mean 'colours'?")
    #expect(error(["colour"])?.place.key == "--layers")
    #expect(error(["colours", "rectified"]) != nil)
    #expect(error(["colours", "logits"]) == nil)
  }
}
