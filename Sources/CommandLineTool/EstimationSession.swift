import CooperativeGames
import InputErrors
import NeuronShapley
import Reports
import Synchronization

/// An estimation that can be stopped at any moment and gone on with from a checkpoint.
protocol ResumableEstimation: Sendable {
  associatedtype Checkpoint: Codable & Sendable
  associatedtype Result: Sendable

  var playerCount: Int { get }
  /// The budget of evaluations, when one decides the end.
  var plannedEvaluations: Int? { get }

  /// Runs until it is finished, the observer stops it or the task is cancelled.
  func sit(
    resuming checkpoint: Checkpoint?, meter: EstimationMeter,
    observe: (SessionEvent<Checkpoint>) throws -> EstimationDecision
  ) async throws -> SessionRun<Checkpoint, Result>
}

/// What a session looks at after every unit of work and every round.
struct SessionEvent<Checkpoint: Sendable>: Sendable {
  let checkpoint: Checkpoint
  let status: ProcedureStatus
  let isEndOfRound: Bool
  let rounds: Int
  let keepsUnits: Bool
  let multiplyAdds: UInt64
}

/// How one sitting ended.
struct SessionRun<Checkpoint: Sendable, Result: Sendable>: Sendable {
  let isFinished: Bool
  let checkpoint: Checkpoint
  /// Nil when it ended before anything could be estimated.
  let result: Result?
}

/// One sitting of an estimation: runs it, keeps checkpoints, shows progress, and ends it by budget or signal.
struct EstimationSession<Estimation: ResumableEstimation>: Sendable {
  /// What came out of a sitting that was not interrupted.
  struct Outcome: Sendable {
    let result: Estimation.Result
    /// Seconds of estimation over all sittings.
    let seconds: Double
    /// Whether the estimation itself came to its end; else a limit of the session ended it.
    let isFinished: Bool
    /// Whether the clock decided where it ended, so that the command line alone does not.
    let isEndedByClock: Bool
  }

  typealias Run = SessionRun<Estimation.Checkpoint, Estimation.Result>

  let estimation: Estimation
  let folder: RunFolder
  let budget: BudgetOptions
  let display: ProgressDisplay

  /// What the display and the watch know of the estimation under way.
  private final class Status: Sendable {
    let meter = EstimationMeter()
    let latest = Mutex<ProcedureStatus?>(nil)
    /// Whether an end now keeps a unit of work, so that there is something to estimate from.
    let keepsUnits = Atomic<Bool>(false)
    /// Whether the time ended the estimation, and not another budget.
    let isOverTime = Atomic<Bool>(false)
  }

  /// Runs until the estimator is finished, a budget is spent or a signal asks for an end.
  ///
  /// - Parameter stored: where an earlier sitting left off.
  /// - Throws: ``Interruption`` after a checkpoint when a signal asked for an end; ``InputError`` when something cannot
  ///   be written or the checkpoint belongs to another run.
  func run(resuming stored: StoredEstimation<Estimation.Checkpoint>?) async throws -> Outcome {
    let status = Status()
    var writer = CheckpointWriter(folder, secondsBefore: stored?.seconds ?? 0)
    var run = try await sitting(from: stored?.checkpoint, status, &writer, cancelsAtDeadline: true)
    while run.result == nil, TerminationSignal.requested == nil {
      // Cancelled before a first unit that tells something was finished: that one is waited for.
      run = try await sitting(from: run.checkpoint, status, &writer, cancelsAtDeadline: false)
    }
    display.end()
    try writer.write(run.checkpoint)
    if let signal = TerminationSignal.requested, !run.isFinished {
      throw Interruption(
        signal: signal, hint: "the checkpoint is saved: repeat the command with --resume to go on from there")
    }
    guard let result = run.result else {
      throw InputError(.usage, "nothing could be estimated within the budget", hint: "allow more")
    }
    return Outcome(
      result: result, seconds: writer.seconds, isFinished: run.isFinished,
      isEndedByClock: !run.isFinished && status.isOverTime.load(ordering: .relaxed))
  }

