import Foundation
import Synchronization

/// A signal that asks the command to end.
public enum TerminationSignal: Int32, Sendable, CaseIterable {
  case interrupt = 2
  case terminate = 15

  package var exitCode: ExitCode {
    switch self {
    case .interrupt: .interrupted
    case .terminate: .terminated
    }
  }

  package var name: String {
    switch self {
    case .interrupt: "SIGINT"
    case .terminate: "SIGTERM"
    }
  }

  /// The number of the signal that has arrived; 0 before.
  private static let arrived = Atomic<Int32>(0)

  /// The signal that asked for an end, or nil while none has.
  package static var requested: TerminationSignal? { TerminationSignal(rawValue: arrived.load(ordering: .acquiring)) }

  /// Throws ``Interruption`` once a signal has asked for an end: a safe point of work that has nothing to save.
  package static func check() throws(Interruption) {
    if let requested { throw Interruption(signal: requested) }
  }

  /// From now on, the first SIGINT or SIGTERM only sets ``requested``; the second one ends the process at once.
  ///
  /// Call it first of all in `main`: threads inherit the blocked signals from the one that starts them, so that none is
  /// left on which a signal would take its default action. A thread of its own waits for the signals, hence no code
  /// runs in a signal handler.
  package static func watch() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in allCases { sigaddset(&signals, signal.rawValue) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let watched = signals
    Thread.detachNewThread {
      var set = watched
      while true {
        var number: Int32 = 0
        guard sigwait(&set, &number) == 0 else { continue }
        let (isFirst, _) = arrived.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing)
        if !isFirst { _exit(128 + number) }
      }
    }
  }
}

/// A signal asked for an end and the work has stopped at a safe point.
package struct Interruption: Error, Sendable, Hashable {
  package let signal: TerminationSignal
  /// What was saved and how to go on, for the user.
  package var hint: String?

  package init(signal: TerminationSignal, hint: String? = nil) {
    self.signal = signal
    self.hint = hint
  }
}
