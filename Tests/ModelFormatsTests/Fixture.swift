import Foundation
import Inference
import ModelFormats
import Networks
import Testing

/// A small ONNX file with one image and ONNX Runtime's output for it; `scripts/goldens/onnx_fixtures.py` writes them.
struct Fixture: Sendable, CustomTestStringConvertible {
  let name: String

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/onnx")

  /// All of them, by name.
  static let all: [Fixture] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".onnx") }.sorted().map { Fixture(name: String($0.dropLast(5))) }
  }()

  var testDescription: String { name }
  var path: String { Self.folder.appendingPathComponent(name + ".onnx").path }
  var data: Data { get throws { try Data(contentsOf: URL(fileURLWithPath: path)) } }
  var network: Network { get throws { try ONNXReader().read(file: path) } }

  /// The image's elements and those of the output.
  func golden(for network: Network) throws -> (image: [Float], output: [Float]) {
    let bytes = try Data(contentsOf: Self.folder.appendingPathComponent(name + ".golden"))
    let values = bytes.withUnsafeBytes { raw in
      (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
    let count = network.inputShape.count
    try #require(values.count == count + network.outputShape.count, "the output has another size")
    return (Array(values[..<count]), Array(values[count...]))
  }
}

/// The largest difference between two outputs, relative to the largest magnitude (at least 1).
func difference(_ found: [Double], _ expected: [Float]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let scale = expected.reduce(1) { max($0, abs(Double($1))) }
  return zip(found, expected).reduce(0) { largest, pair in
    let gap = abs(pair.0 - Double(pair.1))
    return gap.isNaN ? .infinity : max(largest, gap)
  } / scale
}

/// Bytes of ONNX messages written by hand, for files that no exporter writes.
struct HandMadeModel {
  var nodes: [ProtobufWriter] = []
  var initializers: [ProtobufWriter] = []
  var inputs: [ProtobufWriter] = []
  var outputs: [ProtobufWriter] = []
  var operatorSet = 13

  /// A graph with the input `x` of those extents, nil for symbolic ones, and the output `y`.
  init(input extents: [Int?] = [nil, 2, 5, 6]) {
    inputs.append(Self.valueInfo("x", extents))
    outputs.append(Self.valueInfo("y", nil))
  }

  static func valueInfo(_ name: String, _ extents: [Int?]?) -> ProtobufWriter {
    var info = ProtobufWriter()
    info.string(1, name)
    guard let extents else { return info }
    var shape = ProtobufWriter()
    for extent in extents {
      var entry = ProtobufWriter()
      if let extent { entry.integer(1, extent) } else { entry.string(2, "symbol") }
      shape.message(1, entry)
    }
    var tensor = ProtobufWriter()
    tensor.integer(1, 1)
    tensor.message(2, shape)
    var type = ProtobufWriter()
    type.message(1, tensor)
    info.message(2, type)
    return info
  }

  mutating func node(
    _ kind: String, _ inputs: [String], _ outputs: [String] = ["y"], name: String = "", domain: String = "",
    attributes: [(String, [Int])] = []
  ) {
    var node = ProtobufWriter()
    for input in inputs { node.string(1, input) }
    for output in outputs { node.string(2, output) }
    node.string(3, name)
    node.string(4, kind)
    if !domain.isEmpty { node.string(7, domain) }
    for (name, values) in attributes {
      var attribute = ProtobufWriter()
      attribute.string(1, name)
      attribute.packedIntegers(8, values)
      attribute.integer(20, 7)
      node.message(5, attribute)
    }
    nodes.append(node)
  }

  mutating func tensor(_ name: String, _ extents: [Int], type: Int = 1, _ content: (inout ProtobufWriter) -> Void) {
    var tensor = ProtobufWriter()
    tensor.packedIntegers(1, extents)
    tensor.integer(2, type)
    tensor.string(8, name)
    content(&tensor)
    initializers.append(tensor)
  }

  mutating func floats(_ name: String, _ extents: [Int], _ values: [Float]) {
    tensor(name, extents) { $0.raw(9, values) }
  }

  mutating func integers(_ name: String, _ values: [Int]) {
    tensor(name, [values.count], type: 7) { $0.packedIntegers(7, values) }
  }

  /// A tensor whose elements are in another file.
  mutating func external(_ name: String, _ extents: [Int], _ entries: [(String, String)]) {
    tensor(name, extents) { tensor in
      for (key, value) in entries {
        var entry = ProtobufWriter()
        entry.string(1, key)
        entry.string(2, value)
        tensor.message(13, entry)
      }
      tensor.integer(14, 1)
    }
  }

  var data: Data {
    var graph = ProtobufWriter()
    for node in nodes { graph.message(1, node) }
    graph.string(2, "hand-made")
    for initializer in initializers { graph.message(5, initializer) }
    for input in inputs { graph.message(11, input) }
    for output in outputs { graph.message(12, output) }
    var file = ProtobufWriter()
    file.integer(1, 7)
    file.message(7, graph)
    var operatorSet = ProtobufWriter()
    operatorSet.integer(2, self.operatorSet)
    file.message(8, operatorSet)
    return Data(file.bytes)
  }
}
