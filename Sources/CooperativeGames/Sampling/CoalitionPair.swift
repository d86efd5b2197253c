import Statistics

/// A coalition A and its complement N ∖ A, of which A is the one that has no more players.
struct CoalitionPair: Sendable {
  let playerCount: Int
  /// A's players, in no particular order; at least one, at most half of all.
  let smaller: [Int]

  /// |A|.
  var size: Int { smaller.count }
  /// Whether A and its complement have the same size.
  var isEven: Bool { 2 * size == playerCount }
  var coalition: Coalition { Coalition(smaller, playerCount: playerCount) }
}

/// The law by which an estimator draws pairs; draws are numbered and independent of each other, or nearly so.
protocol CoalitionPairLaw {
  /// Pair number `draw` of the run, the same whenever it is asked for.
  func pair(_ draw: Int) -> CoalitionPair
}

/// Every size from 1 to n − 1 equally likely, and every coalition of a size.
///
/// This is sampling by leverage scores too (Musco and Witter 2024): a row of the Shapley value's regression has leverage
/// proportional to 1 / C(n, s).
struct UniformSizeLaw: CoalitionPairLaw {
  let seed: UInt64
  /// At least 2.
  let playerCount: Int

  func pair(_ draw: Int) -> CoalitionPair {
    var stream = RandomStream(seed: seed, purpose: .coalition, index: draw)
    let size = 1 + stream.uniform(below: playerCount - 1)
    return CoalitionPair(
      playerCount: playerCount, smaller: stream.sample(min(size, playerCount - size), of: playerCount))
  }
}
