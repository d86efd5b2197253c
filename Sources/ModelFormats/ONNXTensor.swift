import Foundation
import InputErrors

/// What is needed of an ONNX `TensorProto`; the elements stay in the file until ``constant(externalData:)``.
package struct ONNXTensor: Sendable {
  package var name = ""
  package var extents: [Int] = []
  /// `TensorProto.DataType` as the file has it.
  package var typeCode = 0
  /// The part of the file that holds the message, walked again when the elements are decoded.
  private let message: ProtobufReader
  private var rawData: Range<Int>?
  private var isExternal = false
  private var externalEntries: [(key: String, value: String)] = []

  /// The element types whose values can be read.
  private enum ElementType: Int {
    case float = 1
    case uint8 = 2
    case int8 = 3
    case uint16 = 4
    case int16 = 5
    case int32 = 6
    case int64 = 7
    case bool = 9
    case float16 = 10
    case double = 11
    case uint32 = 12
    case uint64 = 13
    case bfloat16 = 16

    var byteCount: Int {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16, .float16, .bfloat16: 2
      case .float, .int32, .uint32: 4
      case .int64, .double, .uint64: 8
      }
    }
  }

  /// The most extents that a tensor may have.
  static let maximumRank = 32

  init(_ message: ProtobufReader) throws {
    self.message = message
    var reader = message
    while let field = try reader.nextField() {
      switch field.number {
      case 1:
        try reader.appendIntegers(field, to: &extents)
        guard extents.count <= Self.maximumRank else {
          throw reader.error("a tensor has too many extents", at: field.offset, expected: "at most \(Self.maximumRank)")
        }
      case 2: typeCode = try reader.integer(field)
      case 8: name = try reader.string(field)
      case 9: rawData = try reader.range(field)
      case 13:
        guard externalEntries.count < Self.maximumRank else { continue }
        externalEntries.append(try Self.entry(reader.message(field)))
      case 14: isExternal = try reader.integer(field) == 1
      default: break
      }
    }
  }

  private static func entry(_ message: ProtobufReader) throws -> (key: String, value: String) {
    var reader = message
    var entry = (key: "", value: "")
    while let field = try reader.nextField() {
      switch field.number {
      case 1: entry.key = try reader.string(field)
      case 2: entry.value = try reader.string(field)
      default: break
      }
    }
    return entry
  }

  /// Decodes the elements: floating types become `Float`, whole numbers `Int`.
  ///
  /// - Throws: ``InputError``: data when the elements do not fill the extents or have a type that no CNN uses; what
  ///   ``ExternalData`` throws. Complexity: O(elements); nothing is allocated before the lengths agree.
  package func constant(externalData: inout ExternalData) throws -> ONNXConstant {
    guard let count = ONNXConstant.elementCount(extents) else {
      throw error("the tensor's extents are impossible", found: "\(extents)")
    }
    guard let type = ElementType(rawValue: typeCode) else {
      throw error("the tensor has a type that cannot be read", found: "type \(typeCode)")
    }
    if isExternal {
      let (data, range) = try externalData.bytes(externalEntries, count: count * type.byteCount, tensor: title)
      return ONNXConstant(extents: extents, storage: Self.decode(data, range, type))
    }
    if let rawData {
      guard rawData.count % type.byteCount == 0, rawData.count / type.byteCount == count else {
        throw error(
          "the tensor's bytes do not fill its extents", expected: "\(count) elements for \(extents)",
          found: "\(rawData.count) bytes")
      }
      return ONNXConstant(extents: extents, storage: Self.decode(message.data, rawData, type))
    }
    let storage = try typedFields(type)
    guard storage.count == count else {
      throw error(
        "the tensor's elements do not fill its extents", expected: "\(count) for \(extents)", found: "\(storage.count)")
    }
    return ONNXConstant(extents: extents, storage: storage)
  }

  private var title: String { name.isEmpty ? "a tensor" : "tensor '\(name)'" }

  private func error(_ what: String, expected: String? = nil, found: String? = nil) -> InputError {
    InputError(
      .data, name.isEmpty ? what : "\(title): \(what)", at: .init(byte: message.position), expected: expected,
      found: found)
  }

  private static func decode(_ data: Data, _ range: Range<Int>, _ type: ElementType) -> ONNXConstant.Storage {
    func integers<Element: FixedWidthInteger & BitwiseCopyable>(_ type: Element.Type) -> ONNXConstant.Storage {
      .integers(LittleEndianBytes.values(of: type, in: data, range).map { Int(truncatingIfNeeded: $0) })
    }
    switch type {
    case .float: return .floats(LittleEndianBytes.values(of: Float.self, in: data, range))
    case .double: return .floats(LittleEndianBytes.values(of: Double.self, in: data, range).map { Float($0) })
    case .float16:
      return .floats(LittleEndianBytes.values(of: UInt16.self, in: data, range).map(HalfPrecision.float16))
    case .bfloat16:
      return .floats(LittleEndianBytes.values(of: UInt16.self, in: data, range).map(HalfPrecision.bfloat16))
    case .uint8, .bool: return integers(UInt8.self)
    case .int8: return integers(Int8.self)
    case .uint16: return integers(UInt16.self)
    case .int16: return integers(Int16.self)
    case .int32: return integers(Int32.self)
    case .uint32: return integers(UInt32.self)
    case .int64: return integers(Int64.self)
    case .uint64: return integers(UInt64.self)
    }
  }

  /// The elements from the fields `float_data`, `int32_data`, `int64_data`, `double_data` and `uint64_data`.
  private func typedFields(_ type: ElementType) throws -> ONNXConstant.Storage {
    var reader = message
    var floats: [Float] = []
    var integers: [Int] = []
    var doubles: [Double] = []
    while let field = try reader.nextField() {
      switch (type, field.number) {
      case (.float, 4): try reader.appendFloats(field, to: &floats)
      case (.double, 10): try reader.appendDoubles(field, to: &doubles)
      case (.int64, 7), (.uint32, 11), (.uint64, 11): try reader.appendIntegers(field, to: &integers)
      case (.uint8, 5), (.int8, 5), (.uint16, 5), (.int16, 5), (.int32, 5), (.bool, 5), (.float16, 5), (.bfloat16, 5):
        try reader.appendIntegers(field, to: &integers)
      default: break
      }
    }
    switch type {
    case .float: return .floats(floats)
    case .double: return .floats(doubles.map { Float($0) })
    case .float16: return .floats(integers.map { HalfPrecision.float16(UInt16(truncatingIfNeeded: $0)) })
    case .bfloat16: return .floats(integers.map { HalfPrecision.bfloat16(UInt16(truncatingIfNeeded: $0)) })
    case .uint8, .int8, .uint16, .int16, .int32, .int64, .bool, .uint32, .uint64: return .integers(integers)
    }
  }
}
