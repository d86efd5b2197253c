import Statistics

/// What one unit of a race found.
public struct RacingOutcome: Codable, Sendable {
  /// What slopes foretell of every player's marginal, a mean over the unit's components and its coalition and complement,
  /// where the unit took them.
  var slopes: [Double]?
  /// The players that were toggled, by stratum and index.
  var players: [Int] = []
  /// Their marginal contributions, means over the unit's components, of shape [output][toggled player].
  var marginals: [Double] = []
  /// What slopes at the same coalition foretell of the guiding output's, one a toggled player; empty without slopes.
  var foretold: [Double] = []
  /// v(N) and v(∅), one an output, when the unit asked for them.
  var grand: [Double] = []
  var empty: [Double] = []
  /// Multiply-adds of the base and the slopes at it, and of all toggles of each stratum; of a pass that takes slopes.
  var baseCost: UInt64 = 0
  var slopeCost: UInt64 = 0
  var toggleCosts: [UInt64] = []
  var evaluations = 0
}

/// What a race knows between rounds.
struct RacingTally: Codable, Sendable {
  /// Marginals of exact toggles, of shape [output][player]; players differ in their counts.
  private(set) var marginals: [RunningMoments]
  /// The guiding output's marginals with what slopes foretold of them, one a player.
  private(set) var pairs: [PairedMoments]
  /// What slopes foretell, over the units that took them, one a player.
  private(set) var slopes: [RunningMoments]
  private(set) var grand: [RunningMoments]
  private(set) var empty: [RunningMoments]
  private(set) var slopeUnits = 0
  private(set) var starUnits = 0
  private(set) var units = 0
  private(set) var evaluations = 0
  /// Multiply-adds of all bases, and of the toggles of each stratum, with the number of toggled players.
  private var baseCost = 0.0
  private var slopeCost = 0.0
  private var toggleCosts: [Double]
  private var toggles: [Int]

  init(_ game: GameDescription) {
    marginals = [RunningMoments](repeating: RunningMoments(), count: game.playerCount * game.outputs.count)
    pairs = [PairedMoments](repeating: PairedMoments(), count: game.playerCount)
    slopes = [RunningMoments](repeating: RunningMoments(), count: game.playerCount)
    grand = [RunningMoments](repeating: RunningMoments(), count: game.outputs.count)
    empty = grand
    toggleCosts = [Double](repeating: 0, count: game.stratumCount)
    toggles = [Int](repeating: 0, count: game.stratumCount)
  }

  /// Whether the sizes, perhaps read from a file, are those of `game`.
  func fits(_ game: GameDescription) -> Bool {
    marginals.count == game.playerCount * game.outputs.count && pairs.count == game.playerCount
      && slopes.count == game.playerCount && slopes.allSatisfy { $0.count == slopeUnits }
      && grand.count == game.outputs.count && empty.count == grand.count && toggles.count == game.stratumCount
      && toggleCosts.count == toggles.count && toggleCosts.allSatisfy { $0.isFinite && $0 >= 0 } && starUnits >= 0
      && units == starUnits + slopeUnits && evaluations >= 0 && baseCost.isFinite && slopeCost.isFinite
      && toggles.allSatisfy { $0 >= 0 }
  }

  mutating func add(_ outcome: RacingOutcome, guidingOutput: Int, of game: GameDescription) {
    units += 1
    evaluations += outcome.evaluations
    for output in outcome.grand.indices {
      grand[output].add(outcome.grand[output])
      empty[output].add(outcome.empty[output])
    }
    if let slopes = outcome.slopes {
      slopeUnits += 1
      slopeCost += Double(outcome.slopeCost)
      for player in slopes.indices { self.slopes[player].add(slopes[player]) }
      return
    }
    starUnits += 1
    for (place, player) in outcome.players.enumerated() {
      for output in grand.indices {
        marginals[output * game.playerCount + player].add(outcome.marginals[output * outcome.players.count + place])
      }
      pairs[player].add(
        foretold: outcome.foretold.isEmpty ? 0 : outcome.foretold[place],
        marginal: outcome.marginals[guidingOutput * outcome.players.count + place])
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

  /// What a unit of slopes costs in the same unit.
  var meanSlopeCost: Double {
    guard baseCost > 0, slopeUnits > 0 else { return Double(2 * FirstOrder.evaluations) }
    return slopeCost / Double(slopeUnits)
  }

  /// What toggling a player of `stratum` in one unit costs, beside ``meanBaseCost``.
  func toggleCost(_ stratum: Int) -> Double {
    guard baseCost > 0, toggles[stratum] > 0 else { return meanBaseCost }
    // Even a toggle that recomputes next to nothing takes time: no less than a thousandth of a base.
    return max(toggleCosts[stratum] / Double(toggles[stratum]), 1e-3 * meanBaseCost)
  }

  /// The mean marginals of `output`, with slopes as control variates where it is the guiding one.
  func means(output: Int, guidingOutput: Int, _ game: GameDescription) -> ControlledMeans {
    let strata = (0..<game.playerCount).map { game.stratum(of: $0) }
    guard output != guidingOutput else {
      return ControlledMeans(pairs, slopes: slopeUnits > 1 ? slopes : [], strata: strata)
    }
    let plain = players(output: output).map { PairedMoments(marginals: $0) }
    return ControlledMeans(plain, slopes: [], strata: strata)
  }
}
