import CooperativeGames

/// A network's players with their estimated Shapley values and ranks.
public struct NeuronRanking: Sendable, Hashable, Codable {
  /// One player, its value and its place.
  public struct Entry: Sendable, Hashable, Codable {
    /// `layer:channel` for a filter, the layer's or the group's name otherwise.
    public let name: String
    /// The layer that all its filters belong to; nil when they belong to several.
    public let layer: String?
    /// The channel, for a player that is a single filter.
    public let channel: Int?
    /// Value, standard error, limits and status.
    public let estimate: PlayerEstimate
    /// 1 for the player with the highest value; ties in network order.
    public let rank: Int
  }

  /// One entry a player, in network order.
  public let entries: [Entry]

  /// - Precondition: the estimate is of a game of these players.
  init(_ players: FilterPlayers, _ estimate: ShapleyEstimate) {
    precondition(players.count == estimate.players.count, "an estimate for each player")
    var ranks = [Int](repeating: 0, count: players.count)
    for (place, player) in estimate.ranking.enumerated() { ranks[player] = place + 1 }
    entries = players.players.indices.map { index in
      let player = players.players[index]
      return Entry(
        name: player.name, layer: player.layer, channel: player.channel, estimate: estimate.players[index],
        rank: ranks[index])
    }
  }

  /// The indices of ``entries`` from the highest value to the lowest. Complexity: O(players).
  public var order: [Int] {
    var order = [Int](repeating: 0, count: entries.count)
    for (index, entry) in entries.enumerated() { order[entry.rank - 1] = index }
    return order
  }

  /// The entries of the `count` highest values, or all when there are fewer, highest first.
  public func top(_ count: Int) -> [Entry] { order.prefix(max(0, count)).map { entries[$0] } }
}
