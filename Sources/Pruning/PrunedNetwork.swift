import InputErrors
import Networks
import Tensors

/// A network from which filters have been taken out for good.
///
/// It computes what the original network does with the same filters' outputs replaced, for every image, up to the
/// rounding of sums in another order. Channels that are constant are folded into the biases of what reads them; filters
/// whose output is constant, or read by nobody any longer, go too.
public struct PrunedNetwork: Sendable {
  /// A convolution or linear layer, before and after.
  public struct Layer: Sendable, Hashable {
    public let name: String
    /// Filters of the original layer, those that were to be removed, and those of the pruned layer; 0 when it is gone.
    public let filters: Int
    public let asked: Int
    public let filtersLeft: Int
    public let parameters: Int
    public let parametersLeft: Int
    /// Of one image.
    public let multiplyAdds: Int
    public let multiplyAddsLeft: Int
  }

  /// A filter that was to be removed and still has a place.
  public struct KeptFilter: Sendable, Hashable {
    public let layer: String
    public let channel: Int
    public let reason: KeptReason
  }

  public let network: Network
  /// Convolutions and linear layers of the original network, in its order.
  public let layers: [Layer]
  /// Removed filters that still have a place, in network order.
  public let kept: [KeptFilter]
  /// How many filters were to be removed.
  public let askedCount: Int
  /// Filters that are gone although nobody asked for it: constant, or no longer read.
  public let idleCount: Int
  /// Nodes that the original network does not have: what puts constants and channels into their places.
  public let addedNodes: [String]

  /// How many of the filters that were to be removed are gone.
  public var takenCount: Int { askedCount - kept.count }

  /// - Throws: ``InputError`` (usage) naming the layer, when the output would no longer depend on the image.
  ///   Complexity: O(parameters), and a reference pass of what becomes constant.
  public init(_ network: Network, removing removals: [FilterRemoval]) throws {
    let replaced = Self.replaced(network, removals)
    let values = ConstantPropagation(network, replaced: replaced).values
    guard values[network.output].contains(where: \.isVarying) else { throw Self.nothingLeft(network, removals) }
    let layout = ChannelLayout(
      network, values, needs: ChannelNeeds(network, values),
      replaced: replaced.mapValues { Set($0.keys) })
    let pruned = try NetworkRewriting.rewritten(network, layout)
    self.network = pruned
    var asked: [Int: Set<Int>] = [:]
    for removal in removals { asked[removal.node, default: []].insert(removal.channel) }
    let sources = network.activationSites.map(\.source)
    layers = sources.map { source in
      let node = network.nodes[source], place = pruned.index(ofNode: node.name)
      return Layer(
        name: node.name, filters: network.shapes[source].channels, asked: asked[source]?.count ?? 0,
        filtersLeft: place == nil ? 0 : layout.kept[source].count, parameters: node.layer.parameterCount,
        parametersLeft: place.map { pruned.nodes[$0].layer.parameterCount } ?? 0,
        multiplyAdds: network.multiplyAdds(ofNode: source),
        multiplyAddsLeft: place.map { pruned.multiplyAdds(ofNode: $0) } ?? 0)
    }
    kept = sources.flatMap { source in
      layout.kept[source].filter { asked[source]?.contains($0) ?? false }.map {
        KeptFilter(layer: network.nodes[source].name, channel: $0, reason: layout.reason(source, $0))
      }
    }
    askedCount = asked.values.reduce(0) { $0 + $1.count }
    idleCount = sources.reduce(0) { $0 + network.shapes[$1].channels - layout.kept[$1].count } - askedCount + kept.count
    let names = Set(network.nodes.map(\.name))
    addedNodes = pruned.nodes.map(\.name).filter { !names.contains($0) }
  }

  /// What the filters' sites hold.
  private static func replaced(_ network: Network, _ removals: [FilterRemoval]) -> [Int: [Int: ChannelValue]] {
    var replaced: [Int: [Int: ChannelValue]] = [:]
    for removal in removals {
      precondition(!removal.value.isVarying, "a removed filter's output does not depend on the image")
      precondition((0..<network.shapes[removal.node].channels).contains(removal.channel), "a filter of the layer")
      let site = network.activationSite(from: removal.node).output
      replaced[site, default: [:]][removal.channel] = removal.value
    }
    return replaced
  }

  /// The error that names the layer without which nothing reaches the output.
  private static func nothingLeft(_ network: Network, _ removals: [FilterRemoval]) -> InputError {
    let byNode = Dictionary(grouping: removals, by: \.node)
    let cut = byNode.keys.sorted().first { node in
      guard let own = byNode[node], own.count == network.shapes[node].channels else { return false }
      let values = ConstantPropagation(network, replaced: replaced(network, own)).values
      return !values[network.output].contains(where: \.isVarying)
    }
    guard let cut else {
      return InputError(
        .usage, "without these filters the output no longer depends on the image", hint: "remove fewer filters")
    }
    let count = network.shapes[cut].channels
    return InputError(
      .usage, "the layer loses all its filters, and then the output no longer depends on the image",
      at: .init(node: network.nodes[cut].name), expected: "at most \(count - 1) of its \(count) filters removed",
      found: "all \(count)", hint: "keep at least one of them")
  }
}

extension ChannelLayout {
  /// Why a channel without weights is stored.
  fileprivate func reason(_ source: Int, _ channel: Int) -> KeptReason {
    if let reader = held[source]?[channel] {
      return reader == network.output ? .output : .place(reader: network.nodes[reader].name)
    }
    if needs[source][channel] { return .output }
    if case .convolution(let layer) = network.nodes[source].layer, layer.depthMultiplier != nil { return .input }
    return .group
  }
}
