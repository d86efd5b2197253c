#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a race does next: it toggles those who have fewest toggles for what another one tells and costs, or takes further
/// slopes where their mean is what is least certain.
struct RacingChoice {
  /// What a round does.
  enum Work: Equatable {
    case slopes
    /// Players by increasing index.
    case toggles([Int])
  }

  /// Toggles so far, and the standard deviation of what they observe.
  let counts: [Double]
  let spreads: [Double]
  /// What a toggle costs, and a unit's base, in any one unit.
  let costs: [Double]
  let baseCost: Double
  /// Of each value the part of the error variance that further units of slopes make smaller, their number so far and the
  /// cost of one; 0 for all where there are none.
  let slopeVariances: [Double]
  let slopeUnits: Int
  let slopeCost: Double

  /// The share that goes to everyone, whatever the place.
  private static let floor = 0.3
  /// A unit toggles players worth this share of what toggling everyone costs.
  private static let share = 0.25
  private static let fewest = 4

  /// What the next units do: whatever takes more off Σ urgency² · variance for its cost. Complexity: O(n log n).
  func work(_ model: ShrinkageModel, topCount: Int?) -> Work {
    let urgency = urgency(model, topCount)
    let players = players(urgency)
    guard slopeUnits > 0, slopeCost > 0 else { return .toggles(players) }
    let bySlopes = counts.indices.reduce(0) { $0 + urgency[$1] * urgency[$1] * slopeVariances[$1] }
    let byToggles = players.reduce(0) { sum, player in
      let spread = urgency[player] * spreads[player] / max(1, counts[player])
      return sum + spread * spread
    }
    let cost = players.reduce(baseCost) { $0 + costs[$1] }
    return bySlopes / Double(slopeUnits) / slopeCost > byToggles / cost ? .slopes : .toggles(players)
  }

  private func players(_ urgency: [Double]) -> [Int] {
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
