import Networks
import Tensors

/// What is left of a convolution with several groups of several inputs.
///
/// Groups that nobody reads go whole. Those that stay keep the same number of outputs and inputs each: as many as the
/// group that needs most, for groups are of one size.
struct ChannelGroups {
  struct Group: Hashable {
    let index: Int
    let outputs: [Int]
    let inputs: [Int]
  }

  let groups: [Group]

  var outputs: [Int] { groups.flatMap(\.outputs) }
  var inputs: [Int] { groups.flatMap(\.inputs) }

  init(_ index: Int, _ layer: Convolution, _ layout: ChannelLayout) {
    let source = layout.network.nodes[index].inputs[0]
    let outputCount = layer.outputChannels / layer.groups, inputCount = layer.inputChannelsPerGroup
    let isInside = layer.staysInside(layout.network.shapes[source], layout.network.shapes[index])
    let needed = (0..<layer.groups).compactMap { group -> Group? in
      let outputs = (group * outputCount..<(group + 1) * outputCount).filter { layout.needs[index][$0] }
      let inputs = (group * inputCount..<(group + 1) * inputCount).filter { channel in
        switch layout.values[source][channel] {
        case .varying: layout.needs[source][channel]
        // What no bias can hold is read.
        case .uniform(let value): value != 0 && !isInside
        case .map: true
        }
      }
      return outputs.isEmpty ? nil : Group(index: group, outputs: outputs, inputs: inputs)
    }
    let mostOutputs = needed.map(\.outputs.count).max() ?? 0
    let mostInputs = max(1, needed.map(\.inputs.count).max() ?? 0)
    groups = needed.map { group in
      let outputs = group.index * outputCount..<(group.index + 1) * outputCount
      let inputs = group.index * inputCount..<(group.index + 1) * inputCount
      return Group(
        index: group.index, outputs: Self.filled(group.outputs, to: mostOutputs, from: outputs),
        inputs: Self.filled(group.inputs, to: mostInputs, from: inputs))
    }
  }

  /// The channels and, where they are too few, others of their group, in order.
  private static func filled(_ channels: [Int], to count: Int, from group: Range<Int>) -> [Int] {
    let others = group.filter { !channels.contains($0) }
    return (channels + others.prefix(count - channels.count)).sorted()
  }
}

extension Convolution {
  /// Whether no tap of any window lies in the padding.
  func staysInside(_ input: Shape, _ output: Shape) -> Bool {
    let lastRow = (output.height - 1) * stride.height - padding.top + dilation.height * (kernel.height - 1)
    let lastColumn = (output.width - 1) * stride.width - padding.left + dilation.width * (kernel.width - 1)
    return padding.top == 0 && padding.left == 0 && lastRow < input.height && lastColumn < input.width
  }
}
