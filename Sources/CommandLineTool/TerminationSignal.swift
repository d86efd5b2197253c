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

  private static var blockedSet: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in allCases { sigaddset(&signals, signal.rawValue) }
    return signals
  }

  /// Keeps the signals from taking their default action in this thread and in all that it starts.
  static func block() {
    var signals = blockedSet
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Waits for signals for ever: the first one only sets ``requested``, the second one ends the process at once.
  ///
  /// No code runs in a signal handler. An asynchronous `main` would not do: it leaves a thread behind that takes every
  /// signal with its default action.
  static func wait() -> Never {
    var signals = blockedSet
    while true {
      var number: Int32 = 0
      guard sigwait(&signals, &number) == 0 else { continue }
      let (isFirst, _) = arrived.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing)
      if !isFirst { _exit(128 + number) }
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

  /// Runs work that has nothing to save, and cancels it as soon as a signal asks for an end.
  ///
  /// - Throws: what the work throws; ``Interruption`` when it was cancelled by a signal.
  static func whenAsked<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result
  {
    let task = Task { try await work() }
    // On a queue of its own: a task would wait for a thread for as long as the work's tasks keep all of them busy.
    let watch = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "neuron-shapley.signals"))
    watch.schedule(deadline: .now(), repeating: .milliseconds(50))
    watch.setEventHandler { if TerminationSignal.requested != nil { task.cancel() } }
    watch.resume()
    defer { watch.cancel() }
    do { return try await task.value } catch is CancellationError {
      try TerminationSignal.check()
      throw CancellationError()
    }
  }
}
