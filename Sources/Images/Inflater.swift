import CZlib
import InputErrors

/// Decompression through zlib.
enum Inflater {
  enum Format {
    /// A gzip file, of one member or several.
    case gzip
    /// Bare deflate data, as in a ZIP archive.
    case raw

    fileprivate var windowBits: CInt {
      switch self {
      case .gzip: 15 + 16
      case .raw: -15
      }
    }
  }

  /// No deflate data grows by more than this factor.
  static let largestFactor = 1032

  /// The decompressed bytes; memory is bounded by `limit`.
  ///
  /// - Throws: ``InputError`` (data) naming the file when the data are corrupt or truncated, or longer than `limit`.
  static func inflate(_ bytes: ArraySlice<UInt8>, format: Format, limit: Int, file: String) throws -> [UInt8] {
    func corrupt(_ found: String) -> InputError {
      InputError(.data, "the compressed data are corrupt or truncated", at: .init(file: file), found: found)
    }
    // The library keeps the address of its state, so that must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard inflateInit2_(stream, format.windowBits, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw corrupt("zlib does not start")
    }
    defer { inflateEnd(stream) }

    let piece = 1 << 18
    var result: [UInt8] = []
    result.reserveCapacity(min(limit, bytes.count * 4))
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: piece)
    defer { buffer.deallocate() }
    try bytes.withUnsafeBufferPointer { source in
      var offset = 0
      var isInsideMember = true
      while isInsideMember {
        let available = min(source.count - offset, Int(UInt32.max))
        stream.pointee.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + offset) }
        stream.pointee.avail_in = UInt32(available)
        stream.pointee.next_out = buffer
        stream.pointee.avail_out = UInt32(piece)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        let consumed = available - Int(stream.pointee.avail_in)
        let produced = piece - Int(stream.pointee.avail_out)
        offset += consumed
        guard produced <= limit - result.count else { throw corrupt("more than \(limit) bytes") }
        result.append(contentsOf: UnsafeBufferPointer(start: buffer, count: produced))
        if status == Z_STREAM_END {
          isInsideMember = format == .gzip && offset + 2 <= source.count && source[offset] == 0x1F
          if isInsideMember { inflateReset(stream) }
        } else if status != Z_OK || consumed + produced == 0 {
          throw corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "the end of the data")
        }
      }
    }
    return result
  }

  /// The CRC-32 of bytes, as ZIP archives have it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, z_size_t($0.count))) }
  }
}
