import CooperativeGames

/// A finished or interrupted ranking with all that is needed to judge and to repeat it.
public struct RankingResult: Sendable, Hashable, Codable {
  public let provenance: RankingProvenance
  public let ranking: NeuronRanking
  /// The estimate itself: v(N), v(∅), efficiency, truncated share, bias, and what its limits claim.
  public let estimate: ShapleyEstimate
  /// What was done, in numbers.
  public let effort: RankingEffort
}

/// What a ranking cost.
public struct RankingEffort: Sendable, Hashable, Codable {
  /// Images that the metric looks at.
  public let imageCount: Int
  /// How many different ones of them were drawn; nil when the estimator does not tell.
  public let drawnImageCount: Int?
  /// Evaluations done, unfinished rounds included; one is one coalition on one image.
  public let evaluations: Int
  /// Multiplications with addition done by those evaluations.
  public let multiplyAdds: UInt64
  /// Multiplications with addition that as many full forward passes take.
  public let fullPassMultiplyAdds: UInt64
  /// Memory of a block of eight images, in bytes; a worker keeps one or more.
  public let bytesPerBlock: Int
  /// Rounds completed.
  public let rounds: Int
  /// Wall-clock seconds since this process began to estimate; a resumed run does not count its forerunners'.
  public let seconds: Double

  package init(
    imageCount: Int, drawnImageCount: Int?, evaluations: Int, multiplyAdds: UInt64, fullPassMultiplyAdds: UInt64,
    bytesPerBlock: Int, rounds: Int, seconds: Double
  ) {
    self.imageCount = imageCount
    self.drawnImageCount = drawnImageCount
    self.evaluations = evaluations
    self.multiplyAdds = multiplyAdds
    self.fullPassMultiplyAdds = fullPassMultiplyAdds
    self.bytesPerBlock = bytesPerBlock
    self.rounds = rounds
    self.seconds = seconds
  }
}

/// The end of a run: why it ended, what it found, and where to resume.
public struct RankingRun: Sendable {
  /// Why a run ended.
  public enum Ending: String, Sendable, Hashable, Codable, CaseIterable {
    /// The budget is spent or the target is reached.
    case finished
    /// The observer asked for the end.
    case stopped
    /// The task was cancelled, for example by a signal.
    case cancelled
  }

  public let ending: Ending
  public let checkpoint: RankingCheckpoint
  /// Nil when the run ended before anything could be estimated.
  public let result: RankingResult?
}

/// What an observer sees after every unit of work and after every round.
public struct RankingEvent: Sendable {
  /// What may be saved now.
  public let checkpoint: RankingCheckpoint
  /// How far the estimator had come at the last complete round.
  public let status: ProcedureStatus
  /// True when a round has just been completed; a decision taken only then, from counts alone, does not depend on the
  /// number of workers.
  public let isEndOfRound: Bool
  /// Complete rounds.
  public let rounds: Int
  /// Whether an end now keeps at least one unit to estimate from.
  public let keepsUnits: Bool
  /// Evaluations done by finished units.
  public let evaluations: Int
  /// Multiplications with addition done by finished units.
  public let multiplyAdds: UInt64
}
