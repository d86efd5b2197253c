import InputErrors
import Networks
import Tensors

/// Translates an ONNX graph into the nodes of a network, one operator after another.
///
/// Values that depend on no image are folded as they are met; the others become nodes. All shapes are known at every
/// step, since the image's is: a batch of unknown size counts as one image.
struct GraphTranslation {
  let operatorSet: Int
  var externalData: ExternalData
  /// The batch's size in the file, or 1 when it is symbolic.
  private(set) var batchSize = 1
  /// True when the file states the batch's size.
  private(set) var batchIsFixed = false
  private(set) var nodes: [Node] = []
  private(set) var shapes: [Shape] = []
  /// How many numbers may still be made by folding and by changing layouts: a bound on memory for hostile files.
  private var remainingNumbers: Int
  private var tensors: [String: ONNXTensor]
  private var values: [String: GraphValue] = [:]
  private var useCounts: [String: Int] = [:]
  private var names: Set<String> = []
  private var repetitions: [String: Int] = [:]
  /// The node of each constant that became one, so that its other readers share it.
  private var constantNodes: [String: Int] = [:]

  init(graph: ONNXGraph, operatorSet: Int, externalData: ExternalData, byteCount: Int) {
    self.operatorSet = operatorSet
    self.externalData = externalData
    remainingNumbers = (1 << 24) + 4 * byteCount
    tensors = Dictionary(graph.initializers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Makes the image the first node.
  mutating func begin(_ input: ImageInput) throws {
    batchSize = input.batchSize ?? 1
    batchIsFixed = input.batchSize != nil
    let node = try append(input.name, .input(input.stored), inputs: [])
    var value = ImageValue(node: node, extents: [batchSize] + input.extents, batchAxis: 0)
    if let order = input.order {
      value.order = .permuted(order: order, by: ONNXNode(name: input.name, operatorType: "Input"))
    } else if input.stored.extents != input.extents {
      value.node = try append(input.name + "/Reshape", .reshape(Shape(input.extents)), inputs: [node])
    }
    values[input.name] = .image(value)
  }

  /// The node that holds the network's output.
  mutating func finish(_ output: String) throws -> Int {
    switch values[output] {
    case .image(let value)?: return try stored(value)
    case .constant?: throw InputError(.data, "the output does not depend on the image", found: "'\(output)'")
    case nil: throw InputError(.data, "no node yields the graph's output", found: "'\(output)'")
    }
  }

  /// Counts a reading of a value, so that a layer is only merged into its reader when that is the only one.
  mutating func countUse(of name: String) { useCounts[name, default: 0] += 1 }
  func isUsed(_ name: String) -> Bool { useCounts[name] != nil }
  func isUsedOnce(_ name: String) -> Bool { useCounts[name] == 1 }

  /// The value of that name: read before, or an initializer that is decoded now.
  mutating func value(_ name: String, for node: ONNXNode) throws -> GraphValue {
    if let value = values[name] { return value }
    guard let tensor = tensors.removeValue(forKey: name) else {
      throw node.error("no earlier node, input or initializer yields a value that it reads", found: "'\(name)'")
    }
    let value = GraphValue.constant(try tensor.constant(externalData: &externalData).named(name))
    values[name] = value
    return value
  }

  mutating func define(_ name: String, _ value: GraphValue, by node: ONNXNode) throws {
    guard !name.isEmpty else { return }
    guard values.updateValue(value, forKey: name) == nil, tensors[name] == nil else {
      throw node.error("two nodes yield the same value", found: "'\(name)'")
    }
  }

  /// Adds a node under that name, made unique, and checks its shapes.
  mutating func append(_ name: String, _ layer: Layer, inputs: [Int]) throws -> Int {
    let node = Node(unique(name), layer, inputs: inputs)
    let shape = try ShapeInference.outputShape(of: node, inputs: inputs.map { shapes[$0] })
    guard shape.rank <= 3 else {
      throw InputError(
        .data, "a value has more axes than a feature map", at: .init(node: node.title),
        expected: "at most channels×height×width", found: "\(shape)")
    }
    shapes.append(shape)
    nodes.append(node)
    return nodes.count - 1
  }

  /// Adds a constant as a node, or finds the one that an earlier reader made of it.
  mutating func append(_ name: String, constant tensor: Tensor) throws -> Int {
    let layer = Layer.constant(tensor)
    if let node = constantNodes[name], nodes[node].layer == layer { return node }
    let node = try append(name, layer, inputs: [])
    constantNodes[name] = node
    return node
  }

  /// Puts another layer of the same shape in a node's place.
  mutating func replace(_ node: Int, name: String, layer: Layer) {
    nodes[node] = Node(unique(name), layer, inputs: nodes[node].inputs)
  }

  /// Counts numbers that are made while reading.
  ///
  /// - Throws: ``InputError`` when a small file asks for a great many.
  mutating func spend(_ count: Int, for node: ONNXNode) throws {
    guard count <= remainingNumbers else {
      throw node.error(
        "its constants grow out of all proportion to the file", expected: "at most \(remainingNumbers) more numbers",
        found: "\(count)")
    }
    remainingNumbers -= count
  }

  private mutating func unique(_ name: String) -> String {
    if names.insert(name).inserted { return name }
    var count = repetitions[name] ?? 1
    while true {
      count += 1
      let candidate = "\(name)_\(count)"
      if names.insert(candidate).inserted {
        repetitions[name] = count
        return candidate
      }
    }
  }
}

extension ONNXConstant {
  func named(_ name: String) -> ONNXConstant {
    var copy = self
    copy.name = name
    return copy
  }
}
