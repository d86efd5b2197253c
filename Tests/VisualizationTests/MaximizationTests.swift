import Images
import InputErrors
import Inference
import Networks
import NeuronShapley
import RandomNetworks
import Tensors
import TestSupport
import Testing
import Visualization

@Suite("Pictures that maximise")
struct MaximizationTests {
  private func input(_ channels: Int, _ order: Preprocessing.ChannelOrder) throws -> PictureInput {
    let preprocessing = try Preprocessing(channels: order, scale: 1 / 255.0, mean: [0.4], standardDeviation: [0.5])
    return try PictureInput(
      scale: PixelScale(eightBit: preprocessing, channels: channels), channels: channels, order: order)
  }

  private func configuration(_ regularization: PictureRegularization, steps: Int = 120) -> MaximizationConfiguration {
    var base = MaximizationConfiguration()
    base.steps = steps
    return regularization.configuration(side: 12, base: base)
  }

  /// One 1 × 1 filter with these weights on pictures of 12 × 12.
  private func colourNetwork(_ weights: [Float]) throws -> Network {
    try Network(
      name: "colour",
      nodes: [
        Node("in", .input(Shape(weights.count, 12, 12)), inputs: []),
        Node(
          "conv",
          .convolution(
            Convolution(weight: try Tensor(shape: Shape(1, weights.count, 1, 1), values: weights), bias: [-9])),
          inputs: [0]), Node("relu", .activation(.relu), inputs: [1]),
      ])
  }

  private let unit = MaximizationObjective(.channel(Filter(layer: "conv", channel: 0)))

  @Test("A filter of one colour gets that colour, in the order in which the network reads channels")
  func colours() async throws {
    // Blue is the first channel of BGR.
    for (order, weights, expected) in [
      (.rgb, [2, -0.5, -0.5], [255, 0, 0]), (.bgr, [2, -0.5, -0.5], [0, 0, 255]),
      (.bgr, [-0.5, -0.5, 2], [255, 0, 0]),
    ] as [(Preprocessing.ChannelOrder, [Float], [UInt8])] {
      for regularization in [PictureRegularization.none, .fourier, .lucid] {
        let ascent = ActivationMaximization(
          try colourNetwork(weights), input: try input(3, order),
          configuration: configuration(regularization, steps: 300))
        let picture = try await ascent.pictures(of: [unit], extent: Extent(12))[0]
        let middle = (6 * 12 + 6) * 3
        let samples = picture.image.pixels[middle..<middle + 3].map { Int($0) }
        for channel in 0..<3 where regularization == .none {
          #expect(abs(samples[channel] - Int(expected[channel])) < 60, "\(order): \(samples)")
        }
        // Where colours are decorrelated and views move, the wanted one is at least not beaten.
        let wanted = expected.firstIndex(of: 255) ?? 0
        #expect(samples[wanted] + 40 > samples.max() ?? 0, "\(order) \(regularization): \(samples)")
        #expect(picture.value > picture.firstValue)
      }
    }
  }

  @Test("A unit that is off everywhere is turned on, and made small by a negative weight")
  func grey() async throws {
    let network = try colourNetwork([3]), input = try input(1, .grey)
    let ascent = ActivationMaximization(network, input: input, configuration: configuration(.none))
    let up = try await ascent.pictures(of: [unit], extent: Extent(12))[0]
    #expect(up.image.pixels.allSatisfy { $0 > 240 })
    let down = try await ascent.pictures(
      of: [MaximizationObjective([.init(.channel(Filter(layer: "conv", channel: 0)), weight: -2)])], extent: Extent(12)
    )[0]
    #expect(down.image.pixels.allSatisfy { $0 < 15 } && down.peak ?? 0 < -9)
  }

  @Test("A filter of next to nothing gets a picture too")
  func subnormal() async throws {
    let tiny = 700 * Float.leastNonzeroMagnitude
    let network = try Network(
      name: "tiny",
      nodes: [
        Node("in", .input(Shape(3, 12, 12)), inputs: []),
        Node(
          "conv", .convolution(Convolution(weight: Tensor(repeating: tiny, shape: Shape(1, 3, 3, 3)))), inputs: [0]),
      ])
    for regularization in [PictureRegularization.none, .views, .lucid] {
      let ascent = ActivationMaximization(
        network, input: try input(3, .rgb), configuration: configuration(regularization, steps: 6))
      let picture = try await ascent.pictures(of: [unit], extent: Extent(12))[0]
      #expect(picture.value.isFinite)
    }
    let filters = try FirstLayerFilters(network, input: try input(3, .rgb))
    #expect(filters.sheet().pixels.allSatisfy { (127...128).contains($0) })
  }

  @Test("One neuron changes nothing outside of its receptive field")
  func neuron() async throws {
    var random = SeededRandom(5)
    let weights = random.floats(9)
    let network = try Network(
      name: "field",
      nodes: [
        Node("in", .input(Shape(1, 12, 12)), inputs: []),
        Node(
          "conv",
          .convolution(Convolution(weight: try Tensor(shape: Shape(1, 1, 3, 3), values: weights), padding: Insets(1))),
          inputs: [0]),
      ])
    let target = MaximizationObjective(.neuron(Filter(layer: "conv", channel: 0), .init(row: 4, column: 7)))
    let ascent = ActivationMaximization(network, input: try input(1, .grey), configuration: configuration(.none))
    let picture = try await ascent.pictures(of: [target], extent: Extent(12))[0]
    let field = try #require(ReceptiveField(of: network, node: 1, channel: 0, row: 4, column: 7))
    for row in 0..<12 {
      for column in 0..<12 {
        let sample = Int(picture.image.pixels[row * 12 + column])
        if field.rows.contains(row), field.columns.contains(column) {
          let weight = weights[(row - 3) * 3 + column - 6]
          #expect(abs(weight) < 0.02 || (weight > 0 ? sample > 200 : sample < 55), "\(row), \(column): \(sample)")
        } else {
          #expect((120...135).contains(sample), "\(row), \(column): \(sample)")
        }
      }
    }
  }

