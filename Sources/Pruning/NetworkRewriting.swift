import InputErrors
import Networks
import Tensors

/// Builds the pruned network node by node after a ``ChannelLayout``.
///
/// What is constant never reaches a layer that mixes channels: it goes into that layer's bias. Where a constant meets the
/// padding of a convolution, the share differs at the border, and the layer reads a map of ones, or of what is constant,
/// as one more input. Every product and sum that remains is one of the original network's.
struct NetworkRewriting {
  let network: Network
  let layout: ChannelLayout
  private(set) var nodes: [Node] = []
  private var shapes: [Shape] = []
  private var names: Set<String>
  /// The new number of each node, nil when it is gone.
  private var places: [Int?]
  /// For each stored channel whether the new network holds its right value there. Channels that depend on the image
  /// and matter always do; what is known to be constant may be anything until it is restored.
  private var isRight: [[Bool]]
  /// Inputs with a channel of ones behind them, by the input.
  private var withOnes: [Int: Int] = [:]

  var values: [[ChannelValue]] { layout.values }

  /// - Throws: ``InputError`` when the new network breaks a bound of shapes.
  static func rewritten(_ network: Network, _ layout: ChannelLayout) throws -> Network {
    var rewriting = NetworkRewriting(network: network, layout: layout)
    for index in network.nodes.indices where !layout.kept[index].isEmpty { try rewriting.rewrite(index) }
    let output = try rewriting.restored(network.output, layout.all(network.output), for: network.output) { _ in true }
    return try Network(name: network.name, nodes: rewriting.nodes, output: output)
  }

  private init(network: Network, layout: ChannelLayout) {
    self.network = network
    self.layout = layout
    names = Set(network.nodes.map(\.name))
    places = network.nodes.map { _ in nil }
    isRight = network.nodes.map { _ in [] }
  }

  // MARK: Nodes

  /// Adds a node and returns its number.
  mutating func add(_ name: String, _ layer: Layer, _ inputs: [Int]) throws -> Int {
    let node = Node(name, layer, inputs: inputs)
    shapes.append(try ShapeInference.outputShape(of: node, inputs: inputs.map { shapes[$0] }))
    nodes.append(node)
    return nodes.count - 1
  }

  /// A name for a node that the original network does not have.
  mutating func freshName(_ wish: String) -> String {
    var name = wish, count = 1
    while !names.insert(name).inserted {
      count += 1
      name = "\(wish)_\(count)"
    }
    return name
  }

  func shape(_ node: Int) -> Shape { shapes[node] }

  /// The new number of a node that stores something.
  func place(_ index: Int) -> Int {
    guard let place = places[index] else { preconditionFailure("the node stores something") }
    return place
  }

  func isRight(_ index: Int, at position: Int) -> Bool { isRight[index][position] }

  mutating func finish(_ index: Int, as place: Int, right: [Bool]) {
    precondition(right.count == layout.kept[index].count, "a word for every stored channel")
    places[index] = place
    isRight[index] = right
  }

  /// Whether a channel depends on the image and matters.
  func isLive(_ index: Int, _ channel: Int) -> Bool { layout.needs[index][channel] && values[index][channel].isVarying }

  private mutating func rewrite(_ index: Int) throws {
    let node = network.nodes[index]
    let kept = layout.kept[index]
    switch node.layer {
    case .input: finish(index, as: try add(node.name, node.layer, []), right: kept.map { _ in true })
    case .constant: preconditionFailure("constants are folded into their readers")
    case .convolution(let layer):
      if layer.groups == 1 {
        try rewriteDense(index, layer)
      } else if let multiplier = layer.depthMultiplier {
        try rewriteDepthwise(index, layer, multiplier)
      } else {
        try rewriteGrouped(index, layer)
      }
    case .transposedConvolution(let layer):
      if layer.groups == 1 { try rewriteDense(index, layer) } else { try rewriteWhole(index) }
    case .linear(let layer): try rewriteDense(index, layer)
    case .batchNormalization(let layer): try rewrite(index, layer)
    case .affine(let layer): try rewrite(index, layer)
    case .activation(let activation): try rewriteChannelwise(index, .activation(activation.keeping(kept)))
    case .pool, .globalPool, .identity: try rewriteChannelwise(index, node.layer)
    case .concatenate: try concatenate(index)
    case .combine(let combination): try combine(index, combination)
    case .localResponseNormalization, .softmax: try rewriteWhole(index)
    case .slice(let slice): try rewrite(index, slice)
    case .pad(let padding): try rewrite(index, padding)
    case .reshape(let shape): try rewrite(index, shape)
    }
  }

  // MARK: Layers that treat each channel alone

  /// A constant channel of the result is right when that of the input is and nothing replaces it, or when the input holds
  /// what becomes the replacement.
  private func rightAfter(_ index: Int, _ source: [Bool]) -> [Bool] {
    let input = network.nodes[index].inputs[0]
    return zip(layout.kept[index], source).map { channel, isRight in
      if values[index][channel].isVarying { return true }
      guard layout.replaced[index]?.contains(channel) ?? false else { return isRight }
      return layout.targets[input]?[channel] != nil
    }
  }

  /// What a stored channel without weights holds, when it is one number.
  func constant(_ index: Int, _ channel: Int) -> Double? {
    layout.targets[index]?[channel] ?? values[index][channel].uniformValue
  }

  private mutating func rewriteChannelwise(_ index: Int, _ layer: Layer) throws {
    let node = network.nodes[index], source = node.inputs[0]
    let place = try add(node.name, layer, [place(source)])
    finish(index, as: place, right: rightAfter(index, isRight[source]))
  }

