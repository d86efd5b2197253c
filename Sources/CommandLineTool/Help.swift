/// Renders descriptions of commands as text.
package enum Help {
  /// The help of one command: what it does, what it takes, examples, exit codes. Lines are at most `width` long where
  /// words allow.
  package static func text(for command: CommandDescription, width: Int = 90) -> String {
    var lines = ["neuron-shapley \(command.name): \(command.summary)", "", "usage:", "  \(command.usage)"]
    for paragraph in command.discussion {
      lines.append("")
      lines += wrap(paragraph, width: width)
    }
    for listing in command.listings {
      lines += ["", "\(listing.title):"]
      for item in listing.entries {
        lines +=
          item.explanation.isEmpty ? ["  \(item.term)"] : entry(item.term, item.explanation, width: width)
      }
    }
    if !command.positionals.isEmpty {
      lines += ["", "arguments:"]
      for positional in command.positionals { lines += entry(positional.name, positional.explanation, width: width) }
    }
    for group in command.groups {
      lines += ["", "\(group.title):"]
      for option in group.options {
        var explanation = option.explanation
        if option.isRequired { explanation += " (required)" }
        if let text = option.defaultText { explanation += " (default: \(text))" }
        lines += entry(option.usage, explanation, width: width)
      }
    }
    lines += ["", command.examples.count == 1 ? "example:" : "examples:"]
    for example in command.examples { lines += ["  # \(example.purpose)", "  \(example.line)"] }
    lines += [""] + exitCodes()
    return lines.joined(separator: "\n") + "\n"
  }

  /// The overview: every command in one line.
  package static func overview(_ commands: [CommandDescription], width: Int = 90) -> String {
    var lines = ["neuron-shapley: which filters of a trained network are responsible for what it does?", ""]
    lines += wrap(
      "Every filter of a convolutional network is a player of a game whose worth is the network's performance with "
        + "only some filters left; a filter's Shapley value is its fair share of the whole. Positive: the filter "
        + "helps; negative: it harms.", width: width)
    lines += ["", "usage:", "  neuron-shapley COMMAND …", "", "commands:"]
    for command in commands { lines += entry(command.name, command.summary, width: width, column: 12) }
    lines += ["", "start here:"]
    lines += [
      "  neuron-shapley inspect model.onnx",
      "  neuron-shapley evaluate model.onnx --images photos/ --preprocess imagenet",
      "  neuron-shapley rank model.onnx --images photos/ --preprocess imagenet --output first.run",
      "", "'neuron-shapley COMMAND --help' explains a command with all its options and examples.", "",
    ]
    lines += exitCodes()
    return lines.joined(separator: "\n") + "\n"
  }

  static func exitCodes() -> [String] {
    ["exit codes:"] + ExitCode.allCases.map { "  \(padded("\($0.rawValue)", 5))\($0.meaning)" }
  }

  /// A term with its explanation, hanging at a column; a long term gets a line of its own.
  static func entry(_ term: String, _ explanation: String, width: Int, column: Int = 26) -> [String] {
    let body = wrap(explanation, width: max(20, width - column - 2))
    let indent = String(repeating: " ", count: column + 2)
    var lines = term.count < column ? ["  \(padded(term, column))\(body.first ?? "")"] : ["  \(term)"]
    lines += (term.count < column ? body.dropFirst() : body[...]).map { indent + $0 }
    return lines
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Breaks a paragraph at spaces.
  static func wrap(_ paragraph: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in paragraph.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}
