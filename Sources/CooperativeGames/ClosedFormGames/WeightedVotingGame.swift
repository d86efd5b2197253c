import InputErrors

/// An assembly of members with weights: v(S) = 1 if the weights in S reach the quota, else 0.
///
/// Shapley values (here also called Shapley–Shubik power) come from counting, for every player, the coalitions of the
/// others by size and weight that lack just this player's weight (Mann and Shapley 1962).
public struct WeightedVotingGame: ClosedFormGame {
  /// Each player's weight, at least 0.
  public let weights: [Int]
  /// The weight from which a coalition wins, at least 1.
  public let quota: Int

  /// - Throws: ``InputErrors/InputError`` for a negative weight, a quota below 1, more than 1000 players, or a product of
  ///   players and quota above 20 million.
  public init(weights: [Int], quota: Int) throws(InputError) {
    guard weights.allSatisfy({ $0 >= 0 && $0 <= 1_000_000_000 }) else {
      throw InputError(.usage, "a weight is out of range", expected: "0 to 1000000000")
    }
    guard weights.count <= 1000, quota >= 1, quota <= 20_000_000 / max(1, weights.count) else {
      throw InputError(
        .usage, "the assembly is out of range",
        expected: "a quota of at least 1, at most 1000 players, players · quota at most 20000000",
        found: "quota \(quota), \(weights.count) players")
    }
    self.weights = weights
    self.quota = quota
  }

  public var playerCount: Int { weights.count }

  public var valueRange: ClosedRange<Double>? { 0...1 }

  public func value(of coalition: Coalition, component: Int) -> Double {
    coalition.reduce(0) { $0 + weights[$1] } >= quota ? 1 : 0
  }

  /// Complexity: O(different weights · players² · quota) time, O(players · quota) memory.
  public var shapleyValues: [Double] {
    var known: [Int: Double] = [:]
    return weights.indices.map { player in
      if let value = known[weights[player]] { return value }
      let value = power(of: player)
      known[weights[player]] = value
      return value
    }
  }

  /// Σ_s C(n−1, s)⁻¹ / n · (coalitions of s others with weight in quota − w ..< quota).
  private func power(of player: Int) -> Double {
    // counts[s · quota + w]: the losing coalitions of s of the others seen so far that weigh w.
    var counts = [Double](repeating: 0, count: playerCount * quota)
    counts[0] = 1
    var seen = 0
    for other in weights.indices where other != player {
      let weight = weights[other]
      for size in stride(from: seen, through: 0, by: -1) {
        guard weight < quota else { continue }
        for total in 0..<quota - weight {
          counts[(size + 1) * quota + total + weight] += counts[size * quota + total]
        }
      }
      seen += 1
    }
    var (value, ways) = (0.0, 1.0)
    for size in 0..<playerCount {
      let swings = counts[size * quota + max(0, quota - weights[player])..<(size + 1) * quota].reduce(0, +)
      value += swings / ways
      ways *= Double(playerCount - 1 - size) / Double(size + 1)
    }
    return value / Double(playerCount)
  }
}