  private mutating func rewrite(_ index: Int, _ layer: BatchNormalization) throws {
    var kept = BatchNormalization(scale: [], shift: [], mean: [], variance: [], epsilon: layer.epsilon)
    for channel in layout.kept[index] {
      let constant = constant(index, channel)
      kept.scale.append(constant == nil ? layer.scale[channel] : 0)
      kept.shift.append(constant.map { Float($0) } ?? layer.shift[channel])
      kept.mean.append(constant == nil ? layer.mean[channel] : 0)
      kept.variance.append(constant == nil ? layer.variance[channel] : 1)
    }
    try finishAffine(index, .batchNormalization(kept))
  }

  private mutating func rewrite(_ index: Int, _ layer: ChannelAffine) throws {
    var kept = ChannelAffine(scale: [], shift: [])
    for channel in layout.kept[index] {
      let constant = constant(index, channel)
      kept.scale.append(constant == nil ? layer.scale[channel] : 0)
      kept.shift.append(constant.map { Float($0) } ?? layer.shift[channel])
    }
    try finishAffine(index, .affine(kept))
  }

  private mutating func finishAffine(_ index: Int, _ layer: Layer) throws {
    let node = network.nodes[index], source = node.inputs[0]
    let right = rightAfter(index, isRight[source])
    let place = try add(node.name, layer, [place(source)])
    finish(
      index, as: place,
      right: zip(layout.kept[index], right).map { values[index][$0].uniformValue != nil || $1 })
  }

  private mutating func rewrite(_ index: Int, _ slice: Slice) throws {
    let node = network.nodes[index], source = node.inputs[0], axis = slice.axes[0]
    let sources = layout.kept[index].map { axis.start + $0 * axis.step }
    var input = place(source), right = isRight[source]
    var kept = slice
    switch ChannelMove(from: layout.kept[source], to: sources, constant: { _ in nil }) {
    case .none: kept.axes[0] = .init(start: 0, step: 1, count: sources.count)
    case .slice(let start, let step):
      kept.axes[0] = .init(start: start, step: step, count: sources.count)
      right = sources.indices.map { right[start + $0 * step] }
    case .matrix, .pad:
      input = try restored(source, sources, for: index) { _ in true }
      kept.axes[0] = .init(start: 0, step: 1, count: sources.count)
      right = sources.map { _ in true }
    }
    let isWhole = zip(kept.axes, shapes[input].extents).allSatisfy { $0 == .init(start: 0, step: 1, count: $1) }
    finish(
      index, as: isWhole ? input : try add(node.name, .slice(kept), [input]), right: rightAfter(index, right))
  }

  private mutating func rewrite(_ index: Int, _ padding: Padding) throws {
    let source = network.nodes[index].inputs[0]
    guard padding.keepsChannels || padding.isConstant else { return try rewriteWhole(index) }
    var kept = padding
    (kept.before[0], kept.after[0]) = (0, 0)
    let isNothing = (kept.before + kept.after).allSatisfy { $0 == 0 }
    let input = place(source)
    finish(
      index, as: isNothing ? input : try add(network.nodes[index].name, .pad(kept), [input]),
      right: rightAfter(index, isRight[source]))
  }

  private mutating func rewrite(_ index: Int, _ shape: Shape) throws {
    let node = network.nodes[index], source = node.inputs[0]
    guard let split = ChannelLayout.split(network.shapes[source], shape) else { return try rewriteWhole(index) }
    let kept = Shape([layout.kept[index].count] + shape.extents.dropFirst())
    let place = try add(node.name, .reshape(kept), [place(source)])
    finish(
      index, as: place,
      right: rightAfter(index, isRight[source].flatMap { [Bool](repeating: $0, count: split) }))
  }

  private mutating func concatenate(_ index: Int) throws {
    let node = network.nodes[index]
    let parts = node.inputs.filter { !layout.kept[$0].isEmpty }
    let inputs = parts.map { place($0) }
    finish(
      index, as: inputs.count == 1 ? inputs[0] : try add(node.name, .concatenate, inputs),
      right: parts.flatMap { isRight[$0] })
  }

  /// A layer that needs all its channels at their places.
  private mutating func rewriteWhole(_ index: Int) throws {
    let node = network.nodes[index], source = node.inputs[0]
    let input = try restored(source, layout.all(source), for: index) { _ in true }
    let place = try add(node.name, node.layer, [input])
    finish(index, as: place, right: rightAfter(index, layout.kept[index].map { _ in true }))
  }

  // MARK: Constants as nodes

  /// The input with a channel of ones behind it.
  mutating func addingOnes(to source: Int) throws -> Int {
    let input = place(source)
    if let known = withOnes[input] { return known }
    let rank = shapes[input].rank
    let padding = Padding(
      before: [Int](repeating: 0, count: rank), after: [1] + [Int](repeating: 0, count: rank - 1), fill: .constant(1))
    let place = try add(freshName(network.nodes[source].name + "/ones"), .pad(padding), [input])
    withOnes[input] = place
    return place
  }

  /// The input with constant maps behind it, `[map][position]`.
  mutating func adding(_ maps: [[Double]], to source: Int, for reader: Int) throws -> Int {
    let input = place(source), name = network.nodes[reader].name
    let tensor = try Tensor(
      shape: Shape([maps.count] + shapes[input].extents.dropFirst()), values: maps.flatMap { $0.map { Float($0) } })
    let constant = try add(freshName(name + "/constants"), .constant(tensor), [])
    return try add(freshName(name + "/input"), .concatenate, [input, constant])
  }
}

extension Activation {
  /// The function for some of the channels.
  fileprivate func keeping(_ channels: [Int]) -> Activation {
    guard case .prelu(let slopes) = self, slopes.count != 1 else { return self }
    return .prelu(channels.map { slopes[$0] })
  }
}
