import Inference
import InputErrors
import Networks
import Probing
import Tensors
import TestSupport
import Testing

@Suite struct LayerActivationsTests {
  /// conv → batch normalization → ReLU, a branch that is added, pooling and a classifier.
  private func network(seed: UInt64) throws -> Network {
    var random = SeededRandom(seed)
    func convolution(_ output: Int, _ input: Int, _ kernel: Int) throws -> Layer {
      .convolution(
        Convolution(
          weight: try Tensor(
            shape: Shape(output, input, kernel, kernel), values: random.floats(output * input * kernel * kernel)),
          bias: random.floats(output), padding: Insets(kernel / 2)))
    }
    return try Network(
      name: "small",
      nodes: [
        Node("image", .input(Shape(2, 6, 5)), inputs: []),
        Node("conv1", try convolution(4, 2, 3), inputs: [0]),
        Node(
          "norm1",
          .batchNormalization(
            BatchNormalization(
              scale: [1, 2, 0.5, 1], shift: [0, 0.1, 0, -0.2], mean: [0.1, 0, 0, 0], variance: [1, 2, 1, 0.5])),
          inputs: [1]),
        Node("relu1", .activation(.relu), inputs: [2]),
        Node("conv2", try convolution(4, 4, 1), inputs: [3]),
        Node("sum", .combine(.add), inputs: [3, 4]),
        Node("pool", .globalPool(.average(countsPadding: false)), inputs: [5]),
        Node("flat", .reshape(Shape(4)), inputs: [6]),
        Node(
          "fc", .linear(Linear(weight: try Tensor(shape: Shape(3, 4), values: random.floats(12)))), inputs: [7]),
      ])
  }

  @Test(arguments: ActivationPooling.allCases) func featuresAreThePooledActivations(_ pooling: ActivationPooling)
    async throws
  {
    let network = try network(seed: 3)
    var random = SeededRandom(9)
    let values = random.floats(11 * network.inputShape.count)
    let plan = try ExecutionPlan(network)
    let catalog = LayerCatalog(plan)
    let layers = try ["conv1", "conv2", "sum", "fc", "image"].map { try catalog.layer(named: $0) }
    let images = InputImages(values, shape: network.inputShape)
    let one = try await LayerActivations.collected(plan, layers: layers, pooling: pooling, images: images, workers: 1)
    let two = try await LayerActivations.collected(plan, layers: layers, pooling: pooling, images: images, workers: 3)
    let reference = ReferenceForward(network)
    for (place, layer) in layers.enumerated() {
      #expect(one[place].features == two[place].features)
      #expect(one[place].features.rowCount == 11)
      for image in 0..<11 {
        let all = reference.activations(
          of: Array(values[image * network.inputShape.count..<(image + 1) * network.inputShape.count]))
        let expected = pooled(all[layer.node], layer.shape, pooling)
        #expect(expected.count == one[place].features.columnCount)
        for (column, value) in expected.enumerated() {
          #expect(abs(Double(one[place].features[image, column]) - value) < 1e-5)
        }
      }
    }
  }

  /// Plain loops. All maps here are smaller than the grid of cells, so that a cell is a position.
  private func pooled<Number: BinaryFloatingPoint>(
    _ map: [Number], _ shape: Shape, _ pooling: ActivationPooling
  ) -> [Double] {
    let area = shape.area
    let channels = (0..<shape.channels).map { Array(map[$0 * area..<($0 + 1) * area]).map { Double($0) } }
    switch pooling {
    case .mean: return channels.map { $0.reduce(0, +) / Double(area) }
    case .max: return channels.map { $0.max() ?? 0 }
    case .flatten: return Array(channels.joined())
    case .positions: return (0..<area).flatMap { place in channels.map { $0[place] } }
    }
  }

