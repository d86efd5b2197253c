import Inference
import InputErrors
import Networks

/// The filters of a network by name: which unit of its execution plan each is.
public struct FilterCatalog: Sendable {
  /// A convolution or linear layer whose units are filters.
  public struct Layer: Sendable, Hashable {
    /// What computes the filters' outputs.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
      case convolution
      case linear
    }

    public let name: String
    public let kind: Kind
    /// True when its units are the classes.
    public let isClassifier: Bool
    /// The place of its site in the plan's ``Inference/ExecutionPlan/sites``.
    public let site: Int
    /// The plan's unit of each channel.
    public let units: Range<Int>
  }

  /// All layers in network order.
  public let layers: [Layer]
  private let places: [String: Int]

  public init(_ plan: ExecutionPlan) {
    let network = plan.network
    let classifiers = Set(network.classifierSources)
    var layers: [Layer] = []
    for (index, site) in plan.sites.enumerated() {
      let source = site.site.source
      let kind: Layer.Kind
      switch network.nodes[source].layer {
      case .convolution, .transposedConvolution: kind = .convolution
      case .linear: kind = .linear
      case .input, .constant, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate, .combine,
        .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        preconditionFailure("a site begins at a convolution or a linear layer")
      }
      layers.append(
        Layer(
          name: network.nodes[source].name, kind: kind, isClassifier: classifiers.contains(source), site: index,
          units: site.units))
    }
    self.layers = layers
    places = Dictionary(uniqueKeysWithValues: layers.enumerated().map { ($1.name, $0) })
  }

  /// The layer of that name.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) with the closest name when there is none.
  public func layer(named name: String) throws(InputError) -> Layer {
    guard let place = places[name] else {
      throw InputError(
        .usage, "the model has no layer '\(name)' with filters",
        hint: Suggestion.hint(for: name, among: layers.map(\.name)) ?? "'inspect' lists the layers")
    }
    return layers[place]
  }

  /// The plan's unit that a filter is.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when the layer is unknown or has no such channel.
  public func unit(of filter: Filter) throws(InputError) -> Int {
    let layer = try layer(named: filter.layer)
    guard filter.channel >= 0, filter.channel < layer.units.count else {
      throw InputError(
        .usage, "the layer '\(layer.name)' has no such filter",
        expected: "a channel from 0 to \(layer.units.count - 1)",
        found: "\(filter.channel)")
    }
    return layer.units.lowerBound + filter.channel
  }
}
