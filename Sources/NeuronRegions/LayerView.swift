import InputErrors
import Networks
import Tensors

/// A linear layer, or a convolution at one position of its output, as what it is: an affine map from the elements that it
/// reads to its neurons' outputs.
///
/// A neuron's output is taken before its activation, with the normalization and the other per-channel affine maps behind
/// the layer. Weights are those of the model in double precision; normalization rounds them.
public struct LayerView: Sendable {
  /// A place on a map, from the top left.
  public struct Position: Sendable, Hashable, Codable {
    public let row: Int
    public let column: Int

    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  public let network: Network
  /// The linear or convolution node.
  public let node: Int
  /// The node whose output the layer reads, before any flattening.
  public let inputNode: Int
  /// `[channels, height, width]` of what the layer reads, or `[features]`.
  public let inputShape: Shape
  /// Where on the output the neurons stand; nil for a linear layer.
  public let position: Position?
  /// The elements of the input, in row-major order, that a neuron reads, increasing.
  public let elements: [Int]

  public var name: String { network.nodes[node].name }
  public var neuronCount: Int { network.shapes[node].channels }
  /// True when the neurons are the classes.
  public var isClassifier: Bool { network.classifierSources.contains(node) }

  /// - Parameter position: for a convolution, a place on its output; nil for the middle.
  /// - Throws: ``InputErrors/InputError`` (usage) when there is no such layer, it is not linear (naming those that are), or
  ///   the position is outside its output or given for a linear layer.
  public init(_ network: Network, layer name: String, position: Position? = nil) throws(InputError) {
    // Linear layers first: a list that is cut short should name them.
    let allowed = network.nodes.filter { Self.isAllowed($0.layer) }
    let linear = (allowed.filter { Self.isLinear($0.layer) } + allowed.filter { !Self.isLinear($0.layer) }).map(\.name)
    guard let node = network.index(ofNode: name) else {
      throw InputError(
        .usage, "the model has no layer '\(name)'", at: .init(key: "layer"),
        hint: Suggestion.hint(for: name, among: linear) ?? "the linear layers are \(Self.list(linear))")
    }
    guard Self.isAllowed(network.nodes[node].layer) else {
      throw InputError(
        .usage, "the layer is not linear: its neurons have no weights and no straight boundaries",
        at: .init(node: network.nodes[node].title, key: "layer"), expected: "a linear layer or a convolution",
        hint: linear.isEmpty ? "the model has none" : "these are: \(Self.list(linear))")
    }
    self.network = network
    self.node = node
    let input = network.nodes[node].inputs[0]
    inputNode = Self.source(of: input, in: network)
    // A linear layer reads a vector, whose features are channels of the map that was flattened into it.
    if case .linear = network.nodes[node].layer {
      inputShape = network.shapes[inputNode]
    } else {
      inputShape = network.shapes[input]
    }
    switch network.nodes[node].layer {
    case .convolution(let convolution):
      let output = network.shapes[node]
      let place = position ?? Position(row: output.height / 2, column: output.width / 2)
      guard (0..<output.height).contains(place.row), (0..<output.width).contains(place.column) else {
        throw InputError(
          .usage, "the position is outside the layer's output", at: .init(node: name, key: "position"),
          expected: "a row below \(output.height) and a column below \(output.width)",
          found: "\(place.row),\(place.column)")
      }
      self.position = place
      elements = Self.window(of: convolution, at: place, on: inputShape)
    case .linear, .input, .constant, .transposedConvolution, .batchNormalization, .affine, .activation, .pool,
      .globalPool, .concatenate, .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      guard position == nil else {
        throw InputError(
          .usage, "a linear layer has one output a neuron, and no positions", at: .init(node: name, key: "position"))
      }
      self.position = nil
      elements = Array(0..<inputShape.count)
    }
  }

