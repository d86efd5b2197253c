import Statistics

/// What one unit of a star estimation found.
public struct StarOutcome: Codable, Sendable {
  /// The players that were toggled; none for a unit that evaluated v(N) and v(∅).
  var players: [Int]
  /// Their marginal contributions, means over the unit, of shape [output][toggled player].
  var marginals: [Double]
  /// Sums over the unit's components of v(N) and v(∅), one an output; empty for a unit that toggled.
  var grand: [Double]
  var empty: [Double]
  var components: Int
  var evaluations: Int
}

/// The moments of all players' marginals, and the ends of the game; what a star estimation keeps between rounds.
struct StarTally: Codable, Sendable {
  /// Moments of shape [output][player]; players differ in their counts.
  private(set) var marginals: [RunningMoments]
  private(set) var grandSums: [Double]
  private(set) var emptySums: [Double]
  /// Components whose v(N) and v(∅) are in the sums.
  private(set) var components = 0
  private(set) var units = 0
  private(set) var starUnits = 0
  private(set) var evaluations = 0
  /// Rounds in which the players were chosen by what was seen.
  var chosenRounds = 0

  init(_ game: GameDescription) {
    marginals = [RunningMoments](repeating: RunningMoments(), count: game.playerCount * game.outputs.count)
    grandSums = [Double](repeating: 0, count: game.outputs.count)
    emptySums = grandSums
  }

  /// Whether the sizes, perhaps read from a file, are those of `game`.
  func fits(_ game: GameDescription) -> Bool {
    marginals.count == game.playerCount * game.outputs.count && grandSums.count == game.outputs.count
      && emptySums.count == game.outputs.count && (0...game.componentCount).contains(components) && starUnits >= 0
      && units >= starUnits && evaluations >= 0 && chosenRounds >= 0
  }

  mutating func add(_ outcome: StarOutcome) {
    let playerCount = marginals.count / grandSums.count
    for (place, player) in outcome.players.enumerated() {
      for output in grandSums.indices {
        marginals[output * playerCount + player].add(outcome.marginals[output * outcome.players.count + place])
      }
    }
    for output in outcome.grand.indices {
      grandSums[output] += outcome.grand[output]
      emptySums[output] += outcome.empty[output]
    }
    if outcome.players.isEmpty { components += outcome.components } else { starUnits += 1 }
    units += 1
    evaluations += outcome.evaluations
  }

  /// The moments of the players' marginals for one output.
  func players(output: Int) -> ArraySlice<RunningMoments> {
    let playerCount = marginals.count / grandSums.count
    return marginals[output * playerCount..<(output + 1) * playerCount]
  }

  /// The largest standard error of a player's value, or nil before there is one for every player.
  func largestStandardError(output: Int) -> Double? {
    var largest = 0.0
    for moments in players(output: output) {
      guard let error = moments.standardError else { return nil }
      largest = max(largest, error)
    }
    return largest
  }
}
