import InputErrors
import Networks
import NeuronShapley
import Tensors

/// One input of a layer that a picture lets run while the others are held.
public struct FreeInput: Sendable, Hashable {
  /// The name that people see: a filter's, `channel 3` or `channel 3 at 1,2`.
  public let name: String
  /// The elements of the layer's input that all take its value.
  public let elements: [Int]

  /// A whole channel of the layer's input: the same value at every position that the layer reads.
  ///
  /// That is how a filter's removal acts too, which sets its output to its mean everywhere. An image's value is the mean
  /// over those positions.
  /// - Throws: ``InputErrors/InputError`` (usage) when there is no such channel.
  public static func channel(_ channel: Int, of view: LayerView, name: String? = nil) throws(InputError) -> FreeInput {
    try check(channel, view)
    let area = view.inputShape.area
    return FreeInput(name: name ?? "channel \(channel)", elements: view.elements.filter { $0 / area == channel })
  }

  /// A channel's value at one place of the layer's input.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when there is no such channel, or the layer does not read the place.
  public static func element(
    channel: Int, at place: LayerView.Position, of view: LayerView
  ) throws(InputError) -> FreeInput {
    try check(channel, view)
    let shape = view.inputShape
    let element = (channel * shape.height + place.row) * shape.width + place.column
    guard (0..<shape.height).contains(place.row), (0..<shape.width).contains(place.column),
      view.elements.contains(element)
    else {
      throw InputError(
        .usage, "the layer does not read this place of its input", at: .init(node: view.name, key: "inputs"),
        expected: "a place of the \(shape) input within the layer's window", found: "\(place.row),\(place.column)")
    }
    return FreeInput(name: "channel \(channel) at \(place.row),\(place.column)", elements: [element])
  }

  /// The channel of the layer's input that carries a filter's output, through activations, pooling, normalization,
  /// additions and concatenations.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when the layer's input does not carry that filter.
  public static func filter(_ filter: Filter, of view: LayerView) throws(InputError) -> FreeInput {
    for channel in 0..<min(view.inputShape.channels, view.network.shapes[view.inputNode].channels) {
      let carried = FilterOrigin.filters(carriedBy: channel, of: view.inputNode, in: view.network)
      if carried.contains(filter) { return try .channel(channel, of: view, name: filter.description) }
    }
    let sources = FilterOrigin.layers(carriedBy: view.inputNode, in: view.network)
    throw InputError(
      .usage, "the filter '\(filter)' does not reach the layer '\(view.name)' by itself", at: .init(key: "inputs"),
      hint: sources.isEmpty
        ? "the layer reads no filters: name channels by their numbers"
        : "those of \(sources.joined(separator: ", ")) do")
  }

  private static func check(_ channel: Int, _ view: LayerView) throws(InputError) {
    guard (0..<view.inputShape.channels).contains(channel) else {
      throw InputError(
        .usage, "the layer '\(view.name)' has no such input", at: .init(key: "inputs"),
        expected: "a channel from 0 to \(view.inputShape.channels - 1)", found: "\(channel)")
    }
  }
}
