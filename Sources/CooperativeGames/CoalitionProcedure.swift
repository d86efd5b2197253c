/// A plan of evaluations in rounds of independent units of work, written as a pure state machine.
///
/// The procedure itself holds only its configuration. ``EstimationDriver`` runs any of them: it asks for the next round,
/// performs its units on several workers, and hands the outcomes back **in unit order**. The state is the checkpoint.
/// For reproducibility, everything random comes from streams named by the seed and the unit
/// (``Statistics/RandomStream``), and a round never depends on the number of workers.
public protocol CoalitionProcedure: Sendable {
  /// All that the procedure knows between rounds.
  associatedtype State: Codable & Sendable
  /// One piece of work, small, self-contained, performed by one worker.
  associatedtype Unit: Sendable
  /// What a unit found; it is kept in the checkpoint until its round is complete.
  associatedtype Outcome: Codable & Sendable

  /// The state before the first round.
  ///
  /// - Throws: ``InputErrors/InputError`` when the configuration does not fit the game.
  func start(_ game: GameDescription, seed: UInt64) throws -> State

  /// Throws unless `state`, read from a checkpoint, belongs to this configuration, game and seed.
  func validate(_ state: State, game: GameDescription, seed: UInt64) throws

  /// The units of the next round, or none when the procedure is finished. A pure function of the state.
  func nextRound(_ state: State) -> [Unit]

  /// Performs one unit; its first call on the evaluator is `load`.
  ///
  /// May run for long: the evaluator that the driver passes throws `CancellationError` soon after the run is cancelled.
  func perform(_ unit: Unit, on evaluator: inout some CoalitionEvaluator) throws -> Outcome

  /// Takes in the outcomes of the round that ``nextRound(_:)`` planned, in unit order.
  ///
  /// When a run is stopped within a round, this may be the round's first few outcomes only; the state then serves for a
  /// last estimate and is not continued.
  func absorb(_ outcomes: [Outcome], into state: inout State)

  /// How far the procedure has come.
  func status(_ state: State) -> ProcedureStatus
}

/// How far a procedure has come, for progress reports.
public struct ProcedureStatus: Sendable, Hashable, Codable {
  /// The evaluations at which it will stop if nothing else stops it first; nil when nobody knows.
  public var plannedEvaluations: Int?
  /// The players that are still sampled; for a bandit, those not yet decided.
  public var activePlayers: Int
  /// The largest standard error among the players of the guiding output, once there is one.
  public var largestStandardError: Double?

  /// Whether an end now leaves a result, as soon as one unit of work is kept; false before a first phase is complete.
  public var canEnd: Bool

  public init(
    plannedEvaluations: Int?, activePlayers: Int, largestStandardError: Double? = nil, canEnd: Bool = true
  ) {
    self.plannedEvaluations = plannedEvaluations
    self.activePlayers = activePlayers
    self.largestStandardError = largestStandardError
    self.canEnd = canEnd
  }
}

/// A procedure whose result is an estimate of the Shapley value.
public protocol ShapleyEstimator: CoalitionProcedure {
  /// The name on the command line and in reports, such as `permutation`.
  static var name: String { get }

  /// The estimate for one output of the game, or nil before the first unit has been absorbed.
  ///
  /// - Precondition: `output` is one of the game's.
  func estimate(_ state: State, output: Int) -> ShapleyEstimate?
}

extension ShapleyEstimator {
  /// The estimate for the game's first output.
  public func estimate(_ state: State) -> ShapleyEstimate? { estimate(state, output: 0) }
}
