import InputErrors
import Reports

/// A way into a JSON document: `players[rank=1].player`, `neurons.#`, `regions.0.area`.
///
/// Keys of objects and places in arrays have dots between; `[key=value]` is the first element of an array whose key, or
/// path of keys (`[strongest.value=dots]`), has that value, and `#` is how many elements there are.
public struct DocumentPath: Sendable, Hashable {
  enum Part: Sendable, Hashable {
    case key(String)
    case count
    case element(keys: [String], value: String)
  }

  let parts: [Part]
  public let text: String

  /// - Throws: ``InputErrors/InputError`` (data) when the text is empty or a bracket is not closed.
  public init(_ text: String) throws(InputError) {
    func wrong(_ expected: String) -> InputError {
      InputError(.data, "the path cannot be read", expected: expected, found: "'\(text)'")
    }
    var parts: [Part] = []
    var rest = text[...]
    while !rest.isEmpty {
      if rest.first == "[" {
        guard let end = rest.firstIndex(of: "]"), let equals = rest[..<end].firstIndex(of: "=") else {
          throw wrong("[key=value]")
        }
        let key = rest[rest.index(after: rest.startIndex)..<equals]
        let keys = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard keys.allSatisfy({ !$0.isEmpty }) else { throw wrong("[key=value]") }
        parts.append(.element(keys: keys, value: String(rest[rest.index(after: equals)..<end])))
        rest = rest[rest.index(after: end)...]
      } else {
        let end = rest.firstIndex { $0 == "." || $0 == "[" } ?? rest.endIndex
        guard end > rest.startIndex else { throw wrong("keys with dots between") }
        parts.append(rest[..<end] == "#" ? .count : .key(String(rest[..<end])))
        rest = rest[end...]
      }
      if rest.first == "." {
        rest = rest.dropFirst()
        if rest.isEmpty { throw wrong("a key behind the last dot") }
      }
    }
    guard !parts.isEmpty else { throw wrong("a path such as players[rank=1].player") }
    self.parts = parts
    self.text = text
  }

  /// What stands there, or nil when there is nothing.
  public func value(in document: JSONValue) -> JSONValue? {
    var value: JSONValue? = document
    for part in parts {
      guard let current = value else { return nil }
      switch (part, current) {
      case (.count, .array(let elements)): value = .integer(elements.count)
      case (.count, .object(let members)): value = .integer(members.count)
      case (.element(let keys, let wanted), .array(let elements)):
        value = elements.first { element in
          keys.reduce(element) { $0?[$1] }.map(Self.text) == wanted
        }
      case (.key(let key), .array(let elements)):
        value = Int(key).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      case (.key(let key), _): value = current[key]
      case (.count, _), (.element, _): value = nil
      }
    }
    return value
  }

  private static func text(_ value: JSONValue) -> String {
    if case .string(let text) = value { text } else { value.compact }
  }
}
