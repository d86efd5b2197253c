import Statistics

/// What one unit of a race found.
public struct RacingOutcome: Codable, Sendable {
  /// The slopes of a unit that took them.
  var slopes: SlopeOutcome?
  /// The players that were toggled, by stratum and index.
  var players: [Int] = []
  /// Their marginal contributions, means over the unit's components, of shape [output][toggled player].
  var marginals: [Double] = []
  /// v(N) and v(∅), one an output, when the unit asked for them.
  var grand: [Double] = []
  var empty: [Double] = []
  /// Multiply-adds of the base, and of all toggles of each stratum.
  var baseCost: UInt64 = 0
  var toggleCosts: [UInt64] = []
  var evaluations = 0
}

/// What a race knows between rounds.
struct RacingTally: Codable, Sendable {
  /// Marginals of exact toggles, of shape [output][player]; players differ in their counts.
  private(set) var marginals: [RunningMoments]
  private(set) var slopes: SlopeTally
  private(set) var grand: [RunningMoments]
  private(set) var empty: [RunningMoments]
  private(set) var starUnits = 0
  private(set) var units = 0
  private(set) var evaluations = 0
  /// Multiply-adds of all bases, and of the toggles of each stratum, with the number of toggled players.
  private var baseCost = 0.0
  private var toggleCosts: [Double]
  private var toggles: [Int]

  init(_ game: GameDescription) {
    marginals = [RunningMoments](repeating: RunningMoments(), count: game.playerCount * game.outputs.count)
    slopes = SlopeTally(playerCount: game.playerCount)
    grand = [RunningMoments](repeating: RunningMoments(), count: game.outputs.count)
    empty = grand
    toggleCosts = [Double](repeating: 0, count: game.stratumCount)
    toggles = [Int](repeating: 0, count: game.stratumCount)
  }

  /// Whether the sizes, perhaps read from a file, are those of `game`.
  func fits(_ game: GameDescription) -> Bool {
    marginals.count == game.playerCount * game.outputs.count && slopes.fits(game)
      && grand.count == game.outputs.count && empty.count == grand.count && toggles.count == game.stratumCount
      && toggleCosts.count == toggles.count && toggleCosts.allSatisfy { $0.isFinite && $0 >= 0 } && starUnits >= 0
      && units >= starUnits && evaluations >= 0 && baseCost.isFinite && toggles.allSatisfy { $0 >= 0 }
  }

  mutating func add(_ outcome: RacingOutcome, of game: GameDescription) {
    units += 1
    evaluations += outcome.evaluations
    for output in outcome.grand.indices {
      grand[output].add(outcome.grand[output])
      empty[output].add(outcome.empty[output])
    }
    if let slopes = outcome.slopes {
      self.slopes.add(slopes)
      return
    }
    starUnits += 1
    for (place, player) in outcome.players.enumerated() {
      for output in grand.indices {
        marginals[output * game.playerCount + player].add(outcome.marginals[output * outcome.players.count + place])
      }
      toggles[game.stratum(of: player)] += 1
    }
    baseCost += Double(outcome.baseCost)
    for stratum in outcome.toggleCosts.indices { toggleCosts[stratum] += Double(outcome.toggleCosts[stratum]) }
  }

  /// The moments of the players' marginals for one output.
  func players(output: Int) -> ArraySlice<RunningMoments> {
    let playerCount = marginals.count / grand.count
    return marginals[output * playerCount..<(output + 1) * playerCount]
  }

  /// What a unit's base costs; 1 where multiply-adds are not counted.
  var meanBaseCost: Double { baseCost > 0 ? baseCost / Double(max(1, starUnits)) : 1 }

  /// What toggling a player of `stratum` in one unit costs, beside ``meanBaseCost``.
  func toggleCost(_ stratum: Int) -> Double {
    guard baseCost > 0, toggles[stratum] > 0 else { return meanBaseCost }
    // Even a toggle that recomputes next to nothing takes time: no less than a thousandth of a base.
    return max(toggleCosts[stratum] / Double(toggles[stratum]), 1e-3 * meanBaseCost)
  }

  /// The variance of each mean marginal of `output`, its estimate steadied by those of the stratum: as if eight more
  /// observations had the stratum's mean variance.
  func meanVariances(output: Int, _ game: GameDescription) -> [Double] {
    let moments = Array(players(output: output)), steadying = 8.0
    var sums = [Double](repeating: 0, count: game.stratumCount)
    var counts = [Int](repeating: 0, count: game.stratumCount)
    for (player, moments) in moments.enumerated() {
      guard let variance = moments.variance else { continue }
      sums[game.stratum(of: player)] += variance
      counts[game.stratum(of: player)] += 1
    }
    return moments.enumerated().map { player, moments in
      let stratum = game.stratum(of: player), count = Double(moments.count)
      let pooled = counts[stratum] > 0 ? sums[stratum] / Double(counts[stratum]) : 0
      let variance = ((moments.variance ?? 0) * count + pooled * steadying) / (count + steadying)
      return max(variance, 1e-300) / max(1, count)
    }
  }
}
