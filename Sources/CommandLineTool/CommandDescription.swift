/// What a command is called, takes and does, as data: its parser and its help both read this.
package struct CommandDescription: Sendable {
  /// A value that is told by its place.
  package struct Positional: Sendable, Hashable {
    package let name: String
    package let explanation: String

    package init(_ name: String, _ explanation: String) {
      self.name = name
      self.explanation = explanation
    }
  }

  /// Options that belong together, under a title.
  package struct OptionGroup: Sendable, Hashable {
    package let title: String
    package let options: [OptionDeclaration]

    package init(_ title: String, _ options: [OptionDeclaration]) {
      self.title = title
      self.options = options
    }
  }

  /// Terms with their explanations, or lines of an example where there is nothing to explain.
  package struct Listing: Sendable, Hashable {
    package let title: String
    package let entries: [Entry]

    package struct Entry: Sendable, Hashable {
      package let term: String
      package let explanation: String
    }

    package init(_ title: String, _ entries: [(term: String, explanation: String)]) {
      self.title = title
      self.entries = entries.map { Entry(term: $0.term, explanation: $0.explanation) }
    }
  }

  /// A command line to try, and what it is for.
  package struct Example: Sendable, Hashable {
    package let purpose: String
    package let line: String

    package init(_ purpose: String, _ line: String) {
      self.purpose = purpose
      self.line = line
    }
  }

  package let name: String
  /// One line without a full stop, as the list of commands shows it.
  package let summary: String
  /// Paragraphs that teach what the command does and how to read its result.
  package let discussion: [String]
  /// What belongs between the discussion and the options: the words of a file, a list of names.
  package let listings: [Listing]
  package let positionals: [Positional]
  package let groups: [OptionGroup]
  package let examples: [Example]

  package init(
    name: String, summary: String, discussion: [String], listings: [Listing] = [], positionals: [Positional] = [],
    groups: [OptionGroup] = [], examples: [Example]
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.listings = listings
    self.positionals = positionals
    self.groups = groups + [OptionGroup("help", [Self.help.declaration])]
    self.examples = examples
  }

  package static let help = CommandOption<Bool>.flag("help", "Show this text and end.")

  package var options: [OptionDeclaration] { groups.flatMap(\.options) }

  /// `neuron-shapley rank MODEL --images PATH [options]`
  package var usage: String {
    let required = options.filter(\.isRequired).map(\.usage)
    let optional = options.contains { !$0.isRequired } ? ["[options]"] : []
    return (["neuron-shapley", name] + positionals.map(\.name) + required + optional).joined(separator: " ")
  }
}
