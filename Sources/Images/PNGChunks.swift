import InputErrors

/// The chunks of a PNG file, of which only those that carry pixels are kept.
///
/// Colour profiles, gamma, text and time are dropped before decoding: pixel values are wanted as stored, and what is
/// dropped can neither change them nor cost memory.
enum PNGChunks {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private static let kept: Set<[UInt8]> = [
    Array("IHDR".utf8), Array("PLTE".utf8), Array("tRNS".utf8), Array("IDAT".utf8), Array("IEND".utf8),
  ]

  /// The file with all other ancillary chunks left out, up to and including `IEND`.
  ///
  /// - Throws: ``InputError`` (data) when a chunk is longer than the file or `IEND` is missing.
  static func pixelChunks(of bytes: [UInt8], file: String) throws -> [UInt8] {
    var result = signature
    result.reserveCapacity(bytes.count)
    var offset = signature.count
    while offset + 12 <= bytes.count {
      let length = bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - offset - 12 else { break }
      let type = Array(bytes[(offset + 4)..<(offset + 8)])
      let end = offset + 12 + length
      // A chunk that is neither known nor marked ancillary (lower-case first letter) is the decoder's to refuse.
      if kept.contains(type) || type[0] & 0x20 == 0 { result.append(contentsOf: bytes[offset..<end]) }
      if type == Array("IEND".utf8) { return result }
      offset = end
    }
    throw InputError(
      .data, "the PNG is corrupt or truncated", at: .init(file: file, byte: offset), expected: "a whole chunk")
  }

  /// Whole chunks without palette and transparency.
  static func withoutColours(_ chunks: [UInt8]) -> [UInt8] {
    var result = signature, offset = signature.count
    result.reserveCapacity(chunks.count)
    while offset + 12 <= chunks.count {
      let end = offset + 12 + chunks[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
      let type = Array(chunks[(offset + 4)..<(offset + 8)])
      if type != Array("PLTE".utf8), type != Array("tRNS".utf8) { result.append(contentsOf: chunks[offset..<end]) }
      offset = end
    }
    return result
  }
}
