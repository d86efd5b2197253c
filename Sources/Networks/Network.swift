import InputErrors
import Tensors

/// A trained network: an immutable graph of closed layer kinds with their parameters, readable and unfolded.
///
/// Node 0 is the input image; every other node reads nodes before it. A network that exists is valid: arities, shapes
/// and parameter counts have been checked.
public struct Network: Sendable, Hashable {
  public let name: String
  public let nodes: [Node]
  /// The output's shape of each node, for one image.
  public let shapes: [Shape]
  /// The node whose output the network returns.
  public let output: Int
  /// For each node, the nodes that read it, in order, once for each time that they do.
  public let consumers: [[Int]]

  /// Checks the graph and infers its shapes.
  ///
  /// - Throws: ``InputError`` (data) naming the node when an input is not before its reader, names repeat, an arity is
  ///   wrong, or shapes or parameters do not fit. Complexity: O(nodes + parameters that must be checked).
  public init(name: String, nodes: [Node], output: Int? = nil) throws {
    self.name = name
    self.nodes = nodes
    self.output = output ?? nodes.count - 1
    guard let first = nodes.first, case .input = first.layer else {
      throw InputError(.data, "a network begins with its input", found: nodes.first?.title ?? "no node")
    }
    guard nodes.indices.contains(self.output) else {
      throw InputError(.data, "the network's output is no node", found: "node \(self.output) of \(nodes.count)")
    }
    var shapes: [Shape] = []
    var consumers = [[Int]](repeating: [], count: nodes.count)
    var names: Set<String> = []
    for (index, node) in nodes.enumerated() {
      guard names.insert(node.name).inserted else {
        throw InputError(.data, "two nodes have the same name", at: .init(node: node.title))
      }
      for input in node.inputs {
        guard input >= 0, input < index else {
          throw InputError(
            .data, "a node reads one that does not stand before it", at: .init(node: node.title), found: "node \(input)"
          )
        }
        consumers[input].append(index)
      }
      if case .input = node.layer, index > 0 {
        throw InputError(.data, "a network has one input, its first node", at: .init(node: node.title))
      }
      shapes.append(try ShapeInference.outputShape(of: node, inputs: node.inputs.map { shapes[$0] }))
    }
    self.shapes = shapes
    self.consumers = consumers
  }

  /// The same graph with other parameters: every layer of the same kind and shape as before.
  package func replacingNodes(_ nodes: [Node]) -> Network { Network(self, nodes: nodes) }

  private init(_ other: Network, nodes: [Node]) {
    precondition(nodes.count == other.nodes.count, "as many nodes as before")
    for (old, new) in zip(other.nodes, nodes) {
      precondition(
        old.layer.kindName == new.layer.kindName && old.layer.parameterCount == new.layer.parameterCount
          && old.inputs == new.inputs, "layers of the same kind and shape")
    }
    name = other.name
    self.nodes = nodes
    shapes = other.shapes
    output = other.output
    consumers = other.consumers
  }

  public var inputShape: Shape { shapes[0] }
  public var outputShape: Shape { shapes[output] }

  /// The node that yields the logits: the output, or what a final softmax reads.
  public var logits: Int {
    var index = output
    while true {
      switch nodes[index].layer {
      case .softmax: return nodes[index].inputs[0]
      case .identity, .reshape: index = nodes[index].inputs[0]
      case .input, .constant, .convolution, .transposedConvolution, .linear, .batchNormalization, .affine, .activation,
        .pool, .globalPool, .concatenate, .combine, .localResponseNormalization, .slice, .pad:
        return output
      }
    }
  }

  /// The number of classes: elements of the logits.
  public var classCount: Int { shapes[logits].count }

  public var parameterCount: Int { nodes.reduce(0) { $0 + $1.layer.parameterCount } }

  /// Multiplications with an addition that the node needs for one image; 0 for layers without weights.
  public func multiplyAdds(ofNode index: Int) -> Int {
    switch nodes[index].layer {
    case .convolution(let layer):
      shapes[index].count * layer.inputChannelsPerGroup * layer.kernel.area
    case .transposedConvolution(let layer):
      shapes[nodes[index].inputs[0]].count * layer.weight.shape[1] * layer.kernel.area
    case .linear(let layer): layer.weight.count
    case .input, .constant, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate, .combine,
      .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      0
    }
  }

  /// Multiplications with an addition of a whole forward pass of one image.
  public var multiplyAdds: Int { nodes.indices.reduce(0) { $0 + multiplyAdds(ofNode: $1) } }

  /// Index of the node of that name.
  public func index(ofNode name: String) -> Int? { nodes.firstIndex { $0.name == name } }
}
