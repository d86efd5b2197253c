import Foundation
import Inference
import InputErrors
import Reports

/// Options that several commands share, each declared once.
enum CommonOptions {
  static let json = CommandOption<Bool>.flag("json", "Write the result as JSON to standard output.")
  static let quiet = CommandOption<Bool>.flag("quiet", "Show no progress and no remarks; only results and errors.")
  static let progress = CommandOption<Bool>.flag(
    "progress", "Show progress even when standard error is no terminal, one line every ten seconds.")
  static let workers = CommandOption<Int>.count(
    "workers", "W", "How many threads work. The result has the same bits for any number.", in: 1...1024,
    default: "one a processor core")
  static let seed = CommandOption<UInt64>.seed("seed", "Decides everything random.", default: "0")

  /// The number of workers; one a processor core when it is not given.
  static func workerCount(_ arguments: Arguments) throws -> Int {
    try arguments.value(workers) ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
  }

  /// The kernels' instructions: the fastest that the processor has, or those that `NEURON_SHAPLEY_INSTRUCTIONS` names.
  static func instructionSet() throws -> InstructionSet {
    let variable = "NEURON_SHAPLEY_INSTRUCTIONS"
    do {
      return try InstructionSet.named(ProcessInfo.processInfo.environment[variable])
    } catch var error as InputError {
      error.place.key = variable
      throw error
    }
  }

  /// How a result goes to standard output.
  struct Output: Sendable {
    let isJSON: Bool
    let isQuiet: Bool

    init(_ arguments: Arguments) {
      isJSON = arguments[CommonOptions.json]
      isQuiet = arguments[CommonOptions.quiet]
    }

    /// A remark on standard error, unless silence is asked for.
    func remark(_ text: String) {
      if !isQuiet { Terminal.error(Terminal.harmless("neuron-shapley: \(text)\n")) }
    }
  }
}
