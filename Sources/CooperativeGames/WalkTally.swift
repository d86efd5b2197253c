import Statistics

/// The moments of the marginals of many walks; what walking estimators keep between rounds.
struct WalkTally: Codable, Sendable {
  /// The moments of the marginals, of shape [output][player].
  private(set) var marginals: [RunningMoments]
  /// The moments of v(N) and v(∅) over the units, one an output.
  private(set) var grand: [RunningMoments]
  private(set) var empty: [RunningMoments]
  private(set) var units = 0
  private(set) var steps = 0
  private(set) var stepsTruncated = 0
  private(set) var evaluations = 0

  init(_ game: GameDescription) {
    marginals = [RunningMoments](repeating: RunningMoments(), count: game.playerCount * game.outputs.count)
    grand = [RunningMoments](repeating: RunningMoments(), count: game.outputs.count)
    empty = grand
  }

  /// Whether the sizes, perhaps read from a file, are those of `game`.
  func fits(_ game: GameDescription) -> Bool {
    marginals.count == game.playerCount * game.outputs.count && grand.count == game.outputs.count
      && empty.count == game.outputs.count && units >= 0 && evaluations >= 0
  }

  /// Adds a unit; players outside `sampled` (all when nil) have no observation in it.
  mutating func add(_ outcome: WalkOutcome, sampled: [Int]? = nil) {
    let playerCount = marginals.count / grand.count
    for output in grand.indices {
      let offset = output * playerCount
      if let sampled {
        for player in sampled { marginals[offset + player].add(outcome.marginals[offset + player]) }
      } else {
        for player in 0..<playerCount { marginals[offset + player].add(outcome.marginals[offset + player]) }
      }
      grand[output].add(outcome.grand[output])
      if let value = outcome.empty?[output] { empty[output].add(value) }
    }
    units += 1
    steps += outcome.steps
    stepsTruncated += outcome.stepsTruncated
    evaluations += outcome.evaluations
  }

  /// The moments of the players' marginals for one output.
  func players(output: Int) -> ArraySlice<RunningMoments> {
    let playerCount = marginals.count / grand.count
    return marginals[output * playerCount..<(output + 1) * playerCount]
  }

  var truncatedShare: Double { steps == 0 ? 0 : Double(stepsTruncated) / Double(steps) }

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
