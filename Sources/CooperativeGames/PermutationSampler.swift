import Statistics

/// Draws uniformly random orders of the players, one or an antithetic pair a unit.
///
/// The order and its reverse both are uniform, and together they cancel every first-order effect of position: the mean
/// over the pair is exact for games without interactions of more than two players.
public struct PermutationSampler: Sendable, Hashable {
  private let seed: UInt64
  private let playerCount: Int
  /// Whether each unit also walks the reverse of its order.
  public let isAntithetic: Bool

  /// - Precondition: `playerCount ≥ 1`.
  public init(seed: UInt64, playerCount: Int, isAntithetic: Bool) {
    precondition(playerCount >= 1, "an order needs players")
    self.seed = seed
    self.playerCount = playerCount
    self.isAntithetic = isAntithetic
  }

  /// The orders of unit `index`: one, or one and its reverse. Complexity: O(players).
  public func orders(ofUnit index: Int) -> [[Int]] {
    var stream = RandomStream(seed: seed, purpose: .playerOrder, index: index)
    let order = stream.permutation(of: playerCount)
    return isAntithetic ? [order, order.reversed()] : [order]
  }
}
