import Networks
import NeuronShapley
import Tensors

/// Which filters a channel of a node's output carries: those that reach it without being mixed with other channels.
enum FilterOrigin {
  /// Through additions a channel carries several filters. Complexity: O(nodes before).
  static func filters(carriedBy channel: Int, of node: Int, in network: Network) -> [Filter] {
    let current = network.nodes[node]
    switch current.layer {
    case .convolution, .transposedConvolution, .linear: return [Filter(layer: current.name, channel: channel)]
    case .batchNormalization, .affine, .activation, .pool, .globalPool, .identity:
      return filters(carriedBy: channel, of: current.inputs[0], in: network)
    case .reshape:
      let input = current.inputs[0]
      guard network.shapes[input].channels == network.shapes[node].channels else { return [] }
      return filters(carriedBy: channel, of: input, in: network)
    case .combine:
      return current.inputs.filter { network.shapes[$0].channels == network.shapes[node].channels }
        .flatMap { filters(carriedBy: channel, of: $0, in: network) }
    case .concatenate:
      var first = 0
      for input in current.inputs {
        let count = network.shapes[input].channels
        if channel < first + count { return filters(carriedBy: channel - first, of: input, in: network) }
        first += count
      }
      return []
    case .input, .constant, .localResponseNormalization, .slice, .pad, .softmax: return []
    }
  }

  /// The layers whose filters a node's output carries, by name, in network order.
  static func layers(carriedBy node: Int, in network: Network) -> [String] {
    var names: Set<String> = []
    for channel in 0..<network.shapes[node].channels {
      names.formUnion(filters(carriedBy: channel, of: node, in: network).map(\.layer))
    }
    return network.nodes.map(\.name).filter(names.contains)
  }
}
