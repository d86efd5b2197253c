import CooperativeGames

/// A network's players with their estimated Shapley values for each of several classes.
public struct ClassRankings: Sendable, Hashable {
  /// The values for one class.
  public struct ClassRanking: Sendable, Hashable {
    public let label: Int
    /// The class's name, or its label as text.
    public fileprivate(set) var name: String
    /// Images of the class among those evaluated.
    public let imageCount: Int
    /// How many images the values are means over, repeats counted; with ``ClassMetric/binary`` those of other classes too.
    public let dealtCount: Int
    /// Units of work in which the class occurred.
    public let units: Int
    /// The Shapley values, one a player in network order; positive when the player helps the class.
    public let values: [Double]
    /// The standard errors of the values; nil when the class occurred in a single unit.
    public let standardErrors: [Double]?
    /// v(N) and v(∅), means over the images that were dealt.
    public let grandValue: Double
    public let emptyValue: Double
    /// Σφ − (v(N) − v(∅)), which is rounding.
    public let residual: Double

    package init(
      label: Int, name: String, imageCount: Int, dealtCount: Int, units: Int, values: [Double],
      standardErrors: [Double]?, grandValue: Double, emptyValue: Double, residual: Double
    ) {
      self.label = label
      self.name = name
      self.imageCount = imageCount
      self.dealtCount = dealtCount
      self.units = units
      self.values = values
      self.standardErrors = standardErrors
      self.grandValue = grandValue
      self.emptyValue = emptyValue
      self.residual = residual
    }

    /// The players from the highest value to the lowest, ties in network order. Complexity: O(n log n).
    public var order: [Int] {
      values.indices.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }
    }

    /// The share of the values' spread between players that is not noise, in [0, 1]: 1 − mean squared standard error /
    /// variance of the values; nil without standard errors. Near 0, the order of the players says nothing.
    public var reliability: Double? {
      guard let standardErrors, values.count > 1 else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
      let noise = standardErrors.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      return variance > 0 ? max(0, 1 - noise / variance) : nil
    }
  }

  /// The players, in network order.
  public let players: [FilterPlayers.Player]
  /// The classes of which an image was dealt, by label.
  public fileprivate(set) var classes: [ClassRanking]
  /// The labels of the classes of which no image was dealt before the end, by label.
  public let unseen: [Int]
  /// Units of work absorbed.
  public let units: Int
  /// Evaluations of the units that were absorbed: as a budget, they give the same values again.
  public let estimatedEvaluations: Int
  /// What was done for all classes together.
  public let effort: RankingEffort

  package init(
    players: [FilterPlayers.Player], classes: [ClassRanking], unseen: [Int], units: Int, estimatedEvaluations: Int,
    effort: RankingEffort
  ) {
    self.players = players
    self.classes = classes
    self.unseen = unseen
    self.units = units
    self.estimatedEvaluations = estimatedEvaluations
    self.effort = effort
  }

  /// The same with other names for the classes, by label.
  public func renamed(_ name: (Int) -> String) -> ClassRankings {
    var copy = self
    for place in classes.indices { copy.classes[place].name = name(classes[place].label) }
    return copy
  }
}

/// The end of a run: why it ended, what it found, and where to resume.
public struct ClassRankingRun: Sendable {
  public let ending: RankingRun.Ending
  public let checkpoint: ClassRankingCheckpoint
  /// Nil when the run ended before anything could be estimated.
  public let result: ClassRankings?
}

/// What an observer sees after every unit of work and after every round.
public struct ClassRankingEvent: Sendable {
  /// What may be saved now.
  public let checkpoint: ClassRankingCheckpoint
  /// How far the estimation had come at the last complete round.
  public let status: ProcedureStatus
  /// True when a round has just been completed; a decision taken only then, from counts alone, does not depend on the
  /// number of workers.
  public let isEndOfRound: Bool
  /// Complete rounds.
  public let rounds: Int
  /// Whether an end now keeps at least one unit to estimate from.
  public let keepsUnits: Bool
  /// Multiplications with addition done by finished units.
  public let multiplyAdds: UInt64
}
