/// A run between two units: what a resumed run needs to give the same bits as an unbroken one.
public struct EstimationCheckpoint<Procedure: CoalitionProcedure>: Codable, Sendable {
  /// The state after the last complete round.
  public var state: Procedure.State
  /// The finished units of the round under way, by increasing place in the round.
  public internal(set) var finished: [FinishedUnit<Procedure.Outcome>]
  /// Evaluations done by the units of complete rounds and by ``finished``.
  public internal(set) var evaluations: Int
  /// Multiplications with addition done by the same units.
  public internal(set) var multiplyAdds: UInt64
  /// The number of those units.
  public internal(set) var units: Int
  /// The number of complete rounds.
  public internal(set) var rounds: Int

  /// Whether an end now keeps at least one unit: of the round under way, only units before which none is missing count.
  public var keepsUnits: Bool { rounds > 0 || finished.first?.place == 0 }

  init(state: Procedure.State) {
    self.state = state
    finished = []
    evaluations = 0
    multiplyAdds = 0
    units = 0
    rounds = 0
  }

  mutating func add(_ unit: FinishedUnit<Procedure.Outcome>) {
    let place = finished.firstIndex { $0.place > unit.place } ?? finished.endIndex
    finished.insert(unit, at: place)
    evaluations += unit.evaluations
    multiplyAdds += unit.multiplyAdds
    units += 1
  }
}

/// A unit of the round under way that is finished, with what it cost.
public struct FinishedUnit<Outcome: Codable & Sendable>: Codable, Sendable {
  /// The unit's place in its round.
  public var place: Int
  /// What it found.
  public var outcome: Outcome
  /// The evaluations it took.
  public var evaluations: Int
  /// The multiplications with addition it took.
  public var multiplyAdds: UInt64
}
