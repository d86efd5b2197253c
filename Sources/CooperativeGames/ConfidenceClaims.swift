import InputErrors

extension ShapleyEstimate {
  /// Fills in limits, decisions and the statement of what they promise.
  ///
  /// Where the tracker claims no limits yet, everyone stays without; with a top k asked for, such players are undecided.
  ///
  /// - Precondition: the tracker has this estimate's players.
  package mutating func claim(_ tracker: ConfidenceTracker) {
    let intervals = tracker.intervals
    precondition(intervals.count == players.count, "limits of the same players")
    let statuses = tracker.decision(values: values)?.statuses
    for player in players.indices {
      players[player].lower = intervals[player]?.lowerBound
      players[player].upper = intervals[player]?.upperBound
      if let statuses { players[player].status = statuses[player] }
    }
    confidence = intervals.contains { $0 != nil } ? tracker.request.statement : .none
  }
}

extension ConfidenceTracker {
  /// Whether `tracker`, perhaps read from a file, is what `request` needs for the players of `game`.
  static func fits(_ tracker: ConfidenceTracker?, _ request: ConfidenceRequest?, _ game: GameDescription) -> Bool {
    guard let request else { return tracker == nil }
    return tracker?.fits(request, playerCount: game.playerCount) ?? false
  }
}

extension ConfidenceRequest {
  /// Throws when a marginal contribution lies outside the interval that the limits count on, which an output that states
  /// its range wrongly would cause.
  ///
  /// - Parameters:
  ///   - marginals: one of each of `players`.
  ///   - continuation: as for ``observationRange(of:continuation:)``.
  func requireWithinRange(
    _ marginals: ArraySlice<Double>, of players: some Collection<Int>, output: GameDescription.Output,
    continuation: Double = 1
  ) throws(InputError) {
    guard let range = try observationRange(of: output, continuation: continuation) else { return }
    let slack = 1e-10 * (range.upperBound - range.lowerBound)
    for (player, marginal) in zip(players, marginals) {
      guard marginal >= range.lowerBound - slack, marginal <= range.upperBound + slack else {
        throw InputError(
          .data, "the marginal contribution of player \(player) to '\(output.name)' is out of range",
          expected: "\(range.lowerBound) to \(range.upperBound), by the range that the output states",
          found: "\(marginal)")
      }
    }
  }
}
