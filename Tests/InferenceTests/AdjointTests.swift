import Inference
import Networks
import RandomNetworks
import Tensors
import TestSupport
import Testing

/// ⟨J x, y⟩ = ⟨x, Jᵀ y⟩ for every layer that is linear, with nothing between forward and backward but the kernels.
@Suite("Adjoint identities")
struct AdjointTests {
  static let sets = InstructionSet.allCases.filter(\.isSupported)

  /// Largest violation over all images, relative to the sizes of the vectors.
  private func violation(_ network: Network, _ set: InstructionSet, _ random: inout SeededRandom) throws -> Double {
    let plan = try ExecutionPlan(network, instructionSet: set, purpose: .differentiation)
    let images = (0..<8).map { _ in random.floats(network.inputShape.count) }
    let forward = ForwardPass(plan), backward = BackwardPass(GradientPlan(plan))
    forward.load(count: 8) { lane, buffer in _ = buffer.update(from: images[lane]) }
    forward.run()
    var worst = 0.0
    // Twice: nothing of the first pass may be left in the second.
    for _ in 0..<2 {
      let seeds = (0..<8).map { _ in random.floats(network.outputShape.count) }
      backward.begin(forward)
      for lane in 0..<8 { backward.seed(node: network.output, lane: lane, seeds[lane]) }
      backward.run()
      for lane in 0..<8 {
        let output = activations(forward, network.output, lane: lane)
        let gradient = backward.gradient(ofNode: 0, lane: lane)
        let left = zip(output, seeds[lane]).map { Double($0) * Double($1) }
        let right = zip(gradient, images[lane]).map { Double($0) * Double($1) }
        let size = left.reduce(0) { $0 + abs($1) } + right.reduce(0) { $0 + abs($1) } + 1e-3
        worst = max(worst, abs(left.reduce(0, +) - right.reduce(0, +)) / size)
      }
    }
    return worst
  }

  private func one(_ layer: Layer, _ builder: RandomNetwork) throws -> Network {
    try Network(name: "one", nodes: builder.nodes + [Node("layer", layer, inputs: [0])])
  }

  @Test("Convolutions of many shapes, strides, paddings, dilations and groups", arguments: sets)
  func convolutions(_ set: InstructionSet) throws {
    var done = 0
    for seed in 0..<400 {
      var builder = RandomNetwork(seed: UInt64(seed) &+ 90)
      let channels = builder.random.int(1...20)
      builder.add(.input(Shape(channels, builder.random.int(1...11), builder.random.int(1...11))))
      var layer = try builder.convolution(channels: channels)
      layer.bias = nil
      layer.stride = Extent(height: builder.random.int(1...3), width: builder.random.int(1...4))
      guard let network = try? one(.convolution(layer), builder) else { continue }
      done += 1
      #expect(try violation(network, set, &builder.random) < 1e-5, "seed \(seed)")
    }
    #expect(done > 200)
  }

  @Test("Transposed convolutions", arguments: sets)
  func transposed(_ set: InstructionSet) throws {
    var done = 0
    for seed in 0..<200 {
      var builder = RandomNetwork(seed: UInt64(seed) &+ 90)
      let groups = builder.random.int(1...3), channels = groups * builder.random.int(1...4)
      builder.add(.input(Shape(channels, builder.random.int(1...6), builder.random.int(1...6))))
      let layer = TransposedConvolution(
        weight: try builder.tensor(channels, builder.random.int(1...5), builder.random.int(1...4), 3),
        stride: Extent(height: builder.random.int(1...3), width: builder.random.int(1...3)),
        padding: Insets(top: builder.random.int(0...1), left: builder.random.int(0...1), bottom: 0, right: 1),
        outputPadding: Extent(height: 0, width: builder.random.int(0...1)),
        dilation: Extent(height: 1, width: builder.random.int(1...2)), groups: groups)
      guard let network = try? one(.transposedConvolution(layer), builder) else { continue }
      done += 1
      #expect(try violation(network, set, &builder.random) < 1e-5, "seed \(seed)")
    }
    #expect(done > 100)
  }

  @Test("Linear layers, means, slices, padding, reshaping, per-channel factors", arguments: sets)
  func others(_ set: InstructionSet) throws {
    for seed in 0..<60 {
      var builder = RandomNetwork(seed: UInt64(seed))
      let shape = Shape(builder.random.int(1...5), builder.random.int(4...8), builder.random.int(4...8))
      builder.add(.input(shape))
      let layers: [Layer] = [
        .pool(
          Pooling(
            .average(countsPadding: builder.random.bool()), kernel: Extent(height: 3, width: 2),
            stride: Extent(builder.random.int(1...3)), padding: Insets(top: 1, left: 0, bottom: 0, right: 1),
            roundsUp: builder.random.bool())),
        .globalPool(.average(countsPadding: false)),
        .slice(
          Slice(axes: shape.extents.map { .init(start: $0 - 1, step: -1, count: builder.random.int(1...$0)) })),
        .pad(Padding(before: [1, 2, 0], after: [0, 1, 3], fill: .constant(0))),
        .pad(Padding(before: [0, 2, 3], after: [0, 1, 3], fill: .reflect)),
        .pad(Padding(before: [1, 2, 3], after: [2, 1, 3], fill: .edge)),
        .reshape(Shape(shape.height, shape.channels, shape.width)),
        .affine(
          ChannelAffine(
            scale: builder.random.floats(shape.channels), shift: [Float](repeating: 0, count: shape.channels))
        ),
      ]
      for layer in layers {
        // Slices that are cut differently along axes may not exist.
        guard let network = try? one(layer, builder) else { continue }
        #expect(try violation(network, set, &builder.random) < 1e-5, "seed \(seed), \(layer.kindName)")
      }
      let flat = builder.add(.reshape(Shape(shape.count)), 0)
      builder.add(.linear(Linear(weight: try builder.tensor(builder.random.int(1...20), shape.count))), flat ?? 0)
      let linear = try Network(name: "linear", nodes: builder.nodes)
      #expect(try violation(linear, set, &builder.random) < 1e-5, "seed \(seed), linear")
    }
  }
}
