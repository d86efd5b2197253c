import DecisionRegions
import Images
import Inference
import InputErrors
import Networks
import NeuronRegions
import NeuronShapley
import Tensors
import TestSupport
import Testing

@Suite struct LayerViewTests {
  /// Wherever a layer is linear, its view's weights on what it reads give what the network computes there.
  @Test func weightsAreTheLayersOwn() throws {
    for seed in 1...6 {
      let network = try RegionNetworks.whole(seed: UInt64(seed))
      var random = SeededRandom(UInt64(seed) + 100)
      let activations = ReferenceForward(network).activations(of: random.floats(network.inputShape.count))
      for (layer, output) in [
        ("conv1", "norm1"), ("conv2", "conv2"), ("conv3", "conv3"), ("fc1", "fc1"), ("fc2", "fc2"),
      ] {
        let node = try #require(network.index(ofNode: output))
        let shape = network.shapes[node]
        let isMap = shape.rank == 3
        for row in 0..<shape.height {
          for column in 0..<shape.width {
            let view = try LayerView(
              network, layer: layer, position: isMap ? .init(row: row, column: column) : nil)
            let read = view.elements.map { activations[view.inputNode][$0] }
            for neuron in 0..<view.neuronCount {
              let (weights, bias) = try view.weights(of: neuron)
              let value = zip(weights, read).reduce(bias) { $0 + $1.0 * $1.1 }
              let expected = activations[node][(neuron * shape.height + row) * shape.width + column]
              #expect(abs(value - expected) < 1e-5 * max(1, abs(expected)), "\(layer) \(row) \(column)")
            }
          }
        }
      }
    }
  }

  @Test func layersThatAreNotLinearAreRefusedByName() throws {
    let network = try RegionNetworks.whole(seed: 1)
    let relu = #expect(throws: InputError.self) { try LayerView(network, layer: "relu1") }
    #expect(relu?.description.contains("fc1, fc2, conv1, conv2, conv3") == true)
    let typo = #expect(throws: InputError.self) { try LayerView(network, layer: "fc3") }
    #expect(typo?.hint?.contains("did you mean 'fc") == true)
    #expect(throws: InputError.self) { try LayerView(network, layer: "conv1", position: .init(row: 9, column: 0)) }
    #expect(throws: InputError.self) { try LayerView(network, layer: "conv1", position: .init(row: -1, column: 0)) }
    #expect(throws: InputError.self) { try LayerView(network, layer: "fc1", position: .init(row: 0, column: 0)) }
    let view = try LayerView(network, layer: "fc2")
    #expect(throws: InputError.self) { try view.weights(of: 4) }
    #expect(throws: InputError.self) { try FreeInput.channel(7, of: view) }
  }

  @Test func filtersAreFoundWhereTheyReachTheLayer() throws {
    let network = try RegionNetworks.whole(seed: 2)
    let view = try LayerView(network, layer: "fc1")
    // The first six channels carry conv2 and conv3 added, the last six conv2 again.
    let added = try FreeInput.filter(Filter(layer: "conv3", channel: 4), of: view)
    #expect(added.elements == Array(view.elements.filter { $0 / view.inputShape.area == 4 }))
    let direct = try FreeInput.filter(Filter(layer: "conv2", channel: 1), of: view)
    #expect(direct.elements == Array(view.elements.filter { $0 / view.inputShape.area == 1 }))
    let error = #expect(throws: InputError.self) { try FreeInput.filter(Filter(layer: "conv1", channel: 1), of: view) }
    #expect(error?.hint?.contains("conv2, conv3") == true)
    // A window at a corner reads a part of the padding: fewer elements.
    let corner = try LayerView(network, layer: "conv1", position: .init(row: 0, column: 0))
    #expect(try FreeInput.channel(1, of: corner).elements.count == 4)
    #expect(throws: InputError.self) { try FreeInput.element(channel: 0, at: .init(row: 5, column: 5), of: corner) }
    #expect(try FreeInput.element(channel: 1, at: .init(row: 1, column: 1), of: corner).elements.count == 1)
  }
}

@Suite struct NeuronSliceTests {
  private func labeled(_ network: Network, _ count: Int) throws -> LabeledImages {
    var random = SeededRandom(8)
    let tensors = try (0..<count).map { _ in
      try Tensor(shape: network.inputShape, values: random.floats(network.inputShape.count))
    }
    return try LabeledImages(tensors: tensors, labels: (0..<count).map { $0 % 4 })
  }

