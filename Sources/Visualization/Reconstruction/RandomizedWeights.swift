import Networks
import Statistics

extension Network {
  /// The nodes that have trained weights: convolutions and linear layers, in network order.
  package var weightedNodes: [Int] {
    nodes.indices.filter { index in
      switch nodes[index].layer {
      case .convolution, .transposedConvolution, .linear: true
      case .input, .constant, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate, .combine,
        .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        false
      }
    }
  }

  /// The same network in which the weights of some nodes are shuffled within each node, biases too.
  ///
  /// What training wrote into the layer is gone, the size of its weights stays. A node's order depends on the seed and the
  /// node alone, so that a larger set of nodes holds a smaller one's. Complexity: O(parameters).
  public func shufflingWeights(ofNodes shuffled: Set<Int>, seed: UInt64) -> Network {
    replacingNodes(
      nodes.enumerated().map { index, node in
        guard shuffled.contains(index) else { return node }
        var node = node
        var stream = RandomStream(seed: seed, purpose: .weightRandomization, index: index)
        switch node.layer {
        case .convolution(var layer):
          stream.shuffle(&layer.weight.values)
          layer.bias = layer.bias.map { stream.shuffled($0) }
          node.layer = .convolution(layer)
        case .transposedConvolution(var layer):
          stream.shuffle(&layer.weight.values)
          layer.bias = layer.bias.map { stream.shuffled($0) }
          node.layer = .transposedConvolution(layer)
        case .linear(var layer):
          stream.shuffle(&layer.weight.values)
          layer.bias = layer.bias.map { stream.shuffled($0) }
          node.layer = .linear(layer)
        case .input, .constant, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate, .combine,
          .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
          preconditionFailure("a node with weights")
        }
        return node
      })
  }
}

extension RandomStream {
  fileprivate mutating func shuffled(_ values: [Float]) -> [Float] {
    var values = values
    shuffle(&values)
    return values
  }
}
