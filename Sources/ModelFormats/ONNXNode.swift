import InputErrors

/// What is needed of an ONNX `NodeProto`: one operator's call.
package struct ONNXNode: Sendable {
  package var name = ""
  package var operatorType = ""
  package var domain = ""
  /// Names of the values that it reads; an empty name is an absent optional input.
  package var inputs: [String] = []
  package var outputs: [String] = []
  package var attributes: [ONNXAttribute] = []

  /// A node that stands for a place of the graph in errors.
  init(name: String, operatorType: String) {
    self.name = name
    self.operatorType = operatorType
  }

  init(_ message: ProtobufReader) throws {
    var reader = message
    while let field = try reader.nextField() {
      switch field.number {
      case 1: inputs.append(try reader.string(field))
      case 2: outputs.append(try reader.string(field))
      case 3: name = try reader.string(field)
      case 4: operatorType = try reader.string(field)
      case 5:
        try ONNXModel.checkCount(attributes.count, reader, field)
        attributes.append(try ONNXAttribute(reader.message(field)))
      case 7: domain = try reader.string(field)
      default: break
      }
    }
  }

  /// The name that people see: the node's own, else its first output's.
  package var visibleName: String { name.isEmpty ? outputs.first { !$0.isEmpty } ?? operatorType : name }
  /// The node as errors name it: `conv1 (Conv)`.
  package var title: String { "\(visibleName) (\(operatorType))" }
}