  @Test("Every kind of objective grows, on random networks")
  func objectives() async throws {
    var grown = 0, tried = 0
    for seed in 0..<6 {
      let network = try RandomNetwork.make(seed: UInt64(seed + 210), size: 6)
      guard [1, 3].contains(network.inputShape.channels) else { continue }
      let layers = UnitCatalog(network).layers, layer = layers[seed % layers.count]
      let extent = Extent(height: network.inputShape.height, width: network.inputShape.width)
      var random = SeededRandom(UInt64(seed))
      let targets: [MaximizationObjective.Target] = [
        .channel(layer.unit(0)), .neuron(layer.unit(0), nil), .layer(layer.name), .logit(0), .probability(0),
        .direction(layer: layer.name, random.floats(layer.channelCount), name: "d"),
      ]
      let ascent = ActivationMaximization(
        network, input: try input(network.inputShape.channels, .stored),
        configuration: configuration(.fourier, steps: 60))
      let objectives =
        targets.map { MaximizationObjective($0) } + [
          MaximizationObjective([.init(.logit(0)), .init(.channel(layer.unit(0)), weight: -0.5)])
        ]
      for picture in try await ascent.pictures(of: objectives, extent: extent) {
        tried += 1
        if picture.value >= picture.firstValue { grown += 1 }
      }
    }
    #expect(tried >= 14 && grown * 10 >= tried * 9, "\(grown) of \(tried)")
  }

  @Test("Pictures depend neither on each other nor on workers, and the seed decides")
  func determinism() async throws {
    var random = SeededRandom(12)
    let network = try Network(
      name: "ten",
      nodes: [
        Node("in", .input(Shape(1, 12, 12)), inputs: []),
        Node(
          "conv",
          .convolution(Convolution(weight: try Tensor(shape: Shape(10, 1, 3, 3), values: random.floats(90)))),
          inputs: [0]), Node("relu", .activation(.relu), inputs: [1]),
      ])
    var settings = configuration(.lucid, steps: 30)
    let input = try input(1, .grey)
    let objectives = (0..<10).map { MaximizationObjective(.channel(Filter(layer: "conv", channel: $0))) }
    let ascent = ActivationMaximization(network, input: input, configuration: settings)
    let all = try await ascent.pictures(of: objectives, extent: Extent(12))
    let again = try await ascent.pictures(of: objectives.reversed(), extent: Extent(12), workers: 3)
    #expect(all == again.reversed())
    let alone = try await ascent.pictures(of: [objectives[7]], extent: Extent(12))
    #expect(alone[0] == all[7])
    settings.seed = 1
    let other = try await ActivationMaximization(network, input: input, configuration: settings).pictures(
      of: [objectives[7]], extent: Extent(12))
    #expect(other[0].image != all[7].image)
  }

  @Test("The diversity's gradient is that of its value, and keeps pictures apart")
  func diversity() async throws {
    var random = SeededRandom(3)
    var maps = (0..<3).map { _ in random.floats(4 * 5) }
    let (value, gradients) = PictureDiversity.score(maps, area: 5)
    #expect(value > -1 && value < 1)
    for picture in 0..<3 {
      for element in 0..<20 {
        let old = maps[picture][element], step: Float = 1e-2
        maps[picture][element] = old + step
        let above = PictureDiversity.score(maps, area: 5).value
        maps[picture][element] = old - step
        let below = PictureDiversity.score(maps, area: 5).value
        maps[picture][element] = old
        let numeric = (above - below) / Double(2 * step)
        #expect(abs(numeric - Double(gradients[picture][element])) < 2e-3)
      }
    }
    #expect(abs(PictureDiversity.score([maps[0], maps[0]], area: 5).value + 1) < 1e-6)
  }

  @Test("Pictures that a layer cannot take, positions and classes that are not there")
  func wrong() async throws {
    let network = try Network(
      name: "linear",
      nodes: [
        Node("in", .input(Shape(1, 4, 4)), inputs: []), Node("flat", .reshape(Shape(16)), inputs: [0]),
        Node("fc", .linear(Linear(weight: Tensor(repeating: 1, shape: Shape(2, 16)))), inputs: [1]),
      ])
    let ascent = ActivationMaximization(
      network, input: try input(1, .grey), configuration: configuration(.none, steps: 1))
    func fails(_ target: MaximizationObjective.Target, _ side: Int) async -> Bool {
      do {
        _ = try await ascent.pictures(of: [MaximizationObjective(target)], extent: Extent(side))
        return false
      } catch { return error is InputError }
    }
    #expect(await fails(.logit(0), 5))
    #expect(await fails(.logit(2), 4))
    #expect(await fails(.neuron(Filter(layer: "fc", channel: 0), .init(row: 1, column: 0)), 4))
    #expect(await fails(.direction(layer: "fc", [1], name: "short"), 4))
    #expect(await fails(.layer("fd"), 4))
    #expect(!(await fails(.logit(1), 4)))
  }
}
