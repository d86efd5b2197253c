import Inference
import Networks
import NeuronShapley
import RandomNetworks
import Tensors
import TestSupport
import Testing
import Visualization

@Suite("Reconstructions from single activations")
struct ReconstructionTests {
  /// Captum's small network: two 3 × 3 filters of ones, biases −50 and −75, rectified; one output of weights +1 and −1.
  private func small(rectified: Bool) throws -> Network {
    let convolution = Convolution(weight: Tensor(repeating: 1, shape: Shape(2, 1, 3, 3)), bias: [-50, -75])
    let row: [Float] = [1, 1, 1, 1, 1, -1, -1, -1]
    var nodes = [
      Node("in", .input(Shape(1, 4, 4)), inputs: []), Node("conv", .convolution(convolution), inputs: [0]),
      Node("relu", .activation(.relu), inputs: [1]), Node("flat", .reshape(Shape(8)), inputs: [2]),
      Node("fc", .linear(Linear(weight: try Tensor(shape: Shape(1, 8), values: row))), inputs: [3]),
    ]
    if rectified { nodes.append(Node("out", .activation(.relu), inputs: [4])) }
    return try Network(name: "small", nodes: nodes)
  }

  @Test("The deconvnet of Captum's tests: input 0…15")
  func deconvnet() async throws {
    let network = try small(rectified: true)
    let image = (0..<16).map { Float($0) }
    let plan = try ExecutionPlan(network, purpose: .differentiation)
    let forward = ForwardPass(plan), backward = BackwardPass(GradientPlan(plan, rule: .deconvolution))
    forward.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
    forward.run()
    backward.begin(forward)
    backward.seed(node: 5, lane: 0, [1])
    backward.run()
    #expect(backward.gradient(ofNode: 0, lane: 0) == [2, 3, 3, 1, 3, 5, 5, 2, 3, 5, 5, 2, 1, 2, 2, 1])
  }

