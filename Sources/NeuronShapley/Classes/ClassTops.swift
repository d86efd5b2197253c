/// The players that rank first for each of several classes, and what these sets have in common.
public struct ClassTops: Sendable, Hashable {
  /// The size of every set, at most the number of players.
  public let count: Int
  /// For each class the players with the highest values, highest first.
  public let sets: [[Int]]
  /// The number of players.
  public let playerCount: Int
  /// For each player the places of the classes in whose set it is, increasing.
  public let classes: [[Int]]

  /// - Parameter count: the size of a set; all players when there are fewer.
  public init(_ rankings: ClassRankings, count: Int) {
    let playerCount = rankings.players.count
    self.playerCount = playerCount
    self.count = min(count, playerCount)
    sets = rankings.classes.map { Array($0.order.prefix(min(count, playerCount))) }
    var classes = [[Int]](repeating: [], count: playerCount)
    for (place, set) in sets.enumerated() {
      for player in set { classes[player].append(place) }
    }
    self.classes = classes
  }

  /// The number of players that are in the sets of both classes.
  ///
  /// - Precondition: both are places of classes.
  public func overlap(_ first: Int, _ second: Int) -> Int {
    let other = Set(sets[second])
    return sets[first].count { other.contains($0) }
  }

  /// The number that two sets drawn at random have in common on average: count² / players.
  public var overlapByChance: Double { Double(count * count) / Double(max(1, playerCount)) }

  /// The players in at least two sets, those in most first, ties in network order.
  public var shared: [Int] {
    classes.indices.filter { classes[$0].count > 1 }.sorted {
      classes[$0].count != classes[$1].count ? classes[$0].count > classes[$1].count : $0 < $1
    }
  }

  /// The players of a class's set that are in no other, in the set's order.
  ///
  /// - Precondition: a place of a class.
  public func exclusive(to place: Int) -> [Int] { sets[place].filter { classes[$0].count == 1 } }
}
