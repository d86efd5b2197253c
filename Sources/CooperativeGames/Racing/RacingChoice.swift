#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whom a race toggles next: those who have fewest toggles for what another one tells and costs.
struct RacingChoice {
  /// Toggles so far, and the standard deviation of a player's marginals.
  let counts: [Double]
  let spreads: [Double]
  /// What a toggle costs, and a unit's base, in any one unit.
  let costs: [Double]
  let baseCost: Double

  /// The share that goes to everyone, whatever the place.
  private static let floor = 0.3
  /// A unit toggles players worth this share of what toggling everyone costs.
  private static let share = 0.25
  private static let fewest = 4

  /// The players to toggle in the next units, by increasing index. Complexity: O(n log n).
  func players(_ model: ShrinkageModel, topCount: Int?) -> [Int] {
    let urgency = urgency(model, topCount)
    let need = counts.indices.map { player in
      // Even a cheap toggle needs a base to be toggled at.
      let weight = spreads[player] * urgency[player] / (costs[player] + baseCost / 20).squareRoot()
      return weight > 0 ? counts[player] / weight : .infinity
    }
    let order = counts.indices.sorted { (need[$0], $0) < (need[$1], $1) }
    let target = max(Self.share * costs.reduce(0, +), 2 * baseCost)
    var (cost, chosen) = (0.0, 0)
    while chosen < order.count, chosen < Self.fewest || cost < target {
      cost += costs[order[chosen]]
      chosen += 1
    }
    return order[..<chosen].sorted()
  }

  /// √P of being on the wrong side of the k-th place, with a floor; 1 for all without a k.
  private func urgency(_ model: ShrinkageModel, _ topCount: Int?) -> [Double] {
    guard let topCount, topCount < counts.count else { return [Double](repeating: 1, count: counts.count) }
    let sorted = model.values.sorted(by: >)
    let boundary = (sorted[topCount - 1] + sorted[topCount]) / 2
    return counts.indices.map { player in
      let distance = abs(model.values[player] - boundary) / max(model.deviations[player], 1e-300)
      // P of a normal beyond the distance, at most ½.
      let wrong = erfc(distance / 2.0.squareRoot()) / 2
      return (1 - Self.floor) * (2 * wrong).squareRoot() + Self.floor
    }
  }
}
