/// Writes the fields of one protobuf message.
package struct ProtobufWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  package mutating func integer(_ number: Int, _ value: Int) {
    tag(number, wireType: 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  package mutating func float(_ number: Int, _ value: Float) {
    tag(number, wireType: 5)
    LittleEndianBytes.append([value], to: &bytes)
  }

  package mutating func string(_ number: Int, _ value: String) {
    tag(number, wireType: 2)
    varint(UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  /// A repeated number as one field.
  package mutating func packedIntegers(_ number: Int, _ values: [Int]) {
    var packed = ProtobufWriter()
    for value in values { packed.varint(UInt64(bitPattern: Int64(value))) }
    message(number, packed)
  }

  /// Bytes that are the memory of whole elements.
  package mutating func raw<Element: BitwiseCopyable>(_ number: Int, _ values: [Element]) {
    tag(number, wireType: 2)
    varint(UInt64(values.count * MemoryLayout<Element>.size))
    LittleEndianBytes.append(values, to: &bytes)
  }

  package mutating func message(_ number: Int, _ content: ProtobufWriter) {
    tag(number, wireType: 2)
    varint(UInt64(content.bytes.count))
    bytes.append(contentsOf: content.bytes)
  }

  private mutating func tag(_ number: Int, wireType: UInt64) { varint(UInt64(number) << 3 | wireType) }
}
