import InputErrors

/// Runs any ``CoalitionProcedure`` on a game with several workers: the one asynchronous loop of the package.
///
/// A round's units are handed to the workers one at a time, in order, each worker taking the next as soon as it is free;
/// outcomes are absorbed in unit order when the round is complete. So the same seed gives the same bits for any number
/// of workers, whatever their speed.
public struct EstimationDriver<Procedure: CoalitionProcedure, Game: CooperativeGame>: Sendable {
  public typealias Checkpoint = EstimationCheckpoint<Procedure>
  public typealias Event = EstimationEvent<Procedure>

  public let procedure: Procedure
  public let game: Game
  /// How many units are under way at once, each with an evaluator of its own; at least 1.
  public let workerCount: Int

  /// - Precondition: `workerCount ≥ 1`.
  public init(_ procedure: Procedure, on game: Game, workerCount: Int = 1) {
    precondition(workerCount >= 1, "a run needs a worker")
    self.procedure = procedure
    self.game = game
    self.workerCount = workerCount
  }

  /// Runs from the start, or from `checkpoint`, until the procedure is finished, the observer stops it or the task is
  /// cancelled.
  ///
  /// Cancelling the surrounding task ends the run within one coalition's evaluation and is no error: the run that
  /// returns holds a checkpoint with every finished unit.
  ///
  /// - Parameters:
  ///   - seed: decides everything random.
  ///   - checkpoint: where an earlier run with the same procedure, game and seed was left.
  ///   - meter: counts evaluations live, for a display that polls it.
  ///   - observe: called after every unit and every round, in this task; may save the checkpoint, and decides whether
  ///     to go on. An error that it throws ends the run.
  /// - Throws: what the procedure, the game and the observer throw; ``InputErrors/InputError`` for a checkpoint that
  ///   belongs to another run.
  public func run(
    seed: UInt64, resuming checkpoint: Checkpoint? = nil, meter: EstimationMeter = EstimationMeter(),
    isolation: isolated (any Actor)? = #isolation,
    observe: (Event) throws -> EstimationDecision = { _ in .goOn }
  ) async throws -> EstimationRun<Procedure> {
    let description = game.description
    try description.validate()
    var current: Checkpoint
    if let checkpoint {
      try procedure.validate(checkpoint.state, game: description, seed: seed)
      current = checkpoint
    } else {
      current = try Checkpoint(state: procedure.start(description, seed: seed))
    }
    meter.set(current.evaluations)
    let workers = (0..<workerCount).map { _ in EvaluationWorker(game: game, meter: meter) }

    // A run that was ended between two rounds is asked about once more, as it would have been had it gone on.
    if current.rounds > 0, current.finished.isEmpty {
      let event = Event(checkpoint: current, status: procedure.status(current.state), isEndOfRound: true)
      if try observe(event) != .goOn {
        return EstimationRun(ending: .stopped, checkpoint: current, state: current.state)
      }
    }
    while true {
      let units = procedure.nextRound(current.state)
      if units.isEmpty { return EstimationRun(ending: .finished, checkpoint: current, state: current.state) }
      try check(current.finished, ofRoundOf: units.count)
      if let ending = try await perform(units, with: workers, on: &current, observe: observe) {
        return stopped(current, ending)
      }
      procedure.absorb(current.finished.map(\.outcome), into: &current.state)
      current.finished = []
      current.rounds += 1
      let event = Event(checkpoint: current, status: procedure.status(current.state), isEndOfRound: true)
      switch try observe(event) {
      case .goOn: break
      case .finishUnits, .stop: return EstimationRun(ending: .stopped, checkpoint: current, state: current.state)
      }
    }
  }

  /// Performs the units that `current` lacks; returns nil when the round is complete, else why it is not.
  private func perform(
    _ units: [Procedure.Unit], with workers: [EvaluationWorker<Game>], on current: inout Checkpoint,
    isolation: isolated (any Actor)? = #isolation,
    observe: (Event) throws -> EstimationDecision
  ) async throws -> EstimationRun<Procedure>.Ending? {
    let done = Set(current.finished.map(\.place))
    var waiting = units.indices.filter { !done.contains($0) }[...]
    var ending: EstimationRun<Procedure>.Ending?
    var startsUnits = true
    let status = procedure.status(current.state)
    let procedure = self.procedure
    try await withThrowingTaskGroup(of: (worker: Int, finished: FinishedUnit<Procedure.Outcome>?).self) { group in
      for worker in workers.indices {
        guard let place = waiting.popFirst() else { break }
        let (unit, actor) = (units[place], workers[worker])
        group.addTask { (worker, try await actor.perform(unit, at: place, of: procedure)) }
      }
      for try await result in group {
        guard let finished = result.finished else {
          // Units abandoned because the observer stopped the run keep its reason.
          ending = ending ?? .cancelled
          continue
        }
        current.add(finished)
        if ending == nil, current.finished.count < units.count {
          let event = Event(checkpoint: current, status: status, isEndOfRound: false)
          switch try observe(event) {
          case .goOn: break
          case .finishUnits: startsUnits = false
          case .stop:
            ending = .stopped
            group.cancelAll()
          }
        }
        if ending == nil, startsUnits, let place = waiting.popFirst() {
          let (unit, actor, worker) = (units[place], workers[result.worker], result.worker)
          group.addTask { (worker, try await actor.perform(unit, at: place, of: procedure)) }
        }
      }
    }
    return current.finished.count == units.count ? nil : ending ?? .stopped
  }

  private func stopped(
    _ current: Checkpoint, _ ending: EstimationRun<Procedure>.Ending
  ) -> EstimationRun<Procedure> {
    var state = current.state
    let leading = current.finished.enumerated().prefix { $0.offset == $0.element.place }
    if !leading.isEmpty { procedure.absorb(leading.map(\.element.outcome), into: &state) }
    return EstimationRun(ending: ending, checkpoint: current, state: state)
  }

  private func check(_ finished: [FinishedUnit<Procedure.Outcome>], ofRoundOf unitCount: Int) throws(InputError) {
    let places = finished.map(\.place)
    guard zip(places, places.dropFirst()).allSatisfy({ $0 < $1 }), places.allSatisfy((0..<unitCount).contains) else {
      throw InputError(.data, "the checkpoint's finished units do not fit the round that it resumes")
    }
  }
}
