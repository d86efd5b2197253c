import InputErrors

/// What is needed of an ONNX `ValueInfoProto`: the name and shape of an input or output of the graph.
package struct ONNXValueInfo: Sendable {
  package enum Extent: Sendable, Hashable {
    case fixed(Int)
    /// Known only when the network runs; the name may be empty.
    case symbolic(String)
  }

  package var name = ""
  /// The extents, or nil when the file states no shape.
  package var extents: [Extent]?

  init(_ message: ProtobufReader) throws {
    var reader = message
    while let field = try reader.nextField() {
      switch field.number {
      case 1: name = try reader.string(field)
      case 2:
        // TypeProto.tensor_type.shape.dim, each one level down.
        for tensorType in try Self.messages(1, in: reader.message(field)) {
          for shape in try Self.messages(2, in: tensorType) {
            extents = try Self.messages(1, in: shape).map(Self.extent)
          }
        }
      default: break
      }
    }
  }

  private static func messages(_ number: Int, in message: ProtobufReader) throws -> [ProtobufReader] {
    var reader = message
    var found: [ProtobufReader] = []
    while let field = try reader.nextField() {
      guard field.number == number else { continue }
      try ONNXModel.checkCount(found.count, reader, field)
      found.append(try reader.message(field))
    }
    return found
  }

  private static func extent(_ message: ProtobufReader) throws -> Extent {
    var reader = message
    var extent = Extent.symbolic("")
    while let field = try reader.nextField() {
      switch field.number {
      case 1:
        // Some exporters write 0 or −1 for what is not known.
        let value = try reader.integer(field)
        extent = value > 0 ? .fixed(value) : .symbolic("")
      case 2: extent = .symbolic(try reader.string(field))
      default: break
      }
    }
    return extent
  }
}
