import Inference
import InputErrors
import Networks
import Tensors

/// A place of a network whose activations probes can read: what some node leaves behind.
public struct ActivationLayer: Sendable, Hashable {
  /// What the layer is called on the command line: the name of the convolution or linear layer whose filters these are,
  /// else the node's own.
  public let name: String
  /// The node of the plan's network whose result is read, behind the activation function.
  public let node: Int
  /// The place among the plan's sites, for layers whose channels are filters.
  public let site: Int?
  /// `[channels, height, width]`, or `[features]`.
  public let shape: Shape
  /// True for the network's image.
  public let isInput: Bool
}

/// All layers of an execution plan by name.
public struct LayerCatalog: Sendable {
  /// Every node whose result exists after a pass, in network order; the image first.
  public let layers: [ActivationLayer]
  /// The layers of filters: convolutions and linear layers, the classifier included.
  public var filterLayers: [ActivationLayer] { layers.filter { $0.site != nil } }
  /// The network's image as a layer.
  public let input: ActivationLayer
  private let places: [String: Int]

  public init(_ plan: ExecutionPlan) {
    let network = plan.network
    var layers: [ActivationLayer] = [], places: [String: Int] = [:]
    for node in network.nodes.indices where plan.isStored(node: node) {
      if case .constant = network.nodes[node].layer { continue }
      let site = plan.sites.firstIndex { $0.site.output == node }
      let source = site.map { plan.sites[$0].site.source } ?? node
      let layer = ActivationLayer(
        name: network.nodes[source].name, node: node, site: site, shape: network.shapes[node], isInput: node == 0)
      // A filter layer is known by every node of its chain too.
      for alias in site.map({ plan.sites[$0].site.chain }) ?? [node] {
        places[network.nodes[alias].name] = layers.count
      }
      layers.append(layer)
    }
    self.layers = layers
    self.places = places
    input = ActivationLayer(
      name: network.nodes[0].name, node: 0, site: nil, shape: network.inputShape, isInput: true)
  }

  /// The layer of that name.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) with the closest name when there is none.
  public func layer(named name: String) throws(InputError) -> ActivationLayer {
    guard let place = places[name] else {
      let names = layers.map(\.name)
      throw InputError(
        .usage, "the model has no layer '\(name)' whose activations can be read",
        hint: Suggestion.hint(for: name, among: names) ?? "'neuron-shapley inspect' lists the layers")
    }
    return layers[place]
  }
}
