import Foundation

/// Copies whole arrays between memory and the little-endian bytes of files, at the speed of `memcpy`.
///
/// All platforms that Swift runs on are little-endian, so that an element's bytes are its memory.
enum LittleEndianBytes {
  /// The elements whose bytes lie in that range of the buffer, which holds a whole number of them.
  static func values<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    of type: Element.Type, in data: Data, _ range: Range<Int>
  ) -> [Element] {
    let count = range.count / MemoryLayout<Element>.size
    precondition(range.count == count * MemoryLayout<Element>.size)
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      // The bytes need no alignment: they are copied, not bound.
      initialized = data[range].copyBytes(to: buffer) / MemoryLayout<Element>.size
    }
  }

  /// The elements' bytes appended to a buffer.
  static func append<Element: BitwiseCopyable>(_ values: [Element], to bytes: inout [UInt8]) {
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}
