import InputErrors

/// What is needed of an ONNX `AttributeProto`.
package struct ONNXAttribute: Sendable {
  package enum Value: Sendable {
    case float(Float)
    case integer(Int)
    case string(String)
    case tensor(ONNXTensor)
    case floats([Float])
    case integers([Int])
    case strings([String])
    /// A graph, a sparse tensor or a type: nothing that the operators here have.
    case other(type: Int)
  }

  package var name = ""
  package var value: Value

  init(_ message: ProtobufReader) throws {
    var reader = message
    var type = 0
    var float: Float?
    var integer: Int?
    var string: String?
    var tensor: ONNXTensor?
    var floats: [Float] = []
    var integers: [Int] = []
    var strings: [String] = []
    while let field = try reader.nextField() {
      switch field.number {
      case 1: name = try reader.string(field)
      case 2: float = try reader.float(field)
      case 3: integer = try reader.integer(field)
      case 4: string = try reader.string(field)
      case 5: tensor = try ONNXTensor(reader.message(field))
      case 7: try reader.appendFloats(field, to: &floats)
      case 8: try reader.appendIntegers(field, to: &integers)
      case 9: strings.append(try reader.string(field))
      case 20: type = try reader.integer(field)
      default: break
      }
    }
    // Files of the first versions leave the type out: then the field that is present tells it.
    if type == 0 {
      if float != nil {
        type = 1
      } else if integer != nil {
        type = 2
      } else if string != nil {
        type = 3
      } else if tensor != nil {
        type = 4
      } else if !floats.isEmpty {
        type = 6
      } else if !integers.isEmpty {
        type = 7
      }
    }
    switch type {
    case 1: value = .float(float ?? 0)
    case 2: value = .integer(integer ?? 0)
    case 3: value = .string(string ?? "")
    case 4: value = tensor.map { .tensor($0) } ?? .other(type: 4)
    case 6: value = .floats(floats)
    case 7: value = .integers(integers)
    case 8: value = .strings(strings)
    default: value = .other(type: type)
    }
  }
}
