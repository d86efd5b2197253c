import Inference
import InputErrors

/// The players of a network's game, in network order, each a set of units of the execution plan.
public struct FilterPlayers: Sendable, Hashable {
  /// One player: a filter, or several that stand and fall together.
  public struct Player: Sendable, Hashable, Codable {
    /// `layer:channel` for a filter, the layer's or the group's name otherwise; unique.
    public let name: String
    /// The layer that all its filters belong to; nil when they belong to several.
    public let layer: String?
    /// The channel, for a player that is a single filter.
    public let channel: Int?

    package init(name: String, layer: String?, channel: Int?) {
      self.name = name
      self.layer = layer
      self.channel = channel
    }
  }

  public let players: [Player]
  /// The plan's units of each player, increasing and disjoint.
  public let units: [[Int]]
  /// The number of units of the plan, players or not.
  public let unitCount: Int

  public var count: Int { players.count }

  /// Names the players that a selection makes of a network.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when a layer or filter is unknown, a filter is in two groups, a group
  ///   is empty, names repeat, or there is no player. Complexity: O(units).
  public init(_ plan: ExecutionPlan, selection: PlayerSelection = PlayerSelection()) throws(InputError) {
    let catalog = FilterCatalog(plan)
    var players: [Player] = [], units: [[Int]] = []
    switch selection.grouping {
    case .filters:
      for layer in try Self.layers(of: catalog, selection) {
        for (channel, unit) in layer.units.enumerated() {
          let filter = Filter(layer: layer.name, channel: channel)
          players.append(Player(name: filter.description, layer: layer.name, channel: channel))
          units.append([unit])
        }
      }
    case .layers:
      for layer in try Self.layers(of: catalog, selection) {
        players.append(Player(name: layer.name, layer: layer.name, channel: nil))
        units.append(Array(layer.units))
      }
    case .custom(let groups):
      (players, units) = try Self.grouped(groups, catalog)
    }
    guard !players.isEmpty else {
      throw InputError(
        .usage, "there are no players: the model has no convolution besides its classifier",
        hint: "include the hidden units of linear layers")
    }
    self.players = players
    self.units = units
    unitCount = plan.unitCount
  }

  /// The stratum of each player: its layer's place in network order, and one more for players of several layers.
  var strata: [Int] {
    var places: [String?: Int] = [:]
    return players.map { player in
      if let place = places[player.layer] { return place }
      places[player.layer] = places.count
      return places.count - 1
    }
  }

  /// The place of the player of that name.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) with the closest name when there is none.
  public func player(named name: String) throws(InputError) -> Int {
    guard let place = players.firstIndex(where: { $0.name == name }) else {
      throw InputError(
        .usage, "there is no player '\(name)'", hint: Suggestion.hint(for: name, among: players.map(\.name)))
    }
    return place
  }

  /// For each unit of the plan, all eight image lanes when it belongs to one of the `removed` players, else none.
  ///
  /// - Precondition: all are players.
  public func masks(removing removed: some Sequence<Int>) -> [UInt8] {
    var masks = [UInt8](repeating: 0, count: unitCount)
    for player in removed {
      for unit in units[player] { masks[unit] = .max }
    }
    return masks
  }

  private static func layers(
    of catalog: FilterCatalog, _ selection: PlayerSelection
  ) throws(InputError) -> [FilterCatalog.Layer] {
    guard let names = selection.layers else {
      return catalog.layers.filter { layer in
        if layer.isClassifier { return selection.includesClassifier }
        switch layer.kind {
        case .convolution: return true
        case .linear: return selection.includesLinearLayers
        }
      }
    }
    var sites: Set<Int> = []
    for name in names { sites.insert(try catalog.layer(named: name).site) }
    return catalog.layers.filter { sites.contains($0.site) }
  }

  private static func grouped(
    _ groups: [FilterGroup], _ catalog: FilterCatalog
  ) throws(InputError) -> ([Player], [[Int]]) {
    var players: [Player] = [], units: [[Int]] = []
    var names: Set<String> = []
    var owners: [Int: String] = [:]
    for group in groups {
      guard names.insert(group.name).inserted else {
        throw InputError(.usage, "two groups of filters have the same name", at: .init(key: group.name))
      }
      guard !group.filters.isEmpty else {
        throw InputError(.usage, "the group of filters is empty", at: .init(key: group.name))
      }
      var members: [Int] = []
      for filter in group.filters {
        let unit = try catalog.unit(of: filter)
        if let owner = owners.updateValue(group.name, forKey: unit) {
          throw InputError(
            .usage, "the filter '\(filter)' is in two groups", at: .init(key: group.name), found: "it in '\(owner)' too"
          )
        }
        members.append(unit)
      }
      let layer = group.filters[0].layer
      let isOneLayer = group.filters.allSatisfy { $0.layer == layer }
      players.append(
        Player(
          name: group.name, layer: isOneLayer ? layer : nil,
          channel: group.filters.count == 1 ? group.filters[0].channel : nil))
      units.append(members.sorted())
    }
    return (players, units)
  }
}
