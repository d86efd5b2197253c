import CooperativeGames
import InputErrors
import NeuronShapley
import Reports
import Synchronization

/// One sitting of an estimation: runs it, keeps checkpoints, shows progress, and ends it by budget or signal.
struct RankingSession: Sendable {
  /// What came out of a sitting that was not interrupted.
  struct Outcome: Sendable {
    let result: RankingResult
    /// Seconds of estimation over all sittings.
    let seconds: Double
    /// Why it ended, as a clause.
    let ending: String
    /// Whether the clock decided where it ended, so that the command line alone does not.
    let isEndedByClock: Bool

    /// Whether a budget of evaluations ends an estimation at the same unit of work.
    var isRepeatableByEvaluations: Bool {
      guard isEndedByClock else { return false }
      switch result.provenance.configuration.estimator {
      case .permutation(let settings):
        return settings.truncation == .none && settings.confidence?.method != .fixedSample
      case .msr, .stratified, .regressionAdjusted, .gradient: return true
      // What these begin with depends on the budget, or is refused for a small one.
      case .svarm, .leverage, .stars, .racing: return false
      case .tmab, .exact, .leaveOneOut: return false
      }
    }
  }

  let job: NeuronRankingJob
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
  func run(resuming stored: StoredCheckpoint?) async throws -> Outcome {
    let status = Status()
    var writer = CheckpointWriter(folder, secondsBefore: stored?.seconds ?? 0)
    var run = try await sitting(from: stored?.checkpoint, status, &writer, cancelsAtDeadline: true)
    while run.result == nil, TerminationSignal.requested == nil {
      // Cancelled before a first unit that tells something was finished: that one is waited for.
      run = try await sitting(from: run.checkpoint, status, &writer, cancelsAtDeadline: false)
    }
    display.end()
    try writer.write(run.checkpoint)
    if let signal = TerminationSignal.requested, run.ending != .finished {
      throw Interruption(
        signal: signal, hint: "the checkpoint is saved: repeat the command with --resume to go on from there")
    }
    guard let result = run.result else {
      throw InputError(.usage, "nothing could be estimated within the budget", hint: "allow more")
    }
    let isEndedByClock = run.ending != .finished && status.isOverTime.load(ordering: .relaxed)
    return Outcome(
      result: result, seconds: writer.seconds, ending: ending(of: run, result, isEndedByClock),
      isEndedByClock: isEndedByClock)
  }

  /// Runs once, with a watch beside it that shows progress and cancels the run on a signal or at the deadline.
  private func sitting(
    from checkpoint: RankingCheckpoint?, _ status: Status, _ writer: inout CheckpointWriter, cancelsAtDeadline: Bool
  ) async throws -> RankingRun {
    let begin = writer
    let work = Task { [self] () throws -> (RankingRun, CheckpointWriter) in
      var writer = begin
      let run = try await job.run(resuming: checkpoint, meter: status.meter) { event in
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
    var details: [String] = []
    if let latest {
      if latest.activePlayers < job.players.count {
        details.append("\(NumberText.grouped(latest.activePlayers)) active of \(NumberText.grouped(job.players.count))")
      } else {
        details.append("\(NumberText.grouped(job.players.count)) active")
      }
      if let error = latest.largestStandardError { details.append("std. error ≤ \(NumberText.significant(error, 2))") }
    }
    display.report(
      ProgressLine(
        "estimating", done: status.meter.evaluations,
        total: budget.plannedEvaluations(latest?.plannedEvaluations ?? job.configuration.estimator.evaluations),
        unit: "evaluations", details: details, secondsLeft: secondsLeft))
  }

  private func ending(of run: RankingRun, _ result: RankingResult, _ isEndedByClock: Bool) -> String {
    switch run.ending {
    case .stopped, .cancelled: return isEndedByClock ? "the time is over" : "the budget of multiply-adds is spent"
    case .finished: break
    }
    switch job.configuration.estimator {
    case .permutation(let settings):
      return ending(target: settings.standardError, confidence: settings.confidence, result)
    case .stars(let settings):
      return ending(target: settings.standardError, confidence: settings.confidence, result)
    case .gradient(let settings): return ending(target: settings.standardError, result)
    case .racing(let settings): return ending(target: nil, confidence: settings.confidence, result)
    case .msr(let settings): return ending(target: settings.standardError, result)
    case .stratified(let settings): return ending(target: settings.standardError, result)
    case .svarm(let settings):
      let isSpent = settings.evaluations.map { $0 - result.effort.evaluations <= 2 * (job.players.count + 1) } ?? false
      return isSpent ? "the budget of evaluations is spent" : "all coalitions are evaluated"
    case .leverage, .regressionAdjusted: return "the budget of evaluations is spent"
    case .tmab:
      let undecided = result.ranking.entries.count { $0.estimate.status == .undecided }
      return undecided <= 1 ? "at most one player is undecided by its rule" : "the budget of evaluations is spent"
    case .exact: return "all coalitions are evaluated"
    case .leaveOneOut: return "every player has been removed"
    }
  }

  private func ending(
    target: Double?, confidence: ConfidenceRequest? = nil, _ result: RankingResult
  ) -> String {
    let players = result.estimate.players
    if confidence?.topCount != nil, !players.contains(where: { $0.status == .undecided }) {
      return "every player is decided"
    }
    let largest = players.compactMap(\.standardError).max()
    guard let target, let largest, largest <= target else { return "the budget of evaluations is spent" }
    return "no standard error is larger than \(NumberText.plain(target))"
  }
}

extension BudgetOptions {
  /// The evaluations at which progress is complete; nil when another limit decides.
  func plannedEvaluations(_ planned: Int?) -> Int? {
    guard let planned, planned < Int.max / 2 else { return nil }
    return planned
  }
}
