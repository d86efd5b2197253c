import InputErrors

/// An option as data: the one place from which both the parser and the help text come.
package struct OptionDeclaration: Sendable, Hashable {
  /// The name without dashes: `images`.
  package let name: String
  /// What stands for the value in help: `PATH`; nil for a flag.
  package let valueName: String?
  /// One or two sentences.
  package let explanation: String
  /// The value that holds when the option is absent, as help shows it.
  package let defaultText: String?
  package let isRequired: Bool

  /// `--images PATH`
  package var usage: String { valueName.map { "--\(name) \($0)" } ?? "--\(name)" }
}

/// An option whose value has a type.
package struct CommandOption<Value: Sendable>: Sendable {
  package let declaration: OptionDeclaration
  /// What a right value looks like, for the error message.
  let expected: String
  /// The words that the value may be, for a did-you-mean; empty when it is free.
  let choices: [String]
  let decode: @Sendable (String) -> Value?

  init(
    _ name: String, _ valueName: String?, _ explanation: String, default defaultText: String? = nil,
    isRequired: Bool = false, expected: String, choices: [String] = [], decode: @escaping @Sendable (String) -> Value?
  ) {
    self.declaration = OptionDeclaration(
      name: name, valueName: valueName, explanation: explanation, defaultText: defaultText, isRequired: isRequired)
    self.expected = expected
    self.choices = choices
    self.decode = decode
  }

  func value(from text: String) throws(InputError) -> Value {
    if let value = decode(text) { return value }
    throw InputError(
      .usage, "the value is wrong", at: .init(key: "--\(declaration.name)"), expected: expected, found: "'\(text)'",
      hint: Suggestion.hint(for: text, among: choices))
  }
}

extension CommandOption where Value == Bool {
  /// An option without a value.
  package static func flag(_ name: String, _ explanation: String) -> Self {
    Self(name, nil, explanation, expected: "no value") { _ in true }
  }
}

extension CommandOption where Value == String {
  /// Any text that is not empty: a path, a name.
  package static func text(
    _ name: String, _ valueName: String, _ explanation: String, default defaultText: String? = nil,
    isRequired: Bool = false
  ) -> Self {
    Self(name, valueName, explanation, default: defaultText, isRequired: isRequired, expected: "some text") {
      $0.isEmpty ? nil : $0
    }
  }
}

extension CommandOption where Value == [String] {
  /// Texts with commas between.
  package static func list(_ name: String, _ valueName: String, _ explanation: String) -> Self {
    Self(name, valueName, explanation, expected: "one or more, with commas between") { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return parts.contains("") ? nil : parts
    }
  }
}

extension CommandOption where Value == Int {
  /// A whole number: `1e6` and `1_000_000` are as good as `1000000`.
  package static func count(
    _ name: String, _ valueName: String, _ explanation: String, in range: ClosedRange<Int> = 1...Int.max,
    default defaultText: String? = nil
  ) -> Self {
    let bounds =
      range.upperBound == Int.max
      ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    return Self(name, valueName, explanation, default: defaultText, expected: "a whole number \(bounds)") { text in
      let negative = text.first == "-"
      guard let size = Quantity.count(negative ? String(text.dropFirst()) : text) else { return nil }
      let value = negative ? -size : size
      return range.contains(value) ? value : nil
    }
  }

  /// An amount of memory in bytes: `4G`, `512M`.
  package static func memory(_ name: String, _ explanation: String, default defaultText: String? = nil) -> Self {
    Self(name, "SIZE", explanation, default: defaultText, expected: "a size such as 512M or 4G") { text in
      Quantity.bytes(text).flatMap { $0 > 0 ? $0 : nil }
    }
  }
}

extension CommandOption where Value == UInt64 {
  /// A seed: any whole number from 0.
  package static func seed(_ name: String, _ explanation: String, default defaultText: String) -> Self {
    Self(name, "S", explanation, default: defaultText, expected: "a whole number from 0") { UInt64($0) }
  }
}

extension CommandOption where Value == Double {
  /// A real number for which `isValid` holds; `expected` says so in words.
  package static func real(
    _ name: String, _ valueName: String, _ explanation: String, default defaultText: String? = nil, expected: String,
    where isValid: @escaping @Sendable (Double) -> Bool
  ) -> Self {
    Self(name, valueName, explanation, default: defaultText, expected: expected) { text in
      Quantity.real(text).flatMap { isValid($0) ? $0 : nil }
    }
  }

  /// A time in seconds: `30s`, `10m`, `1h30m`.
  package static func time(_ name: String, _ explanation: String) -> Self {
    Self(name, "TIME", explanation, expected: "a time such as 30s, 10m or 1h30m") { text in
      Quantity.seconds(text).flatMap { $0 > 0 ? $0 : nil }
    }
  }
}

extension CommandOption where Value == [Double] {
  /// Real numbers with commas between.
  package static func reals(
    _ name: String, _ valueName: String, _ explanation: String, default defaultText: String? = nil
  )
    -> Self
  {
    Self(name, valueName, explanation, default: defaultText, expected: "numbers with commas between") { text in
      let values = text.split(separator: ",", omittingEmptySubsequences: false).map { Quantity.real(String($0)) }
      let numbers = values.compactMap { $0 }
      return numbers.count == values.count ? numbers : nil
    }
  }
}

extension CommandOption where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the words of a closed set.
  package static func choice(
    _ name: String, _ valueName: String, _ explanation: String, default defaultValue: Value? = nil
  ) -> Self {
    let words = Value.allCases.map(\.rawValue)
    return Self(
      name, valueName, "\(explanation) One of: \(words.joined(separator: ", ")).", default: defaultValue?.rawValue,
      expected: "one of \(words.joined(separator: ", "))", choices: words
    ) { Value(rawValue: $0) }
  }
}
