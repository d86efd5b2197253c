import Dispatch

/// One worker of a run: owns an evaluator from its first unit to the end of the run.
///
/// An actor, so that the evaluator, which need not be sendable, never leaves its isolation. It runs on a queue of its
/// own: units compute for seconds without suspending, and on the shared pool, which has one thread a core, they would
/// keep every other task of the process from running, the run's observer and its cancellation included.
actor EvaluationWorker<Game: CooperativeGame> {
  private let game: Game
  private let meter: EstimationMeter
  private let executor = WorkerExecutor()
  private var evaluator: MeteredEvaluator<Game.Evaluator>?

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(game: Game, meter: EstimationMeter) {
    self.game = game
    self.meter = meter
  }

  /// Performs the unit at `place` of its round, or returns nil when the run was cancelled meanwhile.
  func perform<Procedure: CoalitionProcedure>(
    _ unit: Procedure.Unit, at place: Int, of procedure: Procedure
  ) throws -> FinishedUnit<Procedure.Outcome>? {
    // Moved to a local for the time of the unit: access to a stored property of a class is checked at every use.
    var current =
      try evaluator ?? MeteredEvaluator(game.makeEvaluator(), meter: meter, outputs: game.description.outputs)
    evaluator = nil
    defer { evaluator = current }
    let (evaluations, multiplyAdds) = (current.evaluations, current.multiplyAdds)
    do {
      let outcome = try procedure.perform(unit, on: &current)
      return FinishedUnit(
        place: place, outcome: outcome, evaluations: current.evaluations - evaluations,
        multiplyAdds: current.multiplyAdds - multiplyAdds)
    } catch is CancellationError {
      return nil
    }
  }
}

/// Runs the jobs of one worker, in order, on a dispatch queue.
private final class WorkerExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "evaluation worker")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}
