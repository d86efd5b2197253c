import Inference
import Networks
import Tensors

/// Every distinct shape of convolution and linear layer of a network, timed alone: one block of eight images, through a
/// network of that layer and what is fused with it.
struct LayerTiming {
  let network: Network
  let instructionSet: InstructionSet

  struct Layer: Encodable {
    /// The first node of this shape.
    var name: String
    /// How many nodes have it.
    var count: Int
    /// Such as `3×3/2 64→128, 56×56`.
    var shape: String
    /// Of one image, counted as direct convolution.
    var multiplyAdds: Int
    /// Medians over repetitions; a multiply-add is two operations.
    var gigaflops: Double
    /// What independent multiply-adds reached between the repetitions.
    var peakGigaflops: Double
  }

  func times() throws -> [Layer] {
    var order: [String] = []
    var sites: [String: [ActivationSite]] = [:]
    for site in network.activationSites {
      let key = description(of: site)
      if sites[key] == nil { order.append(key) }
      sites[key, default: []].append(site)
    }
    return try order.compactMap { key in
      guard let same = sites[key], let first = same.first else { return nil }
      return try time(first, count: same.count, shape: key)
    }
  }

  private func description(of site: ActivationSite) -> String {
    let node = network.nodes[site.source], input = network.shapes[node.inputs[0]]
    switch node.layer {
    case .convolution(let layer):
      let groups = layer.groups > 1 ? ", \(layer.groups) groups" : ""
      let stride = layer.stride == Extent(1) ? "" : "/\(layer.stride.height)"
      let padding = layer.padding.isZero ? "" : " padded"
      return
        "\(layer.kernel)\(stride) \(layer.inputChannels)→\(layer.outputChannels)\(groups), \(input.height)×\(input.width)\(padding)"
    case .linear(let layer): return "linear \(layer.inputCount)→\(layer.outputCount)"
    case .input, .constant, .transposedConvolution, .batchNormalization, .affine, .activation, .pool, .globalPool,
      .concatenate, .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      return "\(node.layer.kindName) \(input) → \(network.shapes[site.source])"
    }
  }

  private func time(_ site: ActivationSite, count: Int, shape: String) throws -> Layer {
    let input = network.shapes[network.nodes[site.source].inputs[0]]
    var nodes = [Node("input of one layer", .input(input), inputs: [])]
    for index in site.chain {
      nodes.append(Node(network.nodes[index].name, network.nodes[index].layer, inputs: [nodes.count - 1]))
    }
    let pass = ForwardPass(
      try ExecutionPlan(try Network(name: "one layer", nodes: nodes), instructionSet: instructionSet))
    var state: UInt64 = 1
    pass.load(count: ExecutionPlan.laneCount) { _, buffer in
      for index in buffer.indices {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        buffer[index] = Float(state >> 40) * 0x1p-24 - 0.5
      }
    }
    let multiplyAdds = network.multiplyAdds(ofNode: site.source)
    let clock = ContinuousClock()
    func run(_ times: Int) -> Double {
      let time = clock.measure {
        for _ in 0..<times {
          pass.invalidate()
          pass.run()
        }
      }
      return time / .seconds(1) / Double(times)
    }
    let times = max(1, Int(0.008 / max(1e-7, run(2))))
    var rates: [Double] = [], peaks: [Double] = []
    for _ in 0..<7 {
      peaks.append(PeakRate.gigaflops(seconds: 0.001))
      rates.append(2e-9 * Double(multiplyAdds * ExecutionPlan.laneCount) / run(times))
    }
    return Layer(
      name: network.nodes[site.source].name, count: count, shape: shape, multiplyAdds: multiplyAdds,
      gigaflops: rates.sorted()[3], peakGigaflops: peaks.sorted()[3])
  }
}
