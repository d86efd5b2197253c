import Foundation
import InputErrors

/// The command-line tool `neuron-shapley`.
public enum Tool {
  /// The version of the tool, which every run records.
  public static let version = "0.1.0"

  static var commands: [any Command.Type] {
    [
      InspectCommand.self, EvaluateCommand.self, RankCommand.self, AblateCommand.self, ClassesCommand.self,
      RepairCommand.self, AdversarialCommand.self, PruneCommand.self, ProbeCommand.self, TCAVCommand.self,
      SeeCommand.self, ReportCommand.self, RegionsCommand.self, TrainCommand.self, WorldCommand.self, RunCommand.self,
    ]
  }

  /// Runs the process's own command line and ends the process with its exit code.
  ///
  /// Call it on the main thread, first of all: the thread waits for signals while the command runs on others.
  public static func main() -> Never {
    TerminationSignal.block()
    // A write past a file-size limit shall fail like one on a full disk, with an error that names the file.
    signal(SIGXFSZ, SIG_IGN)
    let words = Array(CommandLine.arguments.dropFirst())
    Task.detached {
      let code = await run(words)
      exit(code.rawValue)
    }
    TerminationSignal.wait()
  }

  /// Runs one command line, without the program's name; an error becomes one line on standard error.
  package static func run(_ words: [String]) async -> ExitCode {
    do {
      try await perform(words)
      return .success
    } catch {
      Terminal.error(Terminal.harmless(message(for: error)) + "\n")
      return ExitCode(error)
    }
  }

  /// The one line that tells the user what went wrong.
  package static func message(for error: any Error) -> String {
    switch error {
    case let error as InputError: return "neuron-shapley: error: \(error)"
    case let disagreement as PruningDisagreement: return "neuron-shapley: error: \(disagreement.text)"
    case let disagreement as ScenarioDisagreement: return "neuron-shapley: error: \(disagreement.text)"
    case let interruption as Interruption:
      return "neuron-shapley: stopped by \(interruption.signal.name)" + (interruption.hint.map { "; \($0)" } ?? "")
    default:
      let text = String(String(describing: error).map { $0.isNewline ? " " : $0 })
      return "neuron-shapley: error: internal error: \(text)"
    }
  }

  private static func perform(_ words: [String]) async throws {
    let descriptions = commands.map { $0.description }
    guard let name = words.first else {
      try Terminal.output(Help.overview(descriptions))
      return
    }
    switch name {
    case "help", "--help", "-h": try help(Array(words.dropFirst()), descriptions)
    case "version", "--version": try Terminal.output("neuron-shapley \(version)\n")
    default:
      guard let command = commands.first(where: { $0.description.name == name }) else {
        let names = descriptions.map(\.name) + ["help", "version"]
        throw InputError(
          .usage, "unknown command '\(name)'",
          hint: Suggestion.hint(for: name, among: names) ?? "the commands are \(names.joined(separator: ", "))")
      }
      let arguments = try Arguments(Array(words.dropFirst()), for: command.description)
      if arguments.wantsHelp {
        try Terminal.output(Help.text(for: command.description))
      } else {
        try await command.init(arguments).result().show(as: CommonOptions.Output(arguments))
      }
    }
  }

  private static func help(_ words: [String], _ descriptions: [CommandDescription]) throws {
    guard let name = words.first(where: { $0 != "--help" && $0 != "-h" }) else {
      try Terminal.output(Help.overview(descriptions))
      return
    }
    guard let description = descriptions.first(where: { $0.name == name }) else {
      throw InputError(
        .usage, "there is no command '\(name)' to explain",
        hint: Suggestion.hint(for: name, among: descriptions.map(\.name)))
    }
    try Terminal.output(Help.text(for: description))
  }
}
