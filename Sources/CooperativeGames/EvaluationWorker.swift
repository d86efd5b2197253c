/// One worker of a run: owns an evaluator from its first unit to the end of the run.
///
/// An actor, so that the evaluator, which need not be sendable, never leaves its isolation.
actor EvaluationWorker<Game: CooperativeGame> {
  private let game: Game
  private let meter: EstimationMeter
  private var evaluator: MeteredEvaluator<Game.Evaluator>?

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
