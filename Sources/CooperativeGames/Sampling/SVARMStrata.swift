/// The sums of stratified SVARM: for every player and size, of the pairs that have the player in their smaller coalition.
///
/// What the pairs without the player sum to follows from the size's totals. Numbers of shape [output][size][player] or
/// [size][player], sizes 1 to n/2.
struct SVARMStrata: Codable, Sendable {
  let playerCount: Int
  /// D = y(A) − y(N ∖ A), and D², over the pairs whose A holds the player; where |A| = n/2, D of the half that does.
  private(set) var sums: [Double]
  private(set) var squares: [Double]
  /// How many pairs these are, of shape [size][player].
  private(set) var counts: [Int]
  /// D and D² over all pairs of a size, of shape [output][size].
  private(set) var sizeSums: [Double]
  private(set) var sizeSquares: [Double]
  /// How many pairs there are of each size.
  private(set) var sizeCounts: [Int]

  /// The number of sizes of a pair's smaller coalition.
  var sizeCount: Int { playerCount / 2 }

  init(_ game: GameDescription) {
    playerCount = game.playerCount
    let (sizes, outputCount) = (game.playerCount / 2, game.outputs.count)
    sums = [Double](repeating: 0, count: outputCount * sizes * playerCount)
    squares = sums
    counts = [Int](repeating: 0, count: sizes * playerCount)
    sizeSums = [Double](repeating: 0, count: outputCount * sizes)
    sizeSquares = sizeSums
    sizeCounts = [Int](repeating: 0, count: sizes)
  }

  /// Whether the sizes, perhaps read from a file, are those of `game`.
  func fits(_ game: GameDescription) -> Bool {
    let (sizes, outputCount) = (game.playerCount / 2, game.outputs.count)
    return playerCount == game.playerCount && sums.count == outputCount * sizes * playerCount
      && squares.count == sums.count && counts.count == sizes * playerCount && sizeSums.count == outputCount * sizes
      && sizeSquares.count == sizeSums.count && sizeCounts.count == sizes && counts.allSatisfy { $0 >= 0 }
      && sizeCounts.allSatisfy { $0 >= 0 }
  }

  /// Adds a pair: every player's strata of its size gain a sample.
  mutating func add(_ observation: PairObservation) {
    let pair = observation.pair
    let place = pair.size - 1
    sizeCounts[place] += 1
    for player in pair.smaller { counts[place * playerCount + player] += 1 }
    for (output, half) in observation.halfDifferences.enumerated() {
      let difference = 2 * half
      let size = output * sizeCount + place
      let start = size * playerCount
      sizeSums[size] += difference
      sizeSquares[size] += difference * difference
      for player in pair.smaller {
        sums[start + player] += difference
        squares[start + player] += difference * difference
      }
    }
  }

  /// What sampled sizes contribute to n·φ of a player, its variance, and how many strata have no sample.
  func sampled(_ player: Int, output: Int, sizes: Range<Int>) -> (sum: Double, variance: Double, missing: Int) {
    var (total, variance, missing) = (0.0, 0.0, 0)
    for size in sizes {
      let place = output * sizeCount + size - 1
      let all = Moments(sum: sizeSums[place], square: sizeSquares[place], count: sizeCounts[size - 1])
      let inside = Moments(
        sum: sums[place * playerCount + player], square: squares[place * playerCount + player],
        count: counts[(size - 1) * playerCount + player])
      let outside = Moments(
        sum: all.sum - inside.sum, square: max(0, all.square - inside.square), count: all.count - inside.count)
      if 2 * size == playerCount {
        // Both coalitions have the size: one stratum, in which D changes its sign where the player is in the other.
        let signed = Moments(sum: inside.sum - outside.sum, square: all.square, count: all.count)
        missing += signed.count == 0 ? 1 : 0
        total += signed.mean
        variance += signed.varianceOfMean(otherwise: all)
      } else {
        missing += (inside.count == 0 ? 1 : 0) + (outside.count == 0 ? 1 : 0)
        total += inside.mean - outside.mean
        variance += inside.varianceOfMean(otherwise: all) + outside.varianceOfMean(otherwise: all)
      }
    }
    return (total, variance, missing)
  }

  /// The moments of a stratum's samples.
  private struct Moments {
    let sum: Double
    let square: Double
    let count: Int

    var mean: Double { count == 0 ? 0 : sum / Double(count) }

    /// The sample variance over the count; one sample alone takes the variance of `pool`.
    func varianceOfMean(otherwise pool: Moments) -> Double {
      guard count > 0 else { return 0 }
      guard count > 1 else { return pool.count > 1 ? pool.variance : 0 }
      return variance / Double(count)
    }

    private var variance: Double { max(0, square - sum * sum / Double(count)) / Double(count - 1) }
  }
}
