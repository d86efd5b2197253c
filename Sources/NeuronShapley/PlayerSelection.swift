import InputErrors

/// Which parts of a network are the players of its game.
public struct PlayerSelection: Sendable, Hashable, Codable {
  /// What one player consists of.
  public var grouping: PlayerGrouping
  /// Only these layers, of whatever kind; nil for all convolutions and what the other settings add.
  public var layers: [String]?
  /// Whether hidden units of linear layers take part.
  public var includesLinearLayers: Bool
  /// Whether the classifier takes part, whose units are the classes and would rank first.
  public var includesClassifier: Bool

  public init(
    grouping: PlayerGrouping = .filters, layers: [String]? = nil, includesLinearLayers: Bool = false,
    includesClassifier: Bool = false
  ) {
    self.grouping = grouping
    self.layers = layers
    self.includesLinearLayers = includesLinearLayers
    self.includesClassifier = includesClassifier
  }
}

extension PlayerSelection {
  /// The selection in a few words, for error messages.
  var summary: String {
    let which: String
    switch grouping {
    case .filters: which = "filters"
    case .layers: which = "whole layers"
    case .custom(let groups): return "\(groups.count) groups of filters"
    }
    let place = layers.map { " of " + $0.joined(separator: ", ") } ?? ""
    let linear = includesLinearLayers ? " with linear layers" : ""
    return which + place + linear + (includesClassifier ? " with the classifier" : "")
  }
}

/// What one player consists of.
public enum PlayerGrouping: Sendable, Hashable, Codable {
  /// Every filter is a player.
  case filters
  /// All filters of a layer are one player.
  case layers
  /// Each group is a player: a block, a channel of a residual stream, or whatever the user lists. Filters in no group
  /// are never removed; ``PlayerSelection/layers`` and what it includes have no effect.
  case custom([FilterGroup])
}

/// Filters that stand and fall together as one player.
public struct FilterGroup: Sendable, Hashable, Codable {
  public var name: String
  public var filters: [Filter]

  public init(name: String, filters: [Filter]) {
    self.name = name
    self.filters = filters
  }
}
