/// What a grouped estimation keeps between rounds: for each group and player a ratio of sums, with what its error
/// follows from.
///
/// Unit u finds for a group the sum A_u of a player's marginals over m_u components. The value is R = ΣA/Σm; the
/// linearised variance of such a ratio over units as clusters (Cochran, "Sampling Techniques", 1977, §6.3) follows from
/// S = Σ(A − R m)². Both are kept up to date unit by unit, with C = Σ(A − R m) m, in the manner of Welford: nothing
/// cancels, and a player whose marginals never differ has an error of exactly 0.
struct GroupTally: Codable, Sendable {
  let groupCount: Int
  let playerCount: Int
  /// R, S and C, of shape [group][player].
  private var ratios: PackedNumbers
  private var squares: PackedNumbers
  private var crosses: PackedNumbers
  /// Σm, Σm² and the number of units with m > 0, one a group.
  private(set) var counts: [Int]
  private var squaredCounts: [Int]
  private(set) var unitCounts: [Int]
  /// The means of v(N) and v(∅) over the same components, one a group.
  private(set) var grand: [Double]
  private(set) var empty: [Double]
  private(set) var units = 0
  private(set) var evaluations = 0

  init(groupCount: Int, playerCount: Int) {
    self.groupCount = groupCount
    self.playerCount = playerCount
    ratios = PackedNumbers([Double](repeating: 0, count: groupCount * playerCount))
    squares = ratios
    crosses = ratios
    counts = [Int](repeating: 0, count: groupCount)
    squaredCounts = counts
    unitCounts = counts
    grand = [Double](repeating: 0, count: groupCount)
    empty = grand
  }

  /// Whether the sizes, perhaps read from a file, are these.
  func fits(groupCount: Int, playerCount: Int) -> Bool {
    let size = groupCount * playerCount
    return self.groupCount == groupCount && self.playerCount == playerCount && ratios.numbers.count == size
      && squares.numbers.count == size && crosses.numbers.count == size
      && [counts, squaredCounts, unitCounts].allSatisfy { $0.count == groupCount && $0.allSatisfy { $0 >= 0 } }
      && grand.count == groupCount && empty.count == groupCount && units >= 0 && evaluations >= 0
  }

  /// Adds a unit.
  mutating func add(_ outcome: GroupedOutcome) {
    var sums = [Double](repeating: 0, count: playerCount)
    for share in outcome.shares {
      share.marginals.expand(into: &sums)
      add(sums, share)
    }
    units += 1
    evaluations += outcome.evaluations
  }

  private mutating func add(_ sums: [Double], _ share: GroupedOutcome.Share) {
    let group = share.group, m = Double(share.count)
    let total = Double(counts[group] + share.count), squared = Double(squaredCounts[group])
    for player in 0..<playerCount {
      let place = group * playerCount + player
      let ratio = ratios.numbers[place], cross = crosses.numbers[place]
      let change = (sums[player] - ratio * m) / total
      let deviation = sums[player] - (ratio + change) * m
      ratios.numbers[place] = ratio + change
      squares.numbers[place] += change * (change * squared - 2 * cross) + deviation * deviation
      crosses.numbers[place] = cross - change * squared + deviation * m
    }
    grand[group] += (share.grand - grand[group] * m) / total
    empty[group] += (share.empty - empty[group] * m) / total
    counts[group] += share.count
    squaredCounts[group] += share.count * share.count
    unitCounts[group] += 1
  }

  /// The value of a player for a group; 0 before the group has occurred.
  func value(group: Int, player: Int) -> Double { ratios.numbers[group * playerCount + player] }

  /// The standard error of the value, or nil before the group has occurred in two units.
  func standardError(group: Int, player: Int) -> Double? {
    let units = Double(unitCounts[group]), count = Double(counts[group])
    guard units > 1 else { return nil }
    let sum = max(0, squares.numbers[group * playerCount + player])
    return (sum * units / (units - 1)).squareRoot() / count
  }

  /// The largest standard error of any player and group, or nil before there is one for every group.
  var largestStandardError: Double? {
    var largest = 0.0
    for group in 0..<groupCount {
      for player in 0..<playerCount {
        guard let error = standardError(group: group, player: player) else { return nil }
        largest = max(largest, error)
      }
    }
    return largest
  }
}
