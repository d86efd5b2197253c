import Statistics

/// Draws that first put every player inside and outside a pair's smaller coalition once at every size, then sizes
/// uniformly: what stratified SVARM calls warm-up and sampling.
///
/// In the warm-up a random order of the players is cut into coalitions of the size; the last is filled up from those
/// before. Every coalition is uniform, given which players it is asked to contain, by symmetry among the others.
struct StratumCoveringLaw: CoalitionPairLaw {
  let seed: UInt64
  let playerCount: Int
  /// The smallest size that is drawn: 1, or 2 when the size 1 is evaluated exactly.
  let smallestSize: Int
  /// The first draw of every size from ``smallestSize`` to n/2 in the warm-up, and the end.
  private let starts: [Int]

  init(seed: UInt64, playerCount: Int, smallestSize: Int) {
    self.seed = seed
    self.playerCount = playerCount
    self.smallestSize = smallestSize
    var starts = [0]
    for size in smallestSize..<max(smallestSize, playerCount / 2 + 1) {
      // One pair of halves tells both strata of every player.
      starts.append(starts[starts.count - 1] + (2 * size == playerCount ? 1 : (playerCount - 1) / size + 1))
    }
    self.starts = starts
  }

  /// Whether there is any size to draw.
  var hasSizes: Bool { starts.count > 1 }
  /// The number of draws after which every stratum has a sample.
  var warmUpCount: Int { starts[starts.count - 1] }

  func pair(_ draw: Int) -> CoalitionPair {
    if draw < warmUpCount { return warmUp(draw) }
    var stream = RandomStream(seed: seed, purpose: .coalition, index: draw)
    let drawn = smallestSize + stream.uniform(below: playerCount - 2 * smallestSize + 1)
    return CoalitionPair(
      playerCount: playerCount, smaller: stream.sample(min(drawn, playerCount - drawn), of: playerCount))
  }

  private func warmUp(_ draw: Int) -> CoalitionPair {
    let place = (starts.firstIndex { $0 > draw } ?? 1) - 1
    let size = smallestSize + place
    var stream = RandomStream(seed: seed, purpose: .stratum, index: size)
    let order = stream.permutation(of: playerCount)
    let first = (draw - starts[place]) * size
    var members = Array(order[first..<min(first + size, playerCount)])
    if members.count < size { members += stream.sample(size - members.count, of: first).map { order[$0] } }
    return CoalitionPair(playerCount: playerCount, smaller: members)
  }
}
