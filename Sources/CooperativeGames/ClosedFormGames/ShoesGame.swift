import InputErrors

/// Left and right shoes, worth something in pairs: v(S) = min(left shoes in S, right shoes in S).
///
/// A shoe earns its marginal 1 exactly when more of the other side came before it, which for a uniformly random order
/// is a sum over hypergeometric probabilities.
public struct ShoesGame: ClosedFormGame {
  /// Players `0..<leftCount` hold a left shoe.
  public let leftCount: Int
  /// The players after them hold a right shoe.
  public let rightCount: Int

  /// - Throws: ``InputErrors/InputError`` for a negative count or more than 1000 players.
  public init(leftCount: Int, rightCount: Int) throws(InputError) {
    guard leftCount >= 0, rightCount >= 0, leftCount <= 1000, rightCount <= 1000, leftCount + rightCount <= 1000 else {
      throw InputError(
        .usage, "the number of shoes is out of range", expected: "at least 0 of each and at most 1000 in all",
        found: "\(leftCount) and \(rightCount)")
    }
    self.leftCount = leftCount
    self.rightCount = rightCount
  }

  public var playerCount: Int { leftCount + rightCount }

  public func value(of coalition: Coalition, component: Int) -> Double {
    let left = coalition.count { $0 < leftCount }
    return Double(min(left, coalition.count - left))
  }

  public var shapleyValues: [Double] {
    [Double](repeating: value(own: leftCount, other: rightCount), count: leftCount)
      + [Double](repeating: value(own: rightCount, other: leftCount), count: rightCount)
  }

  private func value(own: Int, other: Int) -> Double {
    guard own > 0 else { return 0 }
    let others = playerCount - 1
    let (ownWays, otherWays, allWays) = (binomials(own - 1), binomials(other), binomials(others))
    var value = 0.0
    for size in 0...others {
      for sameSide in max(0, size - other)...min(own - 1, size) where size - sameSide > sameSide {
        value += ownWays[sameSide] * (otherWays[size - sameSide] / allWays[size])
      }
    }
    return value / Double(playerCount)
  }

  /// C(n, 0), …, C(n, n).
  private func binomials(_ n: Int) -> [Double] {
    var row = [1.0]
    for k in 0..<n { row.append(row[k] * Double(n - k) / Double(k + 1)) }
    return row
  }
}
