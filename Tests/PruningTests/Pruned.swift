import Inference
import ModelFormats
import Networks
import Pruning
import TestSupport

/// A network and removals, compared with what the reference computes.
struct Pruned {
  let original: Network
  let removals: [FilterRemoval]
  let result: PrunedNetwork
  /// What was written to a file and read again.
  let again: Network

  init(_ network: Network, _ removals: [FilterRemoval]) throws {
    original = network
    self.removals = removals
    result = try PrunedNetwork(network, removing: removals)
    again = try ONNXReader().read(ONNXWriter().bytes(of: result.network))
  }

  /// Removes filters of a layer with one number for all.
  init(_ network: Network, _ filters: [String: [Int]], value: Double = 0.7) throws {
    let removals = network.nodes.indices.flatMap { index in
      (filters[network.nodes[index].name] ?? []).map {
        FilterRemoval(node: index, channel: $0, value: .uniform(value))
      }
    }
    try self.init(network, removals)
  }

  /// The largest distance of a logit, relative to the largest logit, between the ablated and the pruned network.
  func distance(_ image: [Float], in network: Network? = nil) -> Double {
    var replaced: [Int: [Int: [Double]]] = [:]
    for removal in removals {
      let site = original.activationSite(from: removal.node).output, shape = original.shapes[site]
      let elements: [Double]
      switch removal.value {
      case .varying: preconditionFailure("a removed filter is constant")
      case .uniform(let value): elements = [Double](repeating: value, count: shape.area)
      case .map(let map): elements = map
      }
      replaced[site, default: [:]][removal.channel] = elements
    }
    let expected = ReferenceForward(original).logits(of: image, replaced: replaced)
    let found = ReferenceForward(network ?? result.network).logits(of: image)
    guard expected.count == found.count, found.allSatisfy(\.isFinite) else { return .infinity }
    let scale = max(expected.map(abs).max() ?? 0, 1e-3)
    return zip(expected, found).map { abs($0 - $1) / scale }.max() ?? 0
  }

  /// The distance over some random images, for the network and for what its file holds.
  func distance(seed: UInt64 = 1) -> Double {
    var random = SeededRandom(seed)
    return (0..<2).map { _ in
      let image = random.floats(original.inputShape.count)
      return max(distance(image), distance(image, in: again))
    }.max() ?? 0
  }

  func layer(_ name: String) -> PrunedNetwork.Layer? { result.layers.first { $0.name == name } }
}
