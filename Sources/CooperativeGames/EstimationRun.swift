/// The end of a run: how it ended, its last state, and the checkpoint to resume from.
public struct EstimationRun<Procedure: CoalitionProcedure>: Sendable {
  /// Why a run ended.
  public enum Ending: String, Sendable, Hashable, Codable, CaseIterable {
    /// The procedure planned no further round.
    case finished
    /// The observer asked for the end.
    case stopped
    /// The task was cancelled, for example by a signal.
    case cancelled
  }

  public var ending: Ending
  /// What to resume from: complete rounds, and the finished units of the round under way.
  public var checkpoint: EstimationCheckpoint<Procedure>
  /// The state to estimate from: the checkpoint's, plus those finished units of the round under way before which no
  /// unit is missing.
  public var state: Procedure.State
}

/// What the observer of a run sees after every unit and after every round.
public struct EstimationEvent<Procedure: CoalitionProcedure>: Sendable {
  /// What may be saved now; resuming from it gives the same bits as going on.
  public var checkpoint: EstimationCheckpoint<Procedure>
  /// How far the procedure had come at the last complete round.
  public var status: ProcedureStatus
  /// True when the round has just been absorbed; a decision taken only then, from counts alone, does not depend on the
  /// number of workers.
  public var isEndOfRound: Bool
}

/// What the observer of a run wants next.
public enum EstimationDecision: Sendable, Hashable {
  case goOn
  /// Start no further unit, and end when those under way are finished; the observer is asked again after each.
  case finishUnits
  /// End now: units under way are abandoned, finished ones are kept.
  case stop
}