  @Test func freeChannelsMoveTheOutputsAsTheNetworkDoes() throws {
    let network = try RegionNetworks.whole(seed: 3)
    let view = try LayerView(network, layer: "fc1")
    var random = SeededRandom(4)
    let held = view.elements.map { _ in Double(random.floats(1)[0]) }
    let free = [try FreeInput.channel(2, of: view), try FreeInput.channel(9, of: view)]
    let slice = try NeuronSlice(view, free: free, held: held)
    for neuron in 0..<view.neuronCount {
      let line = try slice.neuron(neuron, name: "n")
      let (weights, bias) = try view.weights(of: neuron)
      for place in [[0.0, 0], [1, 0], [0.3, -2.5]] {
        var input = held
        for (one, value) in zip(free, place) { for element in one.elements { input[element] = value } }
        let output = zip(weights, input).reduce(bias) { $0 + $1.0 * $1.1 }
        #expect(abs(line.output(at: place) - output) < 1e-9)
        #expect(zip(slice.coordinates(of: input), place).allSatisfy { abs($0 - $1) < 1e-12 })
      }
    }
    #expect(throws: InputError.self) { try NeuronSlice(view, free: [free[0], free[0]], held: held) }
    #expect(throws: InputError.self) { try NeuronSlice(view, free: [], held: held) }
    let three = try free + [FreeInput.channel(5, of: view)]
    let error = #expect(throws: InputError.self) { try NeuronSlice(view, free: three, held: held) }
    #expect(error?.description.contains("one or two free inputs") == true)
  }

  /// On the plane through three images the neurons have exactly the images' true outputs at their places.
  @Test func aPlaneHoldsItsThreeImages() async throws {
    let network = try RegionNetworks.whole(seed: 5)
    let images = try labeled(network, 11)
    let plan = try ExecutionPlan(network)
    for layer in ["fc1", "conv3", "conv1"] {
      let view = try LayerView(network, layer: layer)
      let inputs = try LayerInputs(view, plan: plan, images: images, workers: 2)
      var points: [[Double]] = []
      for index in [1, 4, 9] { points.append(try await inputs.input(ofImage: index)) }
      let slice = try NeuronSlice(view, through: points)
      let neurons = Array(0..<view.neuronCount)
      let readings = try await inputs.readings(on: slice, neurons: neurons)
      #expect(readings.count == 11)
      #expect(readings[1].coordinates.allSatisfy { abs($0) < 1e-6 })
      #expect(abs(readings[4].coordinates[1]) < 1e-6 && readings[9].coordinates[1] > 0)
      for neuron in neurons {
        let line = try slice.neuron(neuron, name: "n")
        for index in [1, 4, 9] {
          #expect(abs(line.output(at: readings[index].coordinates) - readings[index].outputs[neuron]) < 1e-5)
        }
      }
      #expect(throws: InputError.self) { try NeuronSlice(view, through: [points[0], points[1], points[1]]) }
      #expect(throws: InputError.self) { try NeuronSlice(view, through: [points[0], points[0], points[0]]) }
    }
  }

  @Test func meansAndReadingsAreTheSameForAnyNumberOfWorkers() async throws {
    let network = try RegionNetworks.whole(seed: 6)
    let images = try labeled(network, 21)
    let plan = try ExecutionPlan(network)
    let view = try LayerView(network, layer: "fc1")
    let one = try LayerInputs(view, plan: plan, images: images, workers: 1)
    let three = try LayerInputs(view, plan: plan, images: images, workers: 3)
    let mean = try await one.mean()
    #expect(try await three.mean() == mean)
    var sum = [Double](repeating: 0, count: view.elements.count)
    for index in 0..<21 {
      let input = try await one.input(ofImage: index)
      let reference = ReferenceForward(network).activations(of: images.pixels(of: index))[view.inputNode]
      for element in input.indices {
        #expect(abs(input[element] - reference[element]) < 1e-4)
        sum[element] += input[element] / 21
      }
    }
    #expect(zip(sum, mean).allSatisfy { abs($0 - $1) < 1e-9 })
    let slice = try NeuronSlice(view, free: [.channel(0, of: view)], held: mean)
    let readings = try await one.readings(on: slice, neurons: [0, 3])
    let again = try await three.readings(on: slice, neurons: [0, 3])
    #expect(readings.map(\.outputs) == again.map(\.outputs))
    #expect(readings.map(\.coordinates) == again.map(\.coordinates))
    await #expect(throws: InputError.self) { try await one.input(ofImage: 21) }
  }
}
