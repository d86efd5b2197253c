import InputErrors

/// A table of texts with a header row (RFC 4180): fields may be quoted, a doubled quote stands for one, lines end in LF or
/// CRLF, a byte order mark is passed over, and empty lines do not count.
package struct CommaSeparatedValues: Sendable {
  package let header: [String]
  /// The rows below the header, each with as many fields.
  package let rows: [[String]]
  /// The line of the file on which each row begins, from 1.
  package let lines: [Int]

  /// - Throws: ``InputError`` (data) with the line when a quote is not closed or stands inside a field, a row has another
  ///   number of fields than the header, a column name comes twice, or there is no header.
  package init(_ bytes: [UInt8], file: String) throws {
    var records: [(line: Int, fields: [String])] = []
    var reader = Reader(bytes: Array(try UTF8Text.decoded(bytes, file: file).utf8), file: file)
    while let record = try reader.next() { records.append(record) }
    guard let first = records.first else {
      throw InputError(.data, "the list is empty", at: .init(file: file), expected: "a header row")
    }
    var seen: Set<String> = []
    for name in first.fields where !seen.insert(name).inserted {
      throw InputError(.data, "a column name comes twice", at: .init(file: file, line: first.line), found: "'\(name)'")
    }
    for record in records where record.fields.count != first.fields.count {
      throw InputError(
        .data, "the row has the wrong number of fields", at: .init(file: file, line: record.line),
        expected: "\(first.fields.count)", found: "\(record.fields.count)")
    }
    header = first.fields
    rows = records.dropFirst().map(\.fields)
    lines = records.dropFirst().map(\.line)
  }

  private struct Reader {
    let bytes: [UInt8]
    let file: String
    var position = 0
    var line = 1

    init(bytes: [UInt8], file: String) {
      self.bytes = bytes
      self.file = file
    }

    /// The next record that is not an empty line, or nil at the end.
    mutating func next() throws -> (line: Int, fields: [String])? {
      while position < bytes.count {
        let start = line
        var fields = [try field()]
        while position < bytes.count, bytes[position] == UInt8(ascii: ",") {
          position += 1
          fields.append(try field())
        }
        endLine()
        if fields != [""] { return (start, fields) }
      }
      return nil
    }

    private mutating func endLine() {
      if position < bytes.count, bytes[position] == UInt8(ascii: "\r") { position += 1 }
      if position < bytes.count, bytes[position] == UInt8(ascii: "\n") {
        position += 1
        line += 1
      }
    }

    /// Whether a record ends here: at LF, at CRLF and at the end of the file.
    private var isAtEndOfRecord: Bool {
      guard position < bytes.count else { return true }
      if bytes[position] == UInt8(ascii: "\n") { return true }
      guard bytes[position] == UInt8(ascii: "\r") else { return false }
      return position + 1 == bytes.count || bytes[position + 1] == UInt8(ascii: "\n")
    }

    private mutating func field() throws -> String {
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        let start = position
        while !isAtEndOfRecord, bytes[position] != UInt8(ascii: ",") {
          guard bytes[position] != UInt8(ascii: "\"") else {
            throw InputError(
              .data, "a quote stands inside a field that does not begin with one", at: .init(file: file, line: line))
          }
          position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
      }
      let opening = line
      var content: [UInt8] = []
      position += 1
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        guard byte == UInt8(ascii: "\"") else {
          if byte == UInt8(ascii: "\n") { line += 1 }
          content.append(byte)
          continue
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
          content.append(byte)
          position += 1
        } else if isAtEndOfRecord || bytes[position] == UInt8(ascii: ",") {
          return String(decoding: content, as: UTF8.self)
        } else {
          throw InputError(.data, "text follows a closing quote", at: .init(file: file, line: line))
        }
      }
      throw InputError(.data, "a quoted field is not closed", at: .init(file: file, line: opening))
    }
  }
}
