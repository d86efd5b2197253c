import InputErrors

/// Aeroplanes share a runway: v(S) = the largest cost in S, and v(∅) = 0 (Littlechild and Owen 1973).
///
/// Every stretch of the runway is paid for equally by those who need it: with costs in increasing order,
/// φ of the j-th is Σ_{l ≤ j} (c_l − c_{l−1}) / (n − l + 1).
public struct AirportGame: ClosedFormGame {
  /// The length of runway that each player needs, at least 0.
  public let costs: [Double]

  /// - Throws: ``InputErrors/InputError`` for a negative cost or one that is no finite number.
  public init(costs: [Double]) throws(InputError) {
    for (player, cost) in costs.enumerated() where !(cost >= 0 && cost.isFinite) {
      throw InputError(
        .usage, "the cost of player \(player) is out of range", expected: "a finite number of at least 0",
        found: "\(cost)")
    }
    self.costs = costs
  }

  public var playerCount: Int { costs.count }

  public func value(of coalition: Coalition, component: Int) -> Double {
    coalition.reduce(0) { max($0, costs[$1]) }
  }

  public var shapleyValues: [Double] {
    var values = [Double](repeating: 0, count: playerCount)
    var (paid, reached) = (0.0, 0.0)
    for (place, player) in costs.indices.sorted(by: { (costs[$0], $0) < (costs[$1], $1) }).enumerated() {
      paid += (costs[player] - reached) / Double(playerCount - place)
      reached = costs[player]
      values[player] = paid
    }
    return values
  }
}
