import Reports

/// One command of the tool: read from the arguments first, whole, then run.
package protocol Command {
  static var description: CommandDescription { get }

  /// Reads every option, so that a wrong one is found before any work begins.
  ///
  /// - Throws: ``InputError`` (usage).
  init(_ arguments: Arguments) throws

  /// Does the work and writes its files; progress and remarks go to standard error.
  ///
  /// - Throws: ``InputError``; ``Interruption`` when a signal asked for an end.
  func result() async throws -> CommandResult
}

/// What a command has found, in the two forms that can be shown of it.
package struct CommandResult: Sendable {
  /// For a terminal, with a final newline.
  let text: String
  /// Where to look next, with a final newline; nothing with `--quiet`.
  let pointer: String
  /// What makes the command fail although there is a result to be shown.
  let failure: (any Error)?
  /// The document of `--json`.
  let document: @Sendable () throws -> String

  init(
    text: String, pointer: String = "", failure: (any Error)? = nil, document: @escaping @Sendable () throws -> String
  ) {
    self.text = text
    self.pointer = pointer
    self.failure = failure
    self.document = document
  }

  /// Writes the result to standard output.
  ///
  /// - Throws: ``InputError`` (cannotWrite); then the ``failure``.
  func show(as output: CommonOptions.Output) throws {
    if output.isJSON {
      try Terminal.output(document())
    } else {
      try Terminal.output(output.isQuiet ? text : text + pointer)
    }
    if let failure { throw failure }
  }
}
