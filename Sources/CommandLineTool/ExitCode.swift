import InputErrors

/// The exit codes of the command, after `sysexits.h` and the shell's convention for signals.
public enum ExitCode: Int32, Sendable, CaseIterable {
  /// The work is done.
  case success = 0
  /// The command line or a setting is wrong.
  case usage = 64
  /// A file's content is wrong.
  case data = 65
  /// A file or folder is missing or cannot be read.
  case noInput = 66
  /// The program itself is wrong, or a scenario did not find what it expects.
  case internalError = 70
  /// Something cannot be written.
  case cannotWrite = 73
  /// SIGINT asked for an end; what was reached has been saved.
  case interrupted = 130
  /// SIGTERM asked for an end; what was reached has been saved.
  case terminated = 143

  /// The code that stands for an error of this kind.
  public init(_ kind: InputError.Kind) {
    switch kind {
    case .usage: self = .usage
    case .data: self = .data
    case .noInput: self = .noInput
    case .cannotWrite: self = .cannotWrite
    }
  }

  /// The code with which the command ends when `error` reaches its top.
  public init(_ error: any Error) {
    switch error {
    case let error as InputError: self.init(error.kind)
    case let interruption as Interruption: self = interruption.signal.exitCode
    default: self = .internalError
    }
  }

  /// What the code means, as help explains it.
  public var meaning: String {
    switch self {
    case .success: "done"
    case .usage: "the command line or a setting is wrong"
    case .data: "a file's content is wrong"
    case .noInput: "a file or folder is missing or cannot be read"
    case .internalError: "a defect of the program, or a scenario disagrees"
    case .cannotWrite: "something cannot be written"
    case .interrupted: "interrupted (SIGINT), after a checkpoint"
    case .terminated: "terminated (SIGTERM), after a checkpoint"
    }
  }
}
