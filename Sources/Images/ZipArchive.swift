import InputErrors

/// A ZIP archive of stored and deflated files, with the 64-bit extension; no encryption, no split archives.
struct ZipArchive: Sendable {
  struct Entry: Sendable {
    let name: String
    fileprivate let isDeflated: Bool
    fileprivate let checksum: UInt32
    fileprivate let compressedSize: Int
    fileprivate let size: Int
    fileprivate let offset: Int
  }

  /// In the order of the directory.
  let entries: [Entry]
  private let bytes: [UInt8]
  private let file: String

  /// Reads the directory at the end of the archive.
  ///
  /// - Throws: ``InputError`` (data) naming the file when there is none or it is corrupt, or an entry is encrypted or
  ///   compressed by other means.
  init(_ bytes: [UInt8], file: String) throws {
    self.bytes = bytes
    self.file = file
    var reader = Reader(bytes: bytes, file: file)
    let directory = try Self.directory(&reader)
    var entries: [Entry] = []
    reader.offset = directory.offset
    for _ in 0..<directory.count { entries.append(try Self.entry(&reader)) }
    self.entries = entries
  }

  /// The content of an entry, checked against its checksum.
  ///
  /// - Throws: ``InputError`` (data) naming the file and the entry when it is corrupt or truncated.
  func content(of entry: Entry) throws -> [UInt8] {
    let label = "\(file)[\(entry.name)]"
    var reader = Reader(bytes: bytes, file: label)
    reader.offset = entry.offset
    guard try reader.integer(4) == 0x0403_4B50 else { throw reader.corrupt("no entry where the directory points") }
    try reader.skip(22)
    let nameLength = try reader.integer(2)
    let extraLength = try reader.integer(2)
    try reader.skip(nameLength + extraLength)
    let data = try reader.take(entry.compressedSize)
    let content: [UInt8]
    if entry.isDeflated {
      guard entry.size / Inflater.largestFactor <= data.count else { throw reader.corrupt("a size that cannot be") }
      content = try Inflater.inflate(data, format: .raw, limit: entry.size, file: label)
    } else {
      content = Array(data)
    }
    guard content.count == entry.size else { throw reader.corrupt("\(content.count) bytes for \(entry.size)") }
    guard Inflater.checksum(content) == entry.checksum else { throw reader.corrupt("another checksum") }
    return content
  }

  /// Finds the end record, which a comment of up to 65535 bytes may follow.
  private static func directory(_ reader: inout Reader) throws -> (count: Int, offset: Int) {
    let length = reader.bytes.count
    var end = length - 22
    while end >= 0, end >= length - 22 - 65535 {
      reader.offset = end
      if try reader.integer(4) == 0x0605_4B50 { break }
      end -= 1
    }
    guard end >= 0, end >= length - 22 - 65535 else { throw reader.corrupt("no directory") }
    reader.offset = end + 10
    var count = try reader.integer(2)
    try reader.skip(4)
    var offset = try reader.integer(4)
    if count == 0xFFFF || offset == 0xFFFF_FFFF {
      reader.offset = end - 20
      guard end >= 20, try reader.integer(4) == 0x0706_4B50 else { throw reader.corrupt("no 64-bit directory") }
      try reader.skip(4)
      reader.offset = try reader.integer(8)
      guard try reader.integer(4) == 0x0606_4B50 else { throw reader.corrupt("no 64-bit directory") }
      try reader.skip(28)
      count = try reader.integer(8)
      try reader.skip(8)
      offset = try reader.integer(8)
    }
    // An entry of the directory has at least 46 bytes.
    guard count <= length / 46, offset <= end else { throw reader.corrupt("a directory outside the file") }
    return (count, offset)
  }

  private static func entry(_ reader: inout Reader) throws -> Entry {
    guard try reader.integer(4) == 0x0201_4B50 else { throw reader.corrupt("no directory entry") }
    try reader.skip(4)
    let flags = try reader.integer(2)
    let method = try reader.integer(2)
    try reader.skip(4)
    let checksum = UInt32(try reader.integer(4))
    var compressedSize = try reader.integer(4)
    var size = try reader.integer(4)
    let nameLength = try reader.integer(2)
    let extraLength = try reader.integer(2)
    let commentLength = try reader.integer(2)
    try reader.skip(8)
    var offset = try reader.integer(4)
    let name = String(decoding: try reader.take(nameLength), as: UTF8.self)
    let extraEnd = reader.offset + extraLength
    while reader.offset + 4 <= extraEnd {
      let kind = try reader.integer(2)
      let next = try reader.integer(2) + reader.offset
      if kind == 1 {
        if size == 0xFFFF_FFFF { size = try reader.integer(8) }
        if compressedSize == 0xFFFF_FFFF { compressedSize = try reader.integer(8) }
        if offset == 0xFFFF_FFFF { offset = try reader.integer(8) }
      }
      reader.offset = next
    }
    reader.offset = extraEnd
    try reader.skip(commentLength)
    guard flags & 1 == 0 else { throw reader.corrupt("an encrypted entry '\(name)'") }
    guard method == 0 || method == 8 else { throw reader.corrupt("compression method \(method) of '\(name)'") }
    return Entry(
      name: name, isDeflated: method == 8, checksum: checksum, compressedSize: compressedSize, size: size,
      offset: offset)
  }

  /// Reads little-endian integers within the bounds of the file.
  private struct Reader {
    let bytes: [UInt8]
    let file: String
    var offset = 0

    init(bytes: [UInt8], file: String) {
      self.bytes = bytes
      self.file = file
    }

    func corrupt(_ found: String) -> InputError {
      InputError(.data, "the archive is corrupt or not supported", at: .init(file: file, byte: offset), found: found)
    }

    /// An unsigned integer of up to 8 bytes.
    mutating func integer(_ width: Int) throws -> Int {
      let word = try take(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard let value = Int(exactly: word) else { throw corrupt("\(word)") }
      return value
    }

    mutating func skip(_ count: Int) throws { _ = try take(count) }

    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
      guard offset >= 0, offset <= bytes.count, count >= 0, count <= bytes.count - offset else {
        throw corrupt("the end of the file")
      }
      defer { offset += count }
      return bytes[offset..<(offset + count)]
    }
  }
}
