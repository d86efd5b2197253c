import InputErrors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The names of a network's classes, from a file.
///
/// Text has one name a line; a line may also be `index⇥identifier⇥name` (ImageNet's `0 n01440764 tench`), and then both
/// identifier and name stand for the class. JSON is an array of names, an object from index to name or to
/// `[identifier, name]`, or an object from name to index.
public struct ClassNames: Sendable, Hashable {
  /// The names by label.
  public let names: [String]
  /// Labels by name and identifier; an empty array never occurs, several labels mean that the name is ambiguous.
  private let labels: [String: [Int]]

  /// Takes names by label.
  public init(_ names: [String]) { self.init(aliases: names.map { [$0] }) }

  /// The last alias of each class is its name.
  private init(aliases: [[String]]) {
    names = aliases.map { $0.last ?? "" }
    var labels: [String: [Int]] = [:]
    for (label, aliases) in aliases.enumerated() {
      for alias in Set(aliases) { labels[alias, default: []].append(label) }
    }
    self.labels = labels
  }

  public var count: Int { names.count }

  /// The label of a name or identifier.
  ///
  /// - Throws: ``InputError`` (data) naming the place when no class or more than one has that name.
  public func label(of name: String, at place: InputError.Place) throws -> Int {
    guard let found = labels[name] else {
      throw InputError(
        .data, "there is no class of that name", at: place, found: "'\(name)'",
        hint: Suggestion.hint(for: name, among: names))
    }
    guard found.count == 1 else {
      throw InputError(
        .data, "several classes have that name", at: place, found: "'\(name)'",
        hint: "give the index or an identifier: classes " + found.map(String.init).joined(separator: ", "))
    }
    return found[0]
  }

  /// Reads a file; the first character decides between JSON and text.
  ///
  /// - Throws: ``InputError`` (noInput or data) naming the file, and the line where one is to blame.
  public init(file: String) throws {
    let bytes = try FileBytes.read(file)
    let first = bytes.first { !$0.isWhitespace }
    if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
      try self.init(json: bytes, file: file)
    } else {
      try self.init(text: bytes, file: file)
    }
    guard count > 0 else { throw InputError(.data, "the file has no class names", at: .init(file: file)) }
  }

  private init(text bytes: [UInt8], file: String) throws {
    let text = try UTF8Text.decoded(bytes, file: file)
    var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    let fields = lines.map { $0.split(separator: "\t").map(String.init) }
    let isIndexed = fields.enumerated().allSatisfy { index, fields in fields.count > 1 && Int(fields[0]) == index }
    if isIndexed {
      self.init(aliases: fields.map { Array($0.dropFirst()) })
      return
    }
    for (index, line) in lines.enumerated() where line.allSatisfy(\.isWhitespace) {
      throw InputError(.data, "the class has no name", at: .init(file: file, line: index + 1))
    }
    self.init(lines)
  }

  private enum JSONForm: Decodable {
    case names([String])
    case byIndex([String: Entry])
    case byName([String: Int])

    enum Entry: Decodable {
      case name(String)
      case aliases([String])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let name = try? container.decode(String.self) {
          self = .name(name)
        } else {
          self = .aliases(try container.decode([String].self))
        }
      }

      var aliases: [String] {
        switch self {
        case .name(let name): [name]
        case .aliases(let aliases): aliases
        }
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let names = try? container.decode([String].self) {
        self = .names(names)
      } else if let labels = try? container.decode([String: Int].self) {
        self = .byName(labels)
      } else {
        self = .byIndex(try container.decode([String: Entry].self))
      }
    }
  }

  private init(json bytes: [UInt8], file: String) throws {
    func wrong(_ what: String) -> InputError {
      InputError(
        .data, what, at: .init(file: file),
        expected: "an array of names, {\"0\": \"name\", …} or {\"name\": 0, …} with every index from 0")
    }
    guard let form = try? JSONDecoder().decode(JSONForm.self, from: Data(bytes)) else {
      throw wrong("the class names cannot be read")
    }
    switch form {
    case .names(let names):
      self.init(names)
    case .byName(let labels):
      let sorted = labels.sorted { $0.value < $1.value }
      guard sorted.map(\.value) == Array(0..<sorted.count) else { throw wrong("the class indices have gaps") }
      self.init(sorted.map(\.key))
    case .byIndex(let entries):
      self.init(
        aliases: try (0..<entries.count).map { index in
          guard let entry = entries[String(index)] else { throw wrong("the class indices have gaps") }
          return entry.aliases
        })
    }
  }
}

extension UInt8 {
  fileprivate var isWhitespace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
