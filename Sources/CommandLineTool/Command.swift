/// One command of the tool: read from the arguments first, whole, then run.
package protocol Command {
  static var description: CommandDescription { get }

  /// Reads every option, so that a wrong one is found before any work begins.
  ///
  /// - Throws: ``InputError`` (usage).
  init(_ arguments: Arguments) throws

  /// Does the work; results go to standard output, progress and remarks to standard error.
  func run() async throws
}
