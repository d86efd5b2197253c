import InputErrors

/// A game given by the worth of every coalition, for up to 20 players.
public struct ValueTableGame: ClosedFormGame {
  public let playerCount: Int
  /// v(S) at the place whose bits are S, bit i standing for player i; 2ⁿ numbers.
  public let values: [Double]

  /// - Throws: ``InputErrors/InputError`` unless there are 2ⁿ finite values and n is 1 to 20.
  public init(playerCount: Int, values: [Double]) throws(InputError) {
    guard (1...ExactEnumeration.largestPlayerCount).contains(playerCount) else {
      throw InputError(
        .usage, "a table of all coalitions is too large",
        expected: "1 to \(ExactEnumeration.largestPlayerCount) players",
        found: "\(playerCount)")
    }
    guard values.count == 1 << playerCount, values.allSatisfy(\.isFinite) else {
      throw InputError(
        .data, "the table does not hold one finite value a coalition", expected: "\(1 << playerCount) values",
        found: "\(values.count)")
    }
    self.playerCount = playerCount
    self.values = values
  }

  public func value(of coalition: Coalition, component: Int) -> Double {
    var index = 0
    for player in coalition { index |= 1 << player }
    return values[index]
  }

  /// Complexity: O(n · 2ⁿ).
  public var shapleyValues: [Double] {
    CoalitionTable.shapleyValues(of: values[...], playerCount: playerCount)
  }
}
