import Inference
import Networks
import Tensors

/// Finds which channels of which nodes no longer depend on the image, and what they hold.
///
/// A removed filter's channel takes its replacement; whatever is computed from such channels alone is constant too. Maps
/// are computed by the loops of ``Inference/ReferenceForward``, borders included, so that nothing is approximated.
struct ConstantPropagation {
  let network: Network
  /// For each node, what is known of each of its channels.
  private(set) var values: [[ChannelValue]] = []

  /// - Parameter replaced: for a node, the channels whose output is replaced and what it becomes.
  init(_ network: Network, replaced: [Int: [Int: ChannelValue]]) {
    self.network = network
    for (index, node) in network.nodes.enumerated() {
      var result = computed(index, node.inputs.map { (network.shapes[$0], values[$0]) })
      for (channel, value) in replaced[index] ?? [:] { result[channel] = value }
      values.append(result)
    }
  }

  private typealias Source = (shape: Shape, values: [ChannelValue])

  private func computed(_ index: Int, _ inputs: [Source]) -> [ChannelValue] {
    let layer = network.nodes[index].layer
    let shape = network.shapes[index], channels = shape.channels
    switch layer {
    case .input: return [ChannelValue](repeating: .varying, count: channels)
    case .constant(let tensor):
      let area = tensor.count / channels
      return (0..<channels).map { ChannelValue(tensor.values[$0 * area..<($0 + 1) * area].map(Double.init)) }
    case .convolution(let convolution):
      return (0..<channels).map { ConstantSums.output($0, of: convolution, inputs[0].shape, inputs[0].values, shape) }
    case .transposedConvolution(let convolution):
      return (0..<channels).map { ConstantSums.output($0, of: convolution, inputs[0].shape, inputs[0].values, shape) }
    case .linear(let linear): return (0..<channels).map { ConstantSums.output($0, of: linear, inputs[0].values) }
    case .batchNormalization(let normalization): return scaled(inputs[0], normalization.folded)
    case .affine(let affine): return scaled(inputs[0], affine)
    case .activation(let activation): return pointwise(inputs[0]) { x, c in Double(activation(Float(x), channel: c)) }
    case .pool, .globalPool: return channelwise(inputs[0], shape, layer)
    case .concatenate: return inputs.flatMap(\.values)
    case .combine(let combination): return combined(combination, inputs, shape)
    case .localResponseNormalization(let normalization):
      return (0..<channels).map { neighbours(of: $0, normalization, inputs[0]) }
    case .slice(let slice):
      let axis = slice.axes[0]
      let picked = (0..<axis.count).map { inputs[0].values[axis.start + $0 * axis.step] }
      guard slice.axes.count > 1 else { return picked }
      let spatial = Slice(axes: [.init(start: 0, step: 1, count: 1)] + slice.axes.dropFirst())
      return channelwise((inputs[0].shape, picked), shape, .slice(spatial))
    case .pad(let padding): return padded(padding, inputs[0], shape)
    case .reshape: return reshaped(inputs[0], shape)
    case .softmax:
      if inputs[0].values.contains(where: \.isVarying) { return [ChannelValue](repeating: .varying, count: channels) }
      return whole(layer, inputs[0], shape)
    case .identity: return inputs[0].values
    }
  }

  /// A scale and a shift a channel; a scale of 0 forgets the image.
  private func scaled(_ input: Source, _ affine: ChannelAffine) -> [ChannelValue] {
    pointwise(input) { x, c in Double(affine.scale[c]) * x + Double(affine.shift[c]) }.enumerated().map {
      affine.scale[$0] == 0 ? .uniform(Double(affine.shift[$0])) : $1
    }
  }

  /// A function of one element.
  private func pointwise(_ input: Source, _ function: (Double, _ channel: Int) -> Double) -> [ChannelValue] {
    input.values.enumerated().map { channel, value in
      switch value {
      case .varying: .varying
      case .uniform(let x): .uniform(function(x, channel))
      case .map(let elements): ChannelValue(elements.map { function($0, channel) })
      }
    }
  }

