import InputErrors

/// The header of an `.npy` file: a Python dictionary of `descr`, `fortran_order` and `shape`.
struct NumPyHeader: Sendable {
  struct Element: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
      case boolean, unsigned, signed, float
    }

    let kind: Kind
    /// Bytes of one element.
    let width: Int
    let isBigEndian: Bool
  }

  let element: Element
  let isColumnMajor: Bool
  let shape: [Int]

  /// - Parameter offset: where the header stands in the file, for errors.
  /// - Throws: ``InputError`` (data) when a key is missing or unknown, a value cannot be read, the element type is not
  ///   supported, or there are more than 32 axes.
  init(_ bytes: [UInt8], file: String, offset: Int) throws {
    var scanner = Scanner(bytes: bytes, file: file, offset: offset)
    var element: Element?
    var isColumnMajor: Bool?
    var shape: [Int]?
    try scanner.expect("{")
    while !scanner.takes("}") {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "descr": element = try Self.element(try scanner.string(), scanner)
      case "fortran_order": isColumnMajor = try scanner.boolean()
      case "shape": shape = try scanner.extents()
      default: throw scanner.wrong("the header has an unknown key", found: "'\(key.prefix(40))'")
      }
      if !scanner.takes(",") {
        try scanner.expect("}")
        break
      }
    }
    guard scanner.isAtEnd else { throw scanner.wrong("text follows the header") }
    guard let element, let isColumnMajor, let shape else {
      throw scanner.wrong("the header lacks a key", expected: "descr, fortran_order and shape")
    }
    self.element = element
    self.isColumnMajor = isColumnMajor
    self.shape = shape
  }

  private static func element(_ text: String, _ scanner: Scanner) throws -> Element {
    let unsupported = scanner.wrong(
      "the element type is not supported", expected: "a bool, integer or float type", found: "'\(text.prefix(40))'")
    let characters = Array(text)
    guard characters.count == 3, "<>|=".contains(characters[0]), let width = characters[2].wholeNumberValue else {
      throw unsupported
    }
    let kind: Element.Kind
    switch (characters[1], width) {
    case ("b", 1): kind = .boolean
    case ("u", 1), ("u", 2), ("u", 4), ("u", 8): kind = .unsigned
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8): kind = .signed
    case ("f", 2), ("f", 4), ("f", 8): kind = .float
    default: throw unsupported
    }
    return Element(kind: kind, width: width, isBigEndian: characters[0] == ">")
  }

  /// Reads the few Python literals that a header has.
  private struct Scanner {
    let bytes: [UInt8]
    let file: String
    let offset: Int
    var position = 0

    init(bytes: [UInt8], file: String, offset: Int) {
      self.bytes = bytes
      self.file = file
      self.offset = offset
    }

    func wrong(_ what: String, expected: String? = nil, found: String? = nil) -> InputError {
      InputError(.data, what, at: .init(file: file, byte: offset + position), expected: expected, found: found)
    }

    private mutating func skipSpace() {
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return position == bytes.count
      }
    }

    /// Whether the text comes next; it is passed over then.
    mutating func takes(_ text: String) -> Bool {
      skipSpace()
      guard bytes[position...].starts(with: text.utf8) else { return false }
      position += text.utf8.count
      return true
    }

    mutating func expect(_ text: String) throws {
      guard takes(text) else { throw wrong("the header cannot be read", expected: "'\(text)'") }
    }

    mutating func string() throws -> String {
      skipSpace()
      guard position < bytes.count, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(bytes[position]) else {
        throw wrong("the header cannot be read", expected: "a string")
      }
      let quote = bytes[position]
      guard let end = bytes[(position + 1)...].firstIndex(of: quote) else {
        throw wrong("a string of the header is not closed")
      }
      defer { position = end + 1 }
      return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
    }

    mutating func boolean() throws -> Bool {
      if takes("True") { return true }
      try expect("False")
      return false
    }

    mutating func extents() throws -> [Int] {
      try expect("(")
      var extents: [Int] = []
      while !takes(")") {
        skipSpace()
        let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let extent = Int(String(decoding: digits, as: UTF8.self)) else {
          throw wrong("the shape cannot be read", expected: "an extent")
        }
        guard extents.count < 32 else { throw wrong("the array has more than 32 axes") }
        extents.append(extent)
        position = digits.endIndex
        if !takes(",") {
          try expect(")")
          break
        }
      }
      return extents
    }
  }
}