  @Test("keep one activation: a filter of the first layer comes out at its place, times the activation")
  func firstLayer() async throws {
    let network = try small(rectified: false)
    let image = (0..<16).map { Float($0) }
    let maps = try await ActivationReconstruction(rules: BackwardRule.allCases).reconstructions(
      of: [
        KeptActivation(unit: Filter(layer: "conv", channel: 0), image: 0, row: 1, column: 0),
        KeptActivation(unit: Filter(layer: "conv", channel: 1), image: 0, row: 0, column: 0),
      ], in: network, images: InputImages(image, shape: Shape(1, 4, 4)))
    // 4 + 5 + 6 + 8 + 9 + 10 + 12 + 13 + 14 − 50 = 31; and 45 − 75 is below zero.
    let expected: [Float] = [0, 0, 0, 0, 31, 31, 31, 0, 31, 31, 31, 0, 31, 31, 31, 0]
    for map in maps[0] { #expect(map == expected) }
    for map in maps[1] { #expect(map.allSatisfy { $0 == 0 }) }
  }

  @Test("are the activation times its gradient under the rule of derivatives, for any worker count")
  func gradients() async throws {
    for seed in 0..<12 {
      let network = try RandomNetwork.make(seed: UInt64(seed + 300), size: 6)
      let layer = UnitCatalog(network).layers[seed % UnitCatalog(network).layers.count]
      var random = SeededRandom(UInt64(seed))
      let count = 11, pixels = random.floats(count * network.inputShape.count)
      let images = InputImages(pixels, shape: network.inputShape)
      let kept = (0..<count).map {
        KeptActivation(
          unit: layer.unit($0 % layer.channelCount), image: $0, row: $0 % layer.extent.height,
          column: $0 % layer.extent.width)
      }
      let study = ActivationReconstruction(rules: [.gradient])
      let one = try await study.reconstructions(of: kept, in: network, images: images)
      let three = try await study.reconstructions(of: kept, in: network, images: images, workers: 3)
      #expect(one == three)
      let reference = ReferenceForward(network), size = network.inputShape.count
      // The value's change along its own reconstruction, in double precision.
      for place in stride(from: 0, to: count, by: 4) {
        let image = Array(pixels[place * size..<(place + 1) * size]), map = one[place][0]
        func value(_ step: Float) -> Double {
          let moved = zip(image, map).map { $0 + step * $1 }
          let index =
            (kept[place].unit.channel * layer.extent.height + kept[place].row) * layer.extent.width
            + kept[place].column
          return reference.activations(of: moved)[layer.output][index]
        }
        let squares = map.reduce(0.0) { $0 + Double($1) * Double($1) }
        let own = value(0)
        guard squares > 1e-6, abs(own) > 1e-3 else { continue }
        let step = Float(1e-3 / squares.squareRoot())
        let numeric = (value(step) - value(-step)) / Double(2 * step)
        #expect(abs(numeric * own - squares) <= 0.03 * squares, "seed \(seed), image \(place)")
      }
    }
  }

  @Test("An unknown unit is named with the closest layer")
  func unknown() async throws {
    let network = try small(rectified: false)
    let images = InputImages([Float](repeating: 0, count: 16), shape: Shape(1, 4, 4))
    await #expect(throws: (any Error).self) {
      try await ActivationReconstruction(rules: [.gradient]).reconstructions(
        of: [KeptActivation(unit: Filter(layer: "con", channel: 0), image: 0, row: 0, column: 0)], in: network,
        images: images)
    }
  }
}

@Suite("Destroyed weights")
struct RandomizationCheckTests {
  @Test("leave maps alike where shuffling changes nothing, and change them where it does")
  func agreement() async throws {
    var random = SeededRandom(4)
    func network(_ first: [Float], _ last: [Float]) throws -> Network {
      try Network(
        name: "two",
        nodes: [
          Node("in", .input(Shape(1, 6, 6)), inputs: []),
          Node(
            "conv",
            .convolution(Convolution(weight: try Tensor(shape: Shape(4, 1, 3, 3), values: first), padding: Insets(1))),
            inputs: [0]), Node("relu", .activation(.relu), inputs: [1]),
          Node("pool", .globalPool(.average(countsPadding: false)), inputs: [2]),
          Node("flat", .reshape(Shape(4)), inputs: [3]),
          Node("fc", .linear(Linear(weight: try Tensor(shape: Shape(2, 4), values: last))), inputs: [4]),
        ])
    }
    let images = InputImages(random.floats(10 * 36), shape: Shape(1, 6, 6))
    var check = RandomizationCheck()
    check.stageCount = 2
    let alike = try await check.result(
      network([Float](repeating: 0.5, count: 36), [Float](repeating: 1, count: 8)), images: images)
    for stage in alike.stages {
      for similarity in stage.similarities { #expect(abs(similarity.signed - 1) < 1e-9) }
    }
    let trained = try network(random.floats(36), random.floats(8))
    let result = try await check.result(trained, images: images)
    #expect(result.stages.map(\.layer) == ["fc", "conv"] && result.stages.map(\.layerCount) == [1, 2])
    #expect(result.stages[1].similarities[0].signed < 0.9)
    let again = try await check.result(trained, images: images, workers: 2)
    #expect(again == result)
    // The last layer goes first: where shuffling it changes nothing, the first stage changes nothing.
    let even = try await check.result(network(random.floats(36), [Float](repeating: 1, count: 8)), images: images)
    #expect(abs(even.stages[0].similarities[0].signed - 1) < 1e-9 && even.stages[1].similarities[0].signed < 0.9)
  }

  @Test("Maps without any contrast are left out, not counted as unlike")
  func withoutContrast() async throws {
    // The rectifier is off for every image, so that no gradient comes through.
    let network = try Network(
      name: "dead",
      nodes: [
        Node("in", .input(Shape(1, 4, 4)), inputs: []),
        Node(
          "conv",
          .convolution(
            Convolution(weight: try Tensor(shape: Shape(1, 1, 1, 1), values: [1]), bias: [-100])),
          inputs: [0]), Node("relu", .activation(.relu), inputs: [1]), Node("flat", .reshape(Shape(16)), inputs: [2]),
        Node("fc", .linear(Linear(weight: Tensor(repeating: 1, shape: Shape(2, 16)))), inputs: [3]),
      ])
    var random = SeededRandom(1)
    let result = try await RandomizationCheck().result(
      network, images: InputImages(random.floats(5 * 16), shape: Shape(1, 4, 4)))
    for stage in result.stages {
      #expect(stage.similarities[0].imageCount == 0 && stage.similarities[0].absoluteError == nil)
    }
  }

  @Test("Every stage destroys what the one before did, and nothing else")
  func cascade() throws {
    let network = try RandomNetwork.make(seed: 8, size: 9)
    let weighted = UnitCatalog(network).layers.count
    #expect(weighted > 1)
    let last = Set([network.nodes.indices.last { !network.nodes[$0].layer.parameters.isEmpty } ?? 0])
    let one = network.shufflingWeights(ofNodes: last, seed: 3)
    for index in network.nodes.indices where !last.contains(index) {
      #expect(one.nodes[index] == network.nodes[index])
    }
    for index in last {
      #expect(one.nodes[index] != network.nodes[index])
      #expect(one.nodes[index].layer.parameters.sorted() == network.nodes[index].layer.parameters.sorted())
    }
  }
}

extension Layer {
  /// Weights of a convolution or a linear layer.
  fileprivate var parameters: [Float] {
    switch self {
    case .convolution(let layer): layer.weight.values
    case .transposedConvolution(let layer): layer.weight.values
    case .linear(let layer): layer.weight.values
    default: []
    }
  }
}
