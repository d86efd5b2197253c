import Tensors

/// The place where a unit's output is read and may be replaced: METHODS of Neuron Shapley call it the filter's output.
///
/// From a convolution (or a linear layer), the site follows nodes with a single consumer through per-channel affine
/// ones (batch normalization, addition of or multiplication with a constant), then through at most one activation; it
/// stops before additions of tensors, concatenation, pooling and padding. The execution plan fuses exactly these
/// chains into one step, so that a site's activations always exist.
public struct ActivationSite: Sendable, Hashable {
  /// The convolution or linear node.
  public let source: Int
  /// All nodes of the chain in order, ``source`` first; the last one's output is the site.
  public let chain: [Int]

  /// The node whose output is the site.
  public var output: Int { chain[chain.count - 1] }

  public init(source: Int, chain: [Int]) {
    self.source = source
    self.chain = chain
  }
}

extension Network {
  /// The sites of all convolutions (ordinary and transposed) and linear layers, in node order.
  public var activationSites: [ActivationSite] {
    nodes.indices.compactMap { index in
      switch nodes[index].layer {
      case .convolution, .transposedConvolution, .linear: activationSite(from: index)
      case .input, .constant, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate, .combine,
        .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        nil
      }
    }
  }

  /// Follows the chain from any node: affine ones, then at most one activation.
  public func activationSite(from source: Int) -> ActivationSite {
    var chain = [source]
    var last = source
    // The network's output counts as read from outside: a chain may end at it but not run past it.
    while last != output, consumers[last].count == 1 {
      let next = consumers[last][0]
      switch nodes[next].layer {
      case .batchNormalization, .affine, .identity:
        chain.append(next)
        last = next
        continue
      case .activation:
        chain.append(next)
        return ActivationSite(source: source, chain: chain)
      case .input, .constant, .convolution, .transposedConvolution, .linear, .pool, .globalPool, .concatenate,
        .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax:
        return ActivationSite(source: source, chain: chain)
      }
    }
    return ActivationSite(source: source, chain: chain)
  }

  /// The convolutions and linear layers whose units are the classes: those that reach the logits with nothing between
  /// that mixes channels.
  ///
  /// They are no players by default: their filters are the classes and would rank first.
  public var classifierSources: [Int] {
    var found: [Int] = []
    var open = [logits]
    var seen: Set<Int> = []
    while let index = open.popLast() {
      guard seen.insert(index).inserted else { continue }
      switch nodes[index].layer {
      case .convolution, .transposedConvolution, .linear: found.append(index)
      case .batchNormalization, .affine, .activation, .pool, .globalPool, .reshape, .identity, .softmax, .combine,
        .slice, .pad:
        open.append(contentsOf: nodes[index].inputs)
      case .input, .constant, .concatenate, .localResponseNormalization: break
      }
    }
    return found.sorted()
  }
}