  /// A layer that treats each channel alone, on maps of one channel.
  private func channelwise(_ input: Source, _ output: Shape, _ layer: Layer) -> [ChannelValue] {
    let (from, to) = (Shape([1] + input.shape.extents.dropFirst()), Shape([1] + output.extents.dropFirst()))
    return input.values.map { value in
      guard let elements = value.elements(from.count) else { return .varying }
      return ChannelValue(ReferenceForward.output(of: layer, to, inputs: [(from, elements)]))
    }
  }

  /// A layer that mixes channels, all of which are constant.
  private func whole(_ layer: Layer, _ input: Source, _ output: Shape) -> [ChannelValue] {
    let area = input.shape.count / input.shape.channels
    let elements = input.values.flatMap { $0.elements(area) ?? [] }
    return Self.channels(ReferenceForward.output(of: layer, output, inputs: [(input.shape, elements)]), output)
  }

  private static func channels(_ elements: [Double], _ shape: Shape) -> [ChannelValue] {
    let area = shape.count / shape.channels
    return (0..<shape.channels).map { ChannelValue(Array(elements[$0 * area..<($0 + 1) * area])) }
  }

  private func combined(_ combination: Combination, _ inputs: [Source], _ shape: Shape) -> [ChannelValue] {
    (0..<shape.channels).map { channel in
      let operands = inputs.map { $0.values[$0.shape.channels == 1 ? 0 : channel] }
      if case .multiply = combination, operands.contains(where: \.isZero) { return .uniform(0) }
      if operands.contains(where: \.isVarying) { return .varying }
      let maps = zip(inputs, operands).map { input, value -> (Shape, [Double]) in
        let rank = shape.rank, isMap = input.shape.rank == rank
        let one = isMap ? Shape([1] + input.shape.extents.dropFirst()) : Shape([Int](repeating: 1, count: rank))
        return (one, value.elements(one.count) ?? [])
      }
      let one = Shape([1] + shape.extents.dropFirst())
      return ChannelValue(ReferenceForward.output(of: .combine(combination), one, inputs: maps))
    }
  }

  private func neighbours(of channel: Int, _ layer: LocalResponseNormalization, _ input: Source) -> ChannelValue {
    if input.values[channel].isZero, layer.bias > 0, layer.alpha >= 0 { return .uniform(0) }
    let window = ChannelNeeds.window(of: channel, layer, channels: input.values.count)
    let area = input.shape.count / input.shape.channels
    let maps = window.compactMap { input.values[$0].elements(area) }
    guard maps.count == window.count else { return .varying }
    // The window alone; what lies beyond it does not matter to its own channel.
    let shape = Shape([maps.count] + input.shape.extents.dropFirst())
    let elements = ReferenceForward.output(
      of: .localResponseNormalization(layer), shape, inputs: [(shape, maps.flatMap { $0 })])
    let place = channel - window.lowerBound
    return ChannelValue(Array(elements[place * area..<(place + 1) * area]))
  }

  private func padded(_ padding: Padding, _ input: Source, _ shape: Shape) -> [ChannelValue] {
    let (before, channels) = (padding.before[0], input.shape.channels)
    let spatial = Padding(
      before: [0] + padding.before.dropFirst(), after: [0] + padding.after.dropFirst(), fill: padding.fill)
    let inner = channelwise(input, shape, .pad(spatial))
    return (0..<shape.channels).map { channel in
      let source = channel - before
      if (0..<channels).contains(source) { return inner[source] }
      switch padding.fill {
      case .constant(let value): return .uniform(Double(value))
      case .edge: return inner[min(max(source, 0), channels - 1)]
      case .reflect: return inner[source < 0 ? -source : 2 * (channels - 1) - source]
      }
    }
  }

  private func reshaped(_ input: Source, _ shape: Shape) -> [ChannelValue] {
    let (from, to) = (input.shape.count / input.shape.channels, shape.count / shape.channels)
    if from == to { return input.values }
    return (0..<shape.channels).map { channel in
      var elements: [Double] = []
      for element in channel * to..<(channel + 1) * to {
        switch input.values[element / from] {
        case .varying: return .varying
        case .uniform(let value): elements.append(value)
        case .map(let map): elements.append(map[element % from])
        }
      }
      return ChannelValue(elements)
    }
  }
}
