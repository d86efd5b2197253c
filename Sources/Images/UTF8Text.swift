import InputErrors

/// Text files.
enum UTF8Text {
  /// The bytes as text, without a byte order mark.
  ///
  /// - Throws: ``InputError`` (data) naming the file when the bytes are not UTF-8.
  static func decoded(_ bytes: [UInt8], file: String) throws -> String {
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: body, as: UTF8.self) else {
      throw InputError(.data, "the text is not UTF-8", at: .init(file: file))
    }
    return text
  }
}
