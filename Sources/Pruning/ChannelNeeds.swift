import Networks
import Tensors

/// Finds which channels that depend on the image reach the network's output.
struct ChannelNeeds {
  /// For each node and channel: whether its value matters. Of the output, all channels do; of other nodes, only varying
  /// ones, for constant ones are known.
  private(set) var channels: [[Bool]]
  private let network: Network
  private let values: [[ChannelValue]]

  init(_ network: Network, _ values: [[ChannelValue]]) {
    self.network = network
    self.values = values
    channels = values.map { [Bool](repeating: false, count: $0.count) }
    channels[network.output] = channels[network.output].map { _ in true }
    for index in network.nodes.indices.reversed() where channels[index].contains(true) { visit(index) }
  }

  /// The channels over which the normalization of `channel` sums.
  static func window(of channel: Int, _ layer: LocalResponseNormalization, channels: Int) -> Range<Int> {
    let before = (layer.size - 1) / 2, after = layer.size - 1 - before
    return max(0, channel - before)..<min(channels, channel + after + 1)
  }

  private mutating func need(_ channel: Int, of node: Int) {
    if values[node][channel].isVarying { channels[node][channel] = true }
  }

  private mutating func visit(_ index: Int) {
    let node = network.nodes[index]
    let shape = network.shapes[index]
    let wanted = channels[index].indices.filter { channels[index][$0] && values[index][$0].isVarying }
    switch node.layer {
    case .input, .constant: break
    case .convolution(let layer):
      let inputs = layer.inputChannelsPerGroup, outputs = layer.outputChannels / layer.groups
      visit(wanted, outputs: outputs, inputs: inputs, of: node.inputs[0]) { output, input in
        layer.hasWeight(output: output, input: input)
      }
    case .transposedConvolution(let layer):
      let inputs = layer.inputChannels / layer.groups, outputs = layer.weight.shape[1]
      visit(wanted, outputs: outputs, inputs: inputs, of: node.inputs[0]) { output, input in
        layer.hasWeight(output: output, input: output / outputs * inputs + input)
      }
    case .linear(let layer):
      visit(wanted, outputs: layer.outputCount, inputs: layer.inputCount, of: node.inputs[0]) { output, input in
        layer.weight.values[output * layer.inputCount + input] != 0
      }
    case .batchNormalization, .affine, .activation, .pool, .globalPool, .identity:
      for channel in wanted { need(channel, of: node.inputs[0]) }
    case .concatenate:
      var first = 0
      for input in node.inputs {
        let count = network.shapes[input].channels
        for channel in wanted where (first..<first + count).contains(channel) { need(channel - first, of: input) }
        first += count
      }
    case .combine:
      for input in node.inputs {
        for channel in wanted { need(network.shapes[input].channels == 1 ? 0 : channel, of: input) }
      }
    case .localResponseNormalization(let layer):
      for channel in wanted {
        for other in Self.window(of: channel, layer, channels: shape.channels) { need(other, of: node.inputs[0]) }
      }
    case .slice(let slice):
      for channel in wanted { need(slice.axes[0].start + channel * slice.axes[0].step, of: node.inputs[0]) }
    case .pad(let padding):
      let count = network.shapes[node.inputs[0]].channels
      for channel in wanted {
        let source = channel - padding.before[0]
        switch padding.fill {
        case .constant: need(source, of: node.inputs[0])
        case .edge: need(min(max(source, 0), count - 1), of: node.inputs[0])
        case .reflect:
          need(source < 0 ? -source : source >= count ? 2 * (count - 1) - source : source, of: node.inputs[0])
        }
      }
    case .reshape:
      let from = network.shapes[node.inputs[0]], fromArea = from.count / from.channels
      let toArea = shape.count / shape.channels
      for channel in wanted {
        let elements = channel * toArea..<(channel + 1) * toArea
        for source in elements.lowerBound / fromArea...(elements.upperBound - 1) / fromArea {
          need(source, of: node.inputs[0])
        }
      }
    case .softmax:
      for channel in channels[node.inputs[0]].indices { need(channel, of: node.inputs[0]) }
    }
  }

  /// Groups of outputs that read groups of inputs.
  private mutating func visit(
    _ wanted: [Int], outputs: Int, inputs: Int, of source: Int, _ hasWeight: (_ output: Int, _ input: Int) -> Bool
  ) {
    for output in wanted {
      for input in 0..<inputs {
        let channel = output / outputs * inputs + input
        guard values[source][channel].isVarying, !channels[source][channel] else { continue }
        if hasWeight(output, input) { channels[source][channel] = true }
      }
    }
  }
}

extension Convolution {
  /// Whether the output reads the input channel, counted within its group.
  fileprivate func hasWeight(output: Int, input: Int) -> Bool {
    let start = (output * inputChannelsPerGroup + input) * kernel.area
    return weight.values[start..<start + kernel.area].contains { $0 != 0 }
  }
}

extension TransposedConvolution {
  /// Whether the output reads the input channel, counted among all.
  fileprivate func hasWeight(output: Int, input: Int) -> Bool {
    let outputs = weight.shape[1]
    let start = (input * outputs + output % outputs) * kernel.area
    return weight.values[start..<start + kernel.area].contains { $0 != 0 }
  }
}
