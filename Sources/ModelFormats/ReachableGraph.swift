import InputErrors

/// The part of an ONNX graph that leads to its output.
struct ReachableGraph {
  /// Indices of the nodes, in the file's order.
  let nodes: [Int]
  /// Names of the values that they read.
  private let values: Set<String>

  /// - Complexity: O(nodes + values).
  init(_ graph: ONNXGraph, output: String) throws {
    var producers: [String: Int] = [:]
    for (index, node) in graph.nodes.enumerated() {
      for name in node.outputs where !name.isEmpty {
        guard producers.updateValue(index, forKey: name) == nil else {
          throw node.error("two nodes yield the same value", found: "'\(name)'")
        }
      }
    }
    var seen: Set<String> = [output]
    var open = [output]
    var needed: Set<Int> = []
    while let name = open.popLast() {
      guard let index = producers[name], needed.insert(index).inserted else { continue }
      for input in graph.nodes[index].inputs where !input.isEmpty && seen.insert(input).inserted { open.append(input) }
    }
    nodes = needed.sorted()
    values = seen
  }

  /// The one input that the output depends on and that is no initializer.
  func imageInput(_ graph: ONNXGraph) throws -> ONNXValueInfo {
    // The first versions of the format list weights among the inputs too.
    let initialized = Set(graph.initializers.map(\.name))
    let inputs = graph.inputs.filter { values.contains($0.name) && !initialized.contains($0.name) }
    guard let input = inputs.first, inputs.count == 1 else {
      throw InputError(
        .data, inputs.isEmpty ? "the output depends on no input" : "the network has several inputs",
        expected: "one image", found: inputs.isEmpty ? nil : inputs.prefix(8).map(\.name).joined(separator: ", "))
    }
    return input
  }

  /// Whether the input reaches nothing but transpositions from channels last to channels first, through operators that
  /// work on every element alike.
  func isChannelsLast(input: String, in graph: ONNXGraph) -> Bool {
    var views: Set<String> = [input]
    var isTransposed = false
    for index in nodes {
      let node = graph.nodes[index]
      guard node.inputs.contains(where: views.contains) else { continue }
      switch ONNXOperator(rawValue: node.operatorType) {
      case .transpose:
        guard case .integers([0, 3, 1, 2])? = node.attribute("perm") else { return false }
        isTransposed = true
      case .add, .sub, .mul, .div, .cast, .identity, .pad, .clip, .neg: views.formUnion(node.outputs.prefix(1))
      default: return false
      }
    }
    return isTransposed
  }
}