  @Test func layersAreKnownByEveryNodeOfTheirChain() throws {
    let network = try network(seed: 1)
    let plan = try ExecutionPlan(network)
    let catalog = LayerCatalog(plan)
    let byRelu = try catalog.layer(named: "relu1")
    #expect(byRelu.name == "conv1")
    #expect(byRelu.node == network.index(ofNode: "relu1"))
    #expect(catalog.filterLayers.map(\.name) == ["conv1", "conv2", "fc"])
    let error = #expect(throws: InputError.self) { try catalog.layer(named: "conv3") }
    #expect(error?.hint?.contains("did you mean 'conv") == true)
  }

  @Test func largeMapsAreAveragedOverCells() async throws {
    let network = try Network(
      name: "plain",
      nodes: [
        Node("image", .input(Shape(1, 14, 21)), inputs: []),
        Node(
          "conv",
          .convolution(Convolution(weight: try Tensor(shape: Shape(1, 1, 1, 1), values: [2]))), inputs: [0]),
      ])
    let plan = try ExecutionPlan(network)
    let layer = try LayerCatalog(plan).layer(named: "conv")
    let values: [Float] = (0..<14 * 21).map { (place: Int) -> Float in Float(place / 42 * 10 + place % 21 / 3) }
    let found = try await LayerActivations.collected(
      plan, layers: [layer], pooling: .positions, images: InputImages(values, shape: Shape(1, 14, 21)))
    let expected: [Float] = (0..<49).map { (cell: Int) -> Float in Float(2 * (cell / 7 * 10 + cell % 7)) }
    #expect(found[0].features.values == expected)
  }

  @Test func activationsThatAreNotFiniteAreAnError() async throws {
    let network = try Network(
      name: "broken",
      nodes: [
        Node("image", .input(Shape(1, 2, 2)), inputs: []),
        Node(
          "conv",
          .convolution(Convolution(weight: try Tensor(shape: Shape(1, 1, 1, 1), values: [.infinity]))), inputs: [0]),
      ])
    let plan = try ExecutionPlan(network)
    let layer = try LayerCatalog(plan).layer(named: "conv")
    for pooling in ActivationPooling.allCases {
      let error = await #expect(throws: InputError.self) {
        try await LayerActivations.collected(
          plan, layers: [layer], pooling: pooling, images: InputImages([0, 1, 1, 1], shape: Shape(1, 2, 2)))
      }
      #expect(error?.description.contains("'conv'") == true)
    }
  }

  /// 0/0 among ones: a maximum must not step over it.
  @Test func aSingleNaNIsAnErrorForEveryPooling() async throws {
    let network = try Network(
      name: "ratios",
      nodes: [
        Node("image", .input(Shape(1, 2, 2)), inputs: []), Node("ratio", .combine(.divide), inputs: [0, 0]),
      ])
    let plan = try ExecutionPlan(network)
    let layer = try LayerCatalog(plan).layer(named: "ratio")
    for pooling in ActivationPooling.allCases {
      await #expect(throws: InputError.self) {
        try await LayerActivations.collected(
          plan, layers: [layer], pooling: pooling, images: InputImages([1, 0, 1, 1], shape: Shape(1, 2, 2)))
      }
    }
  }

  @Test func anUntrainedNetworkHasNewWeightsAndTheSameShape() throws {
    let network = try network(seed: 5)
    let untrained = network.untrained(seed: 1)
    #expect(untrained.shapes == network.shapes)
    #expect(untrained == network.untrained(seed: 1))
    #expect(untrained != network.untrained(seed: 2))
    guard case .convolution(let layer) = untrained.nodes[1].layer,
      case .batchNormalization(let normalization) = untrained.nodes[2].layer
    else { throw InputError(.data, "layers have changed their kind") }
    #expect(layer.bias == [0, 0, 0, 0])
    #expect(normalization.variance == [1, 1, 1, 1] && normalization.shift == [0, 0, 0, 0])
    let squares = layer.weight.values.reduce(0) { $0 + $1 * $1 } / Float(layer.weight.count)
    #expect(squares > 0.04 && squares < 0.25, "variance 2 / 18")
  }
}
