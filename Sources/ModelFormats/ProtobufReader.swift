import Foundation
import InputErrors

/// One field of a protobuf message: its number, its undecoded value and where it starts in the file.
package struct ProtobufField: Sendable, Hashable {
  /// A value by its wire type; lengths have been checked against the message.
  package enum Value: Sendable, Hashable {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// A string, bytes, a nested message or packed numbers: the bytes' range in the file.
    case bytes(Range<Int>)
  }

  package let number: Int
  package let value: Value
  package let offset: Int
}

/// Walks the fields of one protobuf message, in any order, over bytes that may be hostile.
///
/// Every read is checked against the message's end; a nested message is a reader over its own range, so that recursion
/// is as deep as the caller's own types and no deeper. Nothing is copied but what is asked for.
package struct ProtobufReader {
  package let data: Data
  /// The offset of the next unread byte.
  package private(set) var position: Int
  package let end: Int

  /// The deepest nesting of unknown groups that is skipped.
  private static let maximumGroupDepth = 64

  /// Reads a whole buffer as one message.
  package init(_ data: Data) {
    // A slice keeps its parent's indices; offsets count from the start of what was given.
    self.data = data.startIndex == 0 ? data : Data(data)
    position = 0
    end = data.count
  }

  /// Reads a part of a buffer as one message; the range must lie within the buffer, as those of fields do.
  package init(_ data: Data, in range: Range<Int>) {
    precondition(data.startIndex == 0 && range.lowerBound >= 0 && range.upperBound <= data.count)
    self.data = data
    position = range.lowerBound
    end = range.upperBound
  }

  package var isAtEnd: Bool { position >= end }

  /// The next field that is no group, or nil at the end of the message.
  ///
  /// - Throws: ``InputError`` (data) with the byte where the message is damaged.
  package mutating func nextField() throws -> ProtobufField? {
    while !isAtEnd {
      let offset = position
      let (number, wireType) = try tag()
      if let value = try value(wireType, offset) {
        return ProtobufField(number: number, value: value, offset: offset)
      }
      guard wireType == 3 else { throw error("a group ends that never began", at: offset) }
      try skipGroup(number)
    }
    return nil
  }

  /// A number of up to 64 bits in groups of seven, least significant first.
  package mutating func varint() throws -> UInt64 {
    let start = position
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < end else { throw error("a number runs past the end of its message", at: start) }
      let byte = UInt64(data[position])
      position += 1
      guard shift < 63 || byte <= 1 else { throw error("a number has more than 64 bits", at: start) }
      result |= (byte & 0x7f) << shift
      if byte < 0x80 { return result }
      shift += 7
    }
  }

  package mutating func fixed32() throws -> UInt32 {
    guard end - position >= 4 else { throw error("a number runs past the end of its message", at: position) }
    var result: UInt32 = 0
    for index in 0..<4 { result |= UInt32(data[position + index]) << UInt32(8 * index) }
    position += 4
    return result
  }

  package mutating func fixed64() throws -> UInt64 {
    let low = UInt64(try fixed32())
    return low | UInt64(try fixed32()) << 32
  }

  private mutating func tag() throws -> (number: Int, wireType: Int) {
    let offset = position
    let tag = try varint()
    let number = tag >> 3
    guard (1...0x1fff_ffff).contains(number) else { throw error("a field's number is impossible", at: offset) }
    return (Int(number), Int(tag & 7))
  }

  /// The value of a field, or nil for the start or the end of a group.
  private mutating func value(_ wireType: Int, _ offset: Int) throws -> ProtobufField.Value? {
    switch wireType {
    case 0: return .varint(try varint())
    case 1: return .fixed64(try fixed64())
    case 2:
      let length = try varint()
      guard length <= UInt64(end - position) else {
        throw error("a field runs past the end of its message", at: offset, found: "\(length) bytes")
      }
      let range = position..<(position + Int(length))
      position = range.upperBound
      return .bytes(range)
    case 3, 4: return nil
    case 5: return .fixed32(try fixed32())
    default: throw error("a field has an unknown wire type", at: offset, found: "\(wireType)")
    }
  }

  private mutating func skipGroup(_ number: Int) throws {
    var open = [number]
    while let innermost = open.last {
      let offset = position
      guard !isAtEnd else { throw error("a group never ends", at: offset) }
      let (number, wireType) = try tag()
      if try value(wireType, offset) != nil { continue }
      if wireType == 3 {
        guard open.count < Self.maximumGroupDepth else { throw error("groups are nested too deeply", at: offset) }
        open.append(number)
      } else {
        guard number == innermost else { throw error("a group ends with another's number", at: offset) }
        open.removeLast()
      }
    }
  }

  package func error(_ what: String, at offset: Int, expected: String? = nil, found: String? = nil) -> InputError {
    InputError(
      .data, what, at: .init(byte: offset), expected: expected, found: found, hint: "is this a complete ONNX file?")
  }
}

extension ProtobufReader {
  /// The value as a signed number (`int32`, `int64`, enums, `bool`).
  package func integer(_ field: ProtobufField) throws -> Int {
    guard case .varint(let bits) = field.value else { throw wrongType(field, "a number") }
    return Int(Int64(bitPattern: bits))
  }

  package func float(_ field: ProtobufField) throws -> Float {
    guard case .fixed32(let bits) = field.value else { throw wrongType(field, "a 32-bit float") }
    return Float(bitPattern: bits)
  }

  /// The range of a string, of bytes or of a nested message.
  package func range(_ field: ProtobufField) throws -> Range<Int> {
    guard case .bytes(let range) = field.value else { throw wrongType(field, "bytes") }
    return range
  }

  /// A nested message.
  package func message(_ field: ProtobufField) throws -> ProtobufReader {
    ProtobufReader(data, in: try range(field))
  }

  /// A string; bytes that are no UTF-8 become replacement characters.
  package func string(_ field: ProtobufField) throws -> String {
    String(decoding: data[try range(field)], as: UTF8.self)
  }

  /// Appends the numbers of a repeated field, packed or one at a time.
  package func appendIntegers(_ field: ProtobufField, to values: inout [Int]) throws {
    guard case .bytes(let range) = field.value else {
      values.append(try integer(field))
      return
    }
    var packed = ProtobufReader(data, in: range)
    while !packed.isAtEnd { values.append(Int(Int64(bitPattern: try packed.varint()))) }
  }

  /// Appends the floats of a repeated field, packed (copied at once) or one at a time.
  package func appendFloats(_ field: ProtobufField, to values: inout [Float]) throws {
    guard case .bytes(let range) = field.value else {
      values.append(try float(field))
      return
    }
    guard range.count % 4 == 0 else { throw wrongType(field, "whole 32-bit floats") }
    values.append(contentsOf: LittleEndianBytes.values(of: Float.self, in: data, range))
  }

  /// Appends the doubles of a repeated field, packed or one at a time.
  package func appendDoubles(_ field: ProtobufField, to values: inout [Double]) throws {
    switch field.value {
    case .fixed64(let bits): values.append(Double(bitPattern: bits))
    case .bytes(let range) where range.count % 8 == 0:
      values.append(contentsOf: LittleEndianBytes.values(of: Double.self, in: data, range))
    case .varint, .fixed32, .bytes: throw wrongType(field, "64-bit floats")
    }
  }

  private func wrongType(_ field: ProtobufField, _ expected: String) -> InputError {
    error("field \(field.number) has another type", at: field.offset, expected: expected)
  }
}
