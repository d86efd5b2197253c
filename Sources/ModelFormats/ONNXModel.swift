import Foundation
import InputErrors

/// What is needed of an ONNX `ModelProto`: the operator sets and the graph, as plain values.
package struct ONNXModel: Sendable {
  /// The operator sets that the file names, in its order: domain ("" is ONNX's own) and version.
  package var operatorSets: [(domain: String, version: Int)] = []
  package var graph: ONNXGraph

  /// The most entries that a list of the file may have; a bound on memory for hostile files.
  package static let maximumListCount = 1 << 20

  /// Decodes the file's structure; the weights stay undecoded in `data` until asked for.
  ///
  /// - Throws: ``InputError`` (data) with the byte where the file is damaged, or when it holds no graph.
  ///   Complexity: O(nodes + names), without the weights.
  package init(_ data: Data) throws {
    guard !data.isEmpty else { throw InputError(.data, "the file is empty", expected: "an ONNX model") }
    var reader = ProtobufReader(data)
    var graph: ONNXGraph?
    while let field = try reader.nextField() {
      switch field.number {
      case 7: graph = try ONNXGraph(reader.message(field))
      case 8:
        try Self.checkCount(operatorSets.count, reader, field)
        operatorSets.append(try Self.operatorSet(reader.message(field)))
      default: break
      }
    }
    guard let graph else {
      throw InputError(.data, "the file holds no graph", expected: "an ONNX model", hint: "is this an ONNX file?")
    }
    self.graph = graph
  }

  private static func operatorSet(_ message: ProtobufReader) throws -> (domain: String, version: Int) {
    var reader = message
    var set = (domain: "", version: 1)
    while let field = try reader.nextField() {
      switch field.number {
      case 1: set.domain = try reader.string(field)
      case 2: set.version = try reader.integer(field)
      default: break
      }
    }
    return set
  }

  static func checkCount(_ count: Int, _ reader: ProtobufReader, _ field: ProtobufField) throws {
    guard count < maximumListCount else {
      throw reader.error("a list is too long", at: field.offset, expected: "at most \(maximumListCount) entries")
    }
  }
}
