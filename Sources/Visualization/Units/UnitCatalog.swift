import Inference
import InputErrors
import Networks
import NeuronShapley
import Tensors

/// A layer whose channels can be looked at: the units of one activation site.
public struct UnitLayer: Sendable, Hashable {
  /// The name of the convolution or linear node.
  public let name: String
  /// The node that holds the units' outputs, behind the activation.
  public let output: Int
  /// The node that holds what goes into the activation; the same where there is none.
  public let sum: Int
  /// `[channels, height, width]` of both, or `[features]`.
  public let shape: Shape
  /// True when its units are the classes.
  public let isClassifier: Bool

  public var channelCount: Int { shape.channels }

  /// Height and width of a unit's map; 1 × 1 for a vector's.
  public var extent: Extent { Extent(height: shape.height, width: shape.width) }

  /// The name of a channel.
  public func unit(_ channel: Int) -> Filter { Filter(layer: name, channel: channel) }
}

/// The units of a network by name.
public struct UnitCatalog: Sendable {
  /// All layers with units, in network order.
  public let layers: [UnitLayer]
  private let places: [String: Int]

  public init(_ network: Network) {
    let classifiers = Set(network.classifierSources)
    layers = network.activationSites.map { site in
      var sum = site.output
      if case .activation = network.nodes[site.output].layer { sum = site.chain[site.chain.count - 2] }
      return UnitLayer(
        name: network.nodes[site.source].name, output: site.output, sum: sum, shape: network.shapes[site.output],
        isClassifier: classifiers.contains(site.source))
    }
    places = Dictionary(layers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The layer of that name.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) with the closest name when there is none.
  public func layer(named name: String) throws(InputError) -> UnitLayer {
    guard let place = places[name] else {
      throw InputError(
        .usage, "the model has no layer '\(name)' with units",
        hint: Suggestion.hint(for: name, among: layers.map(\.name)) ?? "'inspect' lists the layers")
    }
    return layers[place]
  }

  /// The layer of a unit.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when the layer is unknown or has no such channel.
  public func layer(of unit: Filter) throws(InputError) -> UnitLayer {
    let layer = try layer(named: unit.layer)
    guard unit.channel >= 0, unit.channel < layer.channelCount else {
      throw InputError(
        .usage, "the layer '\(layer.name)' has no such unit", expected: "a channel from 0 to \(layer.channelCount - 1)",
        found: "\(unit.channel)")
    }
    return layer
  }
}