  /// Runs once, with a watch beside it that shows progress and cancels the run on a signal or at the deadline.
  private func sitting(
    from checkpoint: Estimation.Checkpoint?, _ status: Status, _ writer: inout CheckpointWriter,
    cancelsAtDeadline: Bool
  ) async throws -> Run {
    let begin = writer
    let work = Task { [self] () throws -> (Run, CheckpointWriter) in
      var writer = begin
      let run = try await estimation.sit(resuming: checkpoint, meter: status.meter) { event in
        status.latest.withLock { $0 = event.status }
        try writer.offer(event.checkpoint)
        status.keepsUnits.store(event.keepsUnits && event.status.canEnd, ordering: .relaxed)
        // Without a first phase there is nothing to estimate from: it is completed, whatever the budget.
        guard event.status.canEnd else { return .goOn }
        if isLate(writer) {
          status.isOverTime.store(true, ordering: .relaxed)
          return event.keepsUnits ? .stop : .finishUnits
        }
        guard event.isEndOfRound, let limit = budget.multiplyAdds else { return .goOn }
        // What rounds have cost on average so far: a rule of the checkpoint alone, the same after a resume.
        let nextRound = Double(event.multiplyAdds) / Double(max(1, event.rounds))
        return Double(event.multiplyAdds) + nextRound > Double(limit) ? .stop : .goOn
      }
      return (run, writer)
    }
    let watch = Task { [self] in
      while !Task.isCancelled {
        report(status, on: display, secondsLeft: budget.seconds.map { max(0, $0 - begin.seconds) })
        // What is under way when the time is over is given up, but not the first unit: without it there is no result.
        let mayCancel = cancelsAtDeadline && status.keepsUnits.load(ordering: .relaxed)
        let isOverTime = mayCancel && isLate(begin)
        if isOverTime { status.isOverTime.store(true, ordering: .relaxed) }
        if TerminationSignal.requested != nil || isOverTime { work.cancel() }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    defer { watch.cancel() }
    let (run, written) = try await work.value
    writer = written
    return run
  }

  private func isLate(_ clock: CheckpointWriter) -> Bool { budget.seconds.map { clock.seconds >= $0 } ?? false }

  private func report(_ status: Status, on display: ProgressDisplay, secondsLeft: Double?) {
    let latest = status.latest.withLock { $0 }
    let playerCount = estimation.playerCount
    var details: [String] = []
    if let latest {
      if latest.activePlayers < playerCount {
        details.append("\(NumberText.grouped(latest.activePlayers)) active of \(NumberText.grouped(playerCount))")
      } else {
        details.append("\(NumberText.grouped(playerCount)) active")
      }
      if let error = latest.largestStandardError { details.append("std. error ≤ \(NumberText.significant(error, 2))") }
    }
    display.report(
      ProgressLine(
        "estimating", done: status.meter.evaluations,
        total: budget.plannedEvaluations(latest?.plannedEvaluations ?? estimation.plannedEvaluations),
        unit: "evaluations", details: details, secondsLeft: secondsLeft))
  }
}

extension BudgetOptions {
  /// The evaluations at which progress is complete; nil when another limit decides.
  func plannedEvaluations(_ planned: Int?) -> Int? {
    guard let planned, planned < Int.max / 2 else { return nil }
    return planned
  }
}

extension NeuronRankingJob: ResumableEstimation {
  var playerCount: Int { players.count }
  var plannedEvaluations: Int? { configuration.estimator.evaluations }

  func sit(
    resuming checkpoint: RankingCheckpoint?, meter: EstimationMeter,
    observe: (SessionEvent<RankingCheckpoint>) throws -> EstimationDecision
  ) async throws -> SessionRun<RankingCheckpoint, RankingResult> {
    let run = try await run(resuming: checkpoint, meter: meter) { event in
      try observe(
        SessionEvent(
          checkpoint: event.checkpoint, status: event.status, isEndOfRound: event.isEndOfRound, rounds: event.rounds,
          keepsUnits: event.keepsUnits, multiplyAdds: event.multiplyAdds))
    }
    return SessionRun(isFinished: run.ending == .finished, checkpoint: run.checkpoint, result: run.result)
  }
}

extension ClassRankingJob: ResumableEstimation {
  var playerCount: Int { players.count }
  var plannedEvaluations: Int? { configuration.evaluations }

  func sit(
    resuming checkpoint: ClassRankingCheckpoint?, meter: EstimationMeter,
    observe: (SessionEvent<ClassRankingCheckpoint>) throws -> EstimationDecision
  ) async throws -> SessionRun<ClassRankingCheckpoint, ClassRankings> {
    let run = try await run(resuming: checkpoint, meter: meter) { event in
      try observe(
        SessionEvent(
          checkpoint: event.checkpoint, status: event.status, isEndOfRound: event.isEndOfRound, rounds: event.rounds,
          keepsUnits: event.keepsUnits, multiplyAdds: event.multiplyAdds))
    }
    return SessionRun(isFinished: run.ending == .finished, checkpoint: run.checkpoint, result: run.result)
  }
}