  /// One weight for each of ``elements``, and the bias.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when the layer has no such neuron; (data) when a weight is not finite.
  public func weights(of neuron: Int) throws(InputError) -> (weights: [Double], bias: Double) {
    guard (0..<neuronCount).contains(neuron) else {
      throw InputError(
        .usage, "the layer '\(name)' has no such neuron", at: .init(key: "neurons"),
        expected: "0 to \(neuronCount - 1)", found: "\(neuron)")
    }
    var (weights, bias) = plainWeights(of: neuron)
    for next in network.activationSite(from: node).chain {
      let factor: Double, shift: Double
      switch network.nodes[next].layer {
      case .batchNormalization(let layer):
        factor = Double(layer.scale[neuron]) / (Double(layer.variance[neuron]) + Double(layer.epsilon)).squareRoot()
        shift = Double(layer.shift[neuron]) - Double(layer.mean[neuron]) * factor
      case .affine(let layer): (factor, shift) = (Double(layer.scale[neuron]), Double(layer.shift[neuron]))
      case .input, .constant, .convolution, .transposedConvolution, .linear, .activation, .pool, .globalPool,
        .concatenate, .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        continue
      }
      if factor != 1 { for index in weights.indices { weights[index] *= factor } }
      bias = bias * factor + shift
    }
    guard weights.allSatisfy(\.isFinite), bias.isFinite else {
      throw InputError(.data, "a weight of neuron \(neuron) is no finite number", at: .init(node: name))
    }
    return (weights, bias)
  }

  private func plainWeights(of neuron: Int) -> (weights: [Double], bias: Double) {
    switch network.nodes[node].layer {
    case .linear(let linear):
      let count = linear.inputCount
      let row = linear.weight.values[neuron * count..<(neuron + 1) * count]
      return (row.map(Double.init), Double(linear.bias?[neuron] ?? 0))
    case .convolution(let convolution):
      let channels = convolution.inputChannelsPerGroup, kernel = convolution.kernel
      let group = neuron / max(1, convolution.outputChannels / convolution.groups)
      let weights = elements.map { element -> Double in
        let channel = element / inputShape.area - group * channels
        guard (0..<channels).contains(channel), let tap = tap(of: convolution, reading: element) else { return 0 }
        return Double(convolution.weight.values[(neuron * channels + channel) * kernel.area + tap])
      }
      return (weights, Double(convolution.bias?[neuron] ?? 0))
    case .input, .constant, .transposedConvolution, .batchNormalization, .affine, .activation, .pool, .globalPool,
      .concatenate, .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      preconditionFailure("a view is of a linear layer or a convolution")
    }
  }

  /// The tap of the kernel that meets an element of the input at the view's position.
  private func tap(of convolution: Convolution, reading element: Int) -> Int? {
    guard let position else { return nil }
    let place = element % inputShape.area
    let row = place / inputShape.width - position.row * convolution.stride.height + convolution.padding.top
    let column = place % inputShape.width - position.column * convolution.stride.width + convolution.padding.left
    let (down, across) = (convolution.dilation.height, convolution.dilation.width)
    guard row >= 0, column >= 0, row % down == 0, column % across == 0, row / down < convolution.kernel.height,
      column / across < convolution.kernel.width
    else { return nil }
    return row / down * convolution.kernel.width + column / across
  }

  private static func window(of convolution: Convolution, at place: Position, on shape: Shape) -> [Int] {
    let top = place.row * convolution.stride.height - convolution.padding.top
    let left = place.column * convolution.stride.width - convolution.padding.left
    let rows = (0..<convolution.kernel.height).map { top + $0 * convolution.dilation.height }
      .filter { (0..<shape.height).contains($0) }
    let columns = (0..<convolution.kernel.width).map { left + $0 * convolution.dilation.width }
      .filter { (0..<shape.width).contains($0) }
    return (0..<shape.channels).flatMap { channel in
      rows.flatMap { row in columns.map { (channel * shape.height + row) * shape.width + $0 } }
    }
  }

  /// What stands before flattening and other changes of shape alone.
  private static func source(of node: Int, in network: Network) -> Int {
    var node = node
    while true {
      switch network.nodes[node].layer {
      case .reshape, .identity: node = network.nodes[node].inputs[0]
      case .input, .constant, .convolution, .transposedConvolution, .linear, .batchNormalization, .affine, .activation,
        .pool, .globalPool, .concatenate, .combine, .localResponseNormalization, .slice, .pad, .softmax:
        return node
      }
    }
  }

  private static func isAllowed(_ layer: Layer) -> Bool {
    switch layer {
    case .linear, .convolution: true
    case .input, .constant, .transposedConvolution, .batchNormalization, .affine, .activation, .pool, .globalPool,
      .concatenate, .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      false
    }
  }

  private static func isLinear(_ layer: Layer) -> Bool {
    if case .linear = layer { true } else { false }
  }

  private static func list(_ names: [String]) -> String {
    names.count <= 8 ? names.joined(separator: ", ") : names.prefix(8).joined(separator: ", ") + ", …"
  }
}
