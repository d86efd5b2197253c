/// One object of a configuration file whose keys are all known: an unknown one is an error that says which was meant.
///
/// Every error names the key by its whole path, `layers[2].kernel`; the file's name is filled in by the reader of the
/// file.
package struct ConfigurationObject {
  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let container: KeyedDecodingContainer<AnyKey>
  private let path: [any CodingKey]

  /// - Throws: ``InputError`` (data) when the value is no object.
  package init(_ decoder: any Decoder) throws {
    path = decoder.codingPath
    do { container = try decoder.container(keyedBy: AnyKey.self) } catch is DecodingError {
      throw InputError(
        .data, "the value has another type", at: .init(key: Self.text(decoder.codingPath)), expected: "an object")
    }
  }

  /// Refuses keys that are not among the known ones.
  ///
  /// - Parameter owner: whose keys they are, for the message: `a recipe`.
  package func allow(_ known: [String], of owner: String) throws {
    for key in container.allKeys.map(\.stringValue).sorted() where !known.contains(key) {
      throw InputError(
        .data, "\(owner) has no such key", at: .init(key: keyPath(key)), expected: known.joined(separator: ", "),
        hint: Suggestion.hint(for: key, among: known))
    }
  }

  package func has(_ key: String) -> Bool { container.contains(AnyKey(stringValue: key)) }

  /// The path of a key of this object.
  package func keyPath(_ key: String) -> String { Self.text(path + [AnyKey(stringValue: key)]) }

  package func error(_ key: String, expected: String, found: String? = nil, hint: String? = nil) -> InputError {
    InputError(.data, "the value is wrong", at: .init(key: keyPath(key)), expected: expected, found: found, hint: hint)
  }

  /// The value of a key, or nil when it is absent.
  package func value<Value: Decodable>(_ type: Value.Type, _ key: String, expected: String) throws -> Value? {
    guard has(key) else { return nil }
    do { return try container.decode(type, forKey: AnyKey(stringValue: key)) } catch let error as InputError {
      throw error
    } catch {
      // A number that does not fit is no DecodingError.
      throw self.error(key, expected: expected)
    }
  }

  /// The value when it has that form; nil when it has another one.
  package func attempt<Value: Decodable>(_ type: Value.Type, _ key: String) -> Value? {
    try? container.decode(type, forKey: AnyKey(stringValue: key))
  }

  package func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let value = try value(Int.self, key, expected: expected) else { return nil }
    guard range.contains(value) else { throw error(key, expected: expected, found: "\(value)") }
    return value
  }

  /// Whole numbers in ascending order, each once.
  package func integers(_ key: String, in range: ClosedRange<Int>) throws -> [Int]? {
    let expected = "ascending whole numbers from \(range.lowerBound) to \(range.upperBound)"
    guard let values = try value([Int].self, key, expected: expected) else { return nil }
    guard values.allSatisfy(range.contains), zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw error(key, expected: expected, found: "\(values.prefix(8))")
    }
    return values
  }

  package func real(_ key: String, in range: ClosedRange<Double>, orAbove isOpen: Bool = false) throws -> Double? {
    let expected =
      "a number \(isOpen ? "above" : "from") \(range.lowerBound.short)"
      + (range.upperBound.isInfinite ? "" : " to \(range.upperBound.short)")
    guard let value = try value(Double.self, key, expected: expected) else { return nil }
    guard value.isFinite, range.contains(value), !isOpen || value > range.lowerBound else {
      throw error(key, expected: expected, found: value.short)
    }
    return value
  }

  package func flag(_ key: String) throws -> Bool? { try value(Bool.self, key, expected: "true or false") }

  /// One of the words of a closed set.
  package func choice<Choice: CaseIterable & RawRepresentable>(_ type: Choice.Type, _ key: String) throws -> Choice?
  where Choice.RawValue == String {
    let words = Choice.allCases.map(\.rawValue)
    let expected = "one of \(words.joined(separator: ", "))"
    guard let word = try value(String.self, key, expected: expected) else { return nil }
    guard let choice = Choice(rawValue: word) else {
      throw error(key, expected: expected, found: "'\(word)'", hint: Suggestion.hint(for: word, among: words))
    }
    return choice
  }

  /// A path of keys as people write it: `layers[2].kernel`; nil for the file itself.
  private static func text(_ path: [any CodingKey]) -> String? {
    path.isEmpty ? nil : pathText(path)
  }

  private static func text(_ path: [any CodingKey]) -> String { pathText(path) }

  private static func pathText(_ path: [any CodingKey]) -> String {
    path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
  }
}

extension Double {
  /// Without the `.0` of a whole number.
  fileprivate var short: String { self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)" }
}
