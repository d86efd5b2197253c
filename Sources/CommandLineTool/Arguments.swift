import InputErrors

/// A command line taken apart after a command's description.
///
/// `--name value` and `--name=value` are the same; `--` ends the options; `-h` is `--help`. A value may begin with one
/// dash (a negative number) but not with two.
package struct Arguments: Sendable, Hashable {
  /// The values told by their place, in order; exactly as many as the description has, unless help is asked for.
  package let positionals: [String]
  /// The words as they were given, for a report to repeat.
  package let words: [String]
  private let values: [String: String]
  private let flags: Set<String>

  /// - Throws: ``InputError`` (usage) for an option that is unknown, repeated, without its value or with one too many,
  ///   for a missing required option, and for too few or too many positional values.
  package init(_ words: [String], for command: CommandDescription) throws(InputError) {
    var declared: [String: OptionDeclaration] = [:]
    for option in command.options { declared[option.name] = option }
    var positionals: [String] = []
    var values: [String: String] = [:]
    var flags: Set<String> = []
    var rest = words[...]
    var optionsEnded = false
    while let word = rest.popFirst() {
      if optionsEnded || word == "-" || !word.hasPrefix("-") || word.dropFirst().first?.isNumber == true {
        positionals.append(word)
        continue
      }
      if word == "--" {
        optionsEnded = true
        continue
      }
      let body = word == "-h" ? "help" : String(word.drop { $0 == "-" })
      let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = parts[0]
      let key = "--\(name)"
      guard word == "-h" || word.hasPrefix("--"), let option = declared[name] else {
        let names = command.options.map(\.name)
        throw InputError(
          .usage, "unknown option '\(word.hasPrefix("--") ? key : word)'",
          hint: Suggestion.closest(to: name, among: names).map { "did you mean '--\($0)'?" }
            ?? "'neuron-shapley \(command.name) --help' lists the options")
      }
      guard values[name] == nil, !flags.contains(name) else {
        throw InputError(.usage, "the option is given twice", at: .init(key: key))
      }
      guard let valueName = option.valueName else {
        guard parts.count == 1 else {
          throw InputError(.usage, "the option takes no value", at: .init(key: key), found: "'\(parts[1])'")
        }
        flags.insert(name)
        continue
      }
      if parts.count == 2 {
        values[name] = parts[1]
      } else if let next = rest.first, !next.hasPrefix("--") {
        values[name] = rest.removeFirst()
      } else {
        throw InputError(.usage, "the option needs a value", at: .init(key: key), expected: "\(key) \(valueName)")
      }
    }
    self.positionals = positionals
    self.words = words
    self.values = values
    self.flags = flags
    if flags.contains("help") { return }

    if positionals.count < command.positionals.count {
      let missing = command.positionals[positionals.count]
      throw InputError(
        .usage, "\(missing.name) is missing: \(missing.explanation)", expected: command.usage,
        hint: "'neuron-shapley \(command.name) --help' explains")
    }
    if positionals.count > command.positionals.count {
      throw InputError(
        .usage, "one value too many: '\(positionals[command.positionals.count])'", expected: command.usage)
    }
    for option in command.options where option.isRequired && values[option.name] == nil {
      throw InputError(
        .usage, "the option is missing: \(option.explanation)", at: .init(key: "--\(option.name)"),
        expected: option.usage)
    }
  }

  package var wantsHelp: Bool { flags.contains("help") }

  /// Whether the flag was given.
  package subscript(_ flag: CommandOption<Bool>) -> Bool { flags.contains(flag.declaration.name) }

  /// The option's value, or nil when it is absent.
  ///
  /// - Throws: ``InputError`` (usage) naming the option, when the value is not of its kind.
  package func value<Value>(_ option: CommandOption<Value>) throws(InputError) -> Value? {
    guard let text = values[option.declaration.name] else { return nil }
    return try option.value(from: text)
  }

  /// The value of an option that the parser has required.
  package func required<Value>(_ option: CommandOption<Value>) throws(InputError) -> Value {
    guard let value = try value(option) else {
      throw InputError(
        .usage, "the option is missing", at: .init(key: "--\(option.declaration.name)"),
        expected: option.declaration.usage)
    }
    return value
  }

  /// Whether the option was given, whatever its value.
  package func has<Value>(_ option: CommandOption<Value>) -> Bool { isGiven(option.declaration) }

  /// Whether the option of that declaration was given.
  package func isGiven(_ option: OptionDeclaration) -> Bool {
    values[option.name] != nil || flags.contains(option.name)
  }
}
