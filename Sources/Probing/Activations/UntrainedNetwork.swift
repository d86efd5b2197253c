import Networks
import Statistics
import Tensors

extension Network {
  /// The same architecture before any training: weights drawn anew, normalizations that do nothing.
  ///
  /// Weights are normal with variance 2 / fan-in (He et al. 2015), biases 0, batch normalizations the identity; slopes,
  /// constants and other per-channel maps stay. Those of a node depend on the seed and the node's index alone. What a
  /// probe reads from this network is what the architecture gives away for nothing. Complexity: O(parameters).
  public func untrained(seed: UInt64) -> Network {
    replacingNodes(
      nodes.enumerated().map { index, node in
        var node = node
        node.layer = node.layer.untrained(seed: seed, index: index)
        return node
      })
  }
}

extension Layer {
  fileprivate func untrained(seed: UInt64, index: Int) -> Layer {
    switch self {
    case .convolution(var layer):
      layer.weight = Self.drawn(layer.weight.shape, fanIn: layer.inputChannelsPerGroup * layer.kernel.area, seed, index)
      layer.bias = layer.bias.map { [Float](repeating: 0, count: $0.count) }
      return .convolution(layer)
    case .transposedConvolution(var layer):
      layer.weight = Self.drawn(
        layer.weight.shape, fanIn: layer.inputChannels / layer.groups * layer.kernel.area, seed, index)
      layer.bias = layer.bias.map { [Float](repeating: 0, count: $0.count) }
      return .transposedConvolution(layer)
    case .linear(var layer):
      layer.weight = Self.drawn(layer.weight.shape, fanIn: layer.inputCount, seed, index)
      layer.bias = layer.bias.map { [Float](repeating: 0, count: $0.count) }
      return .linear(layer)
    case .batchNormalization(var layer):
      let count = layer.scale.count
      layer.scale = [Float](repeating: 1, count: count)
      layer.shift = [Float](repeating: 0, count: count)
      layer.mean = [Float](repeating: 0, count: count)
      layer.variance = [Float](repeating: 1, count: count)
      return .batchNormalization(layer)
    case .input, .constant, .affine, .activation, .pool, .globalPool, .concatenate, .combine,
      .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      return self
    }
  }

  private static func drawn(_ shape: Shape, fanIn: Int, _ seed: UInt64, _ index: Int) -> Tensor {
    var stream = RandomStream(seed: seed, purpose: .parameterInitialization, index: index)
    let deviation = (2 / Double(max(1, fanIn))).squareRoot()
    var tensor = Tensor(repeating: 0, shape: shape)
    for place in tensor.values.indices { tensor.values[place] = Float(deviation * stream.normal()) }
    return tensor
  }
}
