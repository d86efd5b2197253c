import Inference
import Networks
import Tensors
import TestSupport
import Testing
import Workloads

/// One after another: each holds a block of a large network.
@Suite("Large networks", .serialized)
struct ScaleTests {
  private static func pass(_ network: Network) throws -> (pass: ForwardPass, image: [Float]) {
    let pass = ForwardPass(try ExecutionPlan(network))
    var random = SeededRandom(7)
    var image: [Float] = []
    pass.load(count: 2) { lane, buffer in
      let values = random.floats(buffer.count)
      if lane == 1 { image = values }
      _ = buffer.update(from: values)
    }
    pass.run()
    return (pass, image)
  }

  @Test(
    "Every node agrees with plain loops on small images",
    arguments: [
      (ShapedNetwork.squeezeNet, 64), (.resNet18, 64), (.resNet50, 64), (.vgg11, 32), (.inceptionV3, 75),
    ])
  func reference(_ shaped: ShapedNetwork, _ imageSize: Int) throws {
    let network = try shaped.network(imageSize: imageSize)
    let (pass, image) = try Self.pass(network)
    let reference = ReferenceForward(network).activations(of: image)
    var compared = 0
    for node in network.nodes.indices where pass.plan.isStored(node: node) {
      var values = [Float](repeating: .nan, count: network.shapes[node].count)
      values.withUnsafeMutableBufferPointer { pass.copyActivations(ofNode: node, lane: 1, into: $0) }
      let scale = reference[node].map(abs).max() ?? 0
      let error = zip(values, reference[node]).map { abs(Double($0) - $1) }.max() ?? .nan
      #expect(error <= 1e-5 * scale && scale > 0 && scale < 1e4, "\(network.nodes[node].title): \(error) of \(scale)")
      compared += 1
    }
    #expect(compared > network.activationSites.count)
  }

  @Test(
    "Every layer with weights agrees with sums in double precision at sampled places, full-size images",
    arguments: [ShapedNetwork.inceptionV3, .resNet50])
  func fullSize(_ shaped: ShapedNetwork) throws {
    let network = try shaped.network()
    let (pass, _) = try Self.pass(network)
    // Expectations look into every value of their expression: a plan, with its weights, is kept out of them.
    let bytes = pass.plan.bytesPerBlock
    #expect(bytes < 1 << 30)
    var random = SeededRandom(8)
    for site in pass.plan.sites {
      // A reshaped map's values are those of the map, in the same order.
      var input = network.nodes[site.site.source].inputs[0]
      while case .reshape = network.nodes[input].layer { input = network.nodes[input].inputs[0] }
      let isStored = pass.plan.isStored(node: input)
      try #require(isStored)
      var x = [Float](repeating: .nan, count: network.shapes[input].count)
      x.withUnsafeMutableBufferPointer { pass.copyActivations(ofNode: input, lane: 1, into: $0) }
      var y = [Float](repeating: .nan, count: site.shape.count)
      y.withUnsafeMutableBufferPointer { pass.copyActivations(of: site, lane: 1, into: $0) }
      let scale = Double(y.map(abs).max() ?? 0)
      #expect(scale > 0 && scale < 1e4, "\(network.nodes[site.site.source].title): \(scale)")
      for sample in 0..<24 {
        // The first four are corners of the map, where padding matters.
        let row = sample < 4 ? (sample & 1) * (site.shape.height - 1) : random.int(0...site.shape.height - 1)
        let column = sample < 4 ? (sample >> 1) * (site.shape.width - 1) : random.int(0...site.shape.width - 1)
        let channel = random.int(0...site.channelCount - 1)
        let expected = value(network, site.site, x, channel: channel, row: row, column: column)
        let found = Double(y[(channel * site.shape.height + row) * site.shape.width + column])
        #expect(
          abs(found - expected) <= 1e-5 * scale, "\(network.nodes[site.site.source].title) \(channel) \(row) \(column)")
      }
    }
    var logits = [Float](repeating: .nan, count: network.classCount)
    logits.withUnsafeMutableBufferPointer { pass.copyLogits(lane: 0, into: $0) }
    let areFinite = logits.allSatisfy { $0.isFinite }, differentCount = Set(logits).count
    #expect(areFinite && differentCount > 900)
  }

  /// One value of a site from its layer's input: the layer, then the rest of the chain.
  private func value(
    _ network: Network, _ site: ActivationSite, _ x: [Float], channel: Int, row: Int, column: Int
  ) -> Double {
    var value = 0.0
    for index in site.chain {
      switch network.nodes[index].layer {
      case .convolution(let layer):
        let shape = network.shapes[network.nodes[index].inputs[0]]
        value = Double(layer.bias?[channel] ?? 0)
        for input in 0..<shape.channels {
          for i in 0..<layer.kernel.height {
            for j in 0..<layer.kernel.width {
              let y = row * layer.stride.height + i - layer.padding.top
              let x0 = column * layer.stride.width + j - layer.padding.left
              guard (0..<shape.height).contains(y), (0..<shape.width).contains(x0) else { continue }
              let weight = ((channel * shape.channels + input) * layer.kernel.height + i) * layer.kernel.width + j
              value += Double(layer.weight.values[weight]) * Double(x[(input * shape.height + y) * shape.width + x0])
            }
          }
        }
      case .linear(let layer):
        value = Double(layer.bias?[channel] ?? 0)
        for input in x.indices {
          value += Double(layer.weight.values[channel * layer.inputCount + input]) * Double(x[input])
        }
      case .batchNormalization(let layer):
        let spread = (Double(layer.variance[channel]) + Double(layer.epsilon)).squareRoot()
        value =
          (value - Double(layer.mean[channel])) / spread * Double(layer.scale[channel]) + Double(layer.shift[channel])
      case .activation(.relu): value = max(0, value)
      default: Issue.record("the shaped networks have no such chain: \(network.nodes[index].title)")
      }
    }
    return value
  }
}
