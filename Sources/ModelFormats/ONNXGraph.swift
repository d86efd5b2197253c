import InputErrors

/// What is needed of an ONNX `GraphProto`.
package struct ONNXGraph: Sendable {
  package var name = ""
  package var nodes: [ONNXNode] = []
  package var initializers: [ONNXTensor] = []
  package var inputs: [ONNXValueInfo] = []
  package var outputs: [ONNXValueInfo] = []

  init(_ message: ProtobufReader) throws {
    var reader = message
    while let field = try reader.nextField() {
      switch field.number {
      case 1:
        try ONNXModel.checkCount(nodes.count, reader, field)
        nodes.append(try ONNXNode(reader.message(field)))
      case 2: name = try reader.string(field)
      case 5:
        try ONNXModel.checkCount(initializers.count, reader, field)
        initializers.append(try ONNXTensor(reader.message(field)))
      case 11:
        try ONNXModel.checkCount(inputs.count, reader, field)
        inputs.append(try ONNXValueInfo(reader.message(field)))
      case 12:
        try ONNXModel.checkCount(outputs.count, reader, field)
        outputs.append(try ONNXValueInfo(reader.message(field)))
      default: break
      }
    }
  }
}
