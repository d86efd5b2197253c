/// Which players belong to the top k, as far as confidence limits tell: each is *in*, *out* or *undecided*.
///
/// **The order.** Players are put in one order ≺: by their estimates, moved into their limits where they lie outside, from
/// the largest, ties by index. The first k are the *leaders*.
///
/// **The rule.** Player i *beats* j when i ≺ j and lower(i) ≥ upper(j) − ε. A player is *in* when it beats at least n − k
/// others, *out* when at least k others beat it, else *undecided*. As i ≺ j is demanded, only leaders can be in, and
/// only the others out: at most k are in and at most n − k are out, whatever the ties.
///
/// **What it promises** when all limits hold. If i beats j then φ_i ≥ lower(i) ≥ upper(j) − ε ≥ φ_j − ε.
/// - ε = 0: sort the players by φ, ties by ≺. Whoever beats j then stands before j. A player that is in hence stands
///   before n − k others, among the first k; one that is out stands behind k others. So all decisions together agree with
///   one true top k.
/// - ε > 0: at most k − 1 others exceed a player that is in by more than ε, so its value is at least φ₍ₖ₎ − ε, φ₍ₖ₎ being
///   the k-th largest; k others are at least its value − ε for a player that is out, so its value is at most φ₍ₖ₎ + ε.
///
/// **Stopping.** When max upper(others) − min lower(leaders) ≤ ε (LUCB, Kalyanakrishnan, Tewari, Auer and Stone 2012),
/// every leader beats all n − k others, so that everyone is decided; the rule decides single players long before.
///
/// A player without limits counts as having any value.
public struct TopKDecision: Sendable, Hashable {
  /// What is decided about each player: in, out or undecided.
  public let statuses: [PlayerStatus]
  /// The first k of the order, in that order.
  public let leaders: ArraySlice<Int>
  /// The others, in that order.
  public let others: ArraySlice<Int>
  /// Each player's limits, infinite where there are none.
  let lower: [Double]
  let upper: [Double]

  /// Complexity: O(n log n).
  ///
  /// - Parameters:
  ///   - intervals: each player's limits; nil where none are claimed.
  ///   - values: each player's estimate.
  ///   - topCount: k.
  ///   - tolerance: ε.
  /// - Precondition: as many values as intervals, no NaN, `1 ≤ topCount ≤ players`, `tolerance ≥ 0`.
  public init(intervals: [ClosedRange<Double>?], values: [Double], topCount: Int, tolerance: Double = 0) {
    let playerCount = intervals.count
    precondition(values.count == playerCount, "every player has an estimate")
    precondition((1...max(1, playerCount)).contains(topCount) && tolerance >= 0, "a top k has 1 to n players")
    let lower = intervals.map { $0?.lowerBound ?? -.infinity }
    let upper = intervals.map { $0?.upperBound ?? .infinity }
    let keys = values.indices.map { min(upper[$0], max(lower[$0], values[$0])) }
    let order = values.indices.sorted { keys[$0] != keys[$1] ? keys[$0] > keys[$1] : $0 < $1 }
    (leaders, others) = (order[..<topCount], order[topCount...])
    (self.lower, self.upper) = (lower, upper)

    var statuses = [PlayerStatus](repeating: .undecided, count: playerCount)
    // From the last to the first, how many behind each leader it beats.
    let upperRanks = SortedRanks(upper)
    var behind = RankCounts(size: playerCount)
    for player in order.reversed() {
      let beaten = behind.count(below: upperRanks.count(atMost: lower[player] + tolerance))
      if beaten >= playerCount - topCount { statuses[player] = .in }
      behind.add(upperRanks.rank[player])
    }
    // From the first to the last, how many before each player beat it.
    let lowerRanks = SortedRanks(lower.map { -$0 })
    var before = RankCounts(size: playerCount)
    for player in order {
      let beating = before.count(below: lowerRanks.count(atMost: tolerance - upper[player]))
      if beating >= topCount { statuses[player] = .out }
      before.add(lowerRanks.rank[player])
    }
    self.statuses = statuses
  }

  /// max upper(others) − min lower(leaders); −∞ when everyone is a leader, ∞ while a player has no limits.
  ///
  /// At most ε when everyone is decided by the stopping rule of LUCB.
  public var gap: Double {
    let weakest = leaders.map { lower[$0] }.min() ?? .infinity
    let strongest = others.map { upper[$0] }.max() ?? -.infinity
    return strongest - weakest
  }

  /// The players that are not decided, by increasing index.
  public var undecided: [Int] { statuses.indices.filter { statuses[$0] == .undecided } }

  /// Whether every player is in or out.
  public var isComplete: Bool { !statuses.contains(.undecided) }
}

/// The places of numbers among themselves in increasing order.
private struct SortedRanks {
  let sorted: [Double]
  /// The place of each number; equal numbers have different places.
  let rank: [Int]

  init(_ numbers: [Double]) {
    let order = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
    sorted = order.map { numbers[$0] }
    var rank = [Int](repeating: 0, count: numbers.count)
    for (place, number) in order.enumerated() { rank[number] = place }
    self.rank = rank
  }

  /// How many numbers are at most `limit`.
  func count(atMost limit: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Counts of places, with the count below any place in O(log n) (a tree of Fenwick, 1994).
private struct RankCounts {
  private var tree: [Int]

  init(size: Int) { tree = [Int](repeating: 0, count: size + 1) }

  mutating func add(_ place: Int) {
    var node = place + 1
    while node < tree.count {
      tree[node] += 1
      node += node & -node
    }
  }

  /// How many of the places that were added lie below `limit`.
  func count(below limit: Int) -> Int {
    var (node, total) = (limit, 0)
    while node > 0 {
      total += tree[node]
      node -= node & -node
    }
    return total
  }
}
