import Networks
import Tensors

/// The value of an attribute that is to be written.
enum WrittenAttribute {
  case integer(Int)
  case float(Float)
  case string(String)
  case integers([Int])
}

/// Collects the nodes and initializers of an ONNX graph, with names that are unique and never empty.
struct ONNXGraphWriter {
  let network: Network
  private(set) var operatorSet = 13
  private var nodes: [ProtobufWriter] = []
  private var initializers: [ProtobufWriter] = []
  private var names: Set<String>
  /// The name of each node's output.
  private let valueNames: [String]

  init(_ network: Network) {
    self.network = network
    // An empty name would mean an absent value.
    valueNames = network.nodes.map { $0.name.isEmpty ? "unnamed" : $0.name }
    names = Set(valueNames)
  }

  func shape(_ index: Int) -> Shape { network.shapes[index] }
  func valueName(_ index: Int) -> String { valueNames[index] }

  mutating func require(operatorSet version: Int) { operatorSet = max(operatorSet, version) }

  /// Adds the operator that a layer becomes, named after it.
  mutating func add(
    _ operatorType: String, for index: Int, inputs: [String], _ attributes: [(String, WrittenAttribute)] = []
  ) {
    add(operatorType, name: valueName(index), inputs: inputs, attributes)
  }

  /// Adds an operator whose output has its own name.
  mutating func add(
    _ operatorType: String, name: String, inputs: [String], _ attributes: [(String, WrittenAttribute)] = []
  ) {
    var node = ProtobufWriter()
    for input in inputs { node.string(1, input) }
    node.string(2, name)
    node.string(3, name)
    node.string(4, operatorType)
    for (name, value) in attributes {
      var attribute = ProtobufWriter()
      attribute.string(1, name)
      switch value {
      case .float(let float):
        attribute.float(2, float)
        attribute.integer(20, 1)
      case .integer(let integer):
        attribute.integer(3, integer)
        attribute.integer(20, 2)
      case .string(let string):
        attribute.string(4, string)
        attribute.integer(20, 3)
      case .integers(let integers):
        // Not packed: files of this format never are there.
        for integer in integers { attribute.integer(8, integer) }
        attribute.integer(20, 7)
      }
      node.message(5, attribute)
    }
    nodes.append(node)
  }

  /// Adds weights and returns their name.
  mutating func initializer(_ name: String, _ extents: [Int], _ values: [Float]) -> String {
    let name = unique(name)
    initializers.append(Self.tensor(name, extents, type: 1) { $0.raw(9, values) })
    return name
  }

  mutating func initializer(_ name: String, _ values: [Int]) -> String {
    let name = unique(name)
    initializers.append(Self.tensor(name, [values.count], type: 7) { $0.raw(9, values.map { Int64($0) }) })
    return name
  }

  /// Adds a constant under the name of its node.
  mutating func initializer(naming index: Int, _ extents: [Int], _ values: [Float]) {
    initializers.append(Self.tensor(valueName(index), extents, type: 1) { $0.raw(9, values) })
  }

  mutating func unique(_ name: String) -> String {
    var candidate = name
    var count = 1
    while !names.insert(candidate).inserted {
      count += 1
      candidate = "\(name)_\(count)"
    }
    return candidate
  }

  /// The `GraphProto`.
  mutating func finish() -> ProtobufWriter {
    var output = valueName(network.output)
    if network.output == 0 {
      // The graph's input cannot be its output at the same time.
      output = unique(output + "/Identity")
      add("Identity", name: output, inputs: [valueName(0)])
    }
    var graph = ProtobufWriter()
    for node in nodes { graph.message(1, node) }
    graph.string(2, network.name)
    for initializer in initializers { graph.message(5, initializer) }
    graph.message(11, Self.valueInfo(valueName(0), network.inputShape))
    graph.message(12, Self.valueInfo(output, network.outputShape))
    return graph
  }

  private static func tensor(
    _ name: String, _ extents: [Int], type: Int, _ content: (inout ProtobufWriter) -> Void
  ) -> ProtobufWriter {
    var tensor = ProtobufWriter()
    for extent in extents { tensor.integer(1, extent) }
    tensor.integer(2, type)
    tensor.string(8, name)
    content(&tensor)
    return tensor
  }

  /// A float tensor with a batch of any size in front.
  private static func valueInfo(_ name: String, _ shape: Shape) -> ProtobufWriter {
    var extents = ProtobufWriter()
    var batch = ProtobufWriter()
    batch.string(2, "N")
    extents.message(1, batch)
    for extent in shape.extents {
      var fixed = ProtobufWriter()
      fixed.integer(1, extent)
      extents.message(1, fixed)
    }
    var tensorType = ProtobufWriter()
    tensorType.integer(1, 1)
    tensorType.message(2, extents)
    var type = ProtobufWriter()
    type.message(1, tensorType)
    var info = ProtobufWriter()
    info.string(1, name)
    info.message(2, type)
    return info
  }
}
