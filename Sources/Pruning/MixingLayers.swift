import InputErrors
import Networks
import Tensors

extension NetworkRewriting {
  mutating func rewriteDense(_ index: Int, _ layer: Convolution) throws {
    let node = network.nodes[index], source = node.inputs[0]
    let taps = layer.kernel.area, width = layer.inputChannels
    func start(_ output: Int, _ channel: Int) -> Int { (output * width + channel) * taps }
    let input = try mixedInput(
      index, from: source, isInside: layer.staysInside(network.shapes[source], network.shapes[index]),
      reads: reads(index, taps: taps, layer.weight.values, start: start))
    let parameters = parameters(
      index, input, taps: taps, weights: layer.weight.values, bias: layer.bias, start: start)
    var kept = layer
    kept.weight = try Tensor(
      shape: Shape(layout.kept[index].count, input.columns.count, layer.kernel.height, layer.kernel.width),
      values: parameters.weights)
    kept.bias = parameters.bias
    let place = try add(node.name, .convolution(kept), [input.node])
    finish(index, as: place, right: parameters.right)
  }

  mutating func rewriteDense(_ index: Int, _ layer: TransposedConvolution) throws {
    let node = network.nodes[index], source = node.inputs[0]
    let taps = layer.kernel.area, width = layer.outputChannels
    func start(_ output: Int, _ channel: Int) -> Int { (channel * width + output) * taps }
    let input = try mixedInput(
      index, from: source, isInside: layer.isPointwise,
      reads: reads(index, taps: taps, layer.weight.values, start: start))
    let parameters = parameters(
      index, input, taps: taps, weights: layer.weight.values, bias: layer.bias, start: start)
    // From [output][input][tap] to [input][output][tap].
    let outputs = layout.kept[index].count, inputs = input.columns.count
    var weights: [Float] = []
    for column in 0..<inputs {
      for output in 0..<outputs {
        let first = (output * inputs + column) * taps
        weights += parameters.weights[first..<first + taps]
      }
    }
    var kept = layer
    kept.weight = try Tensor(
      shape: Shape(inputs, outputs, layer.kernel.height, layer.kernel.width), values: weights)
    kept.bias = parameters.bias
    let place = try add(node.name, .transposedConvolution(kept), [input.node])
    finish(index, as: place, right: parameters.right)
  }

  mutating func rewriteDense(_ index: Int, _ layer: Linear) throws {
    let node = network.nodes[index], source = node.inputs[0]
    let width = layer.inputCount
    func start(_ output: Int, _ channel: Int) -> Int { output * width + channel }
    let input = try mixedInput(
      index, from: source, isInside: true, reads: reads(index, taps: 1, layer.weight.values, start: start))
    let parameters = parameters(index, input, taps: 1, weights: layer.weight.values, bias: layer.bias, start: start)
    let weight = try Tensor(
      shape: Shape(layout.kept[index].count, input.columns.count), values: parameters.weights)
    let place = try add(node.name, .linear(Linear(weight: weight, bias: parameters.bias)), [input.node])
    finish(index, as: place, right: parameters.right)
  }

  /// One filter or more on each channel alone: groups follow the stored inputs.
  mutating func rewriteDepthwise(_ index: Int, _ layer: Convolution, _ multiplier: Int) throws {
    let node = network.nodes[index], source = node.inputs[0]
    let taps = layer.kernel.area
    var weights: [Float] = [], bias: [Float] = [], right: [Bool] = []
    for output in layout.kept[index] {
      let isLive = isLive(index, output), constant = constant(index, output)
      weights +=
        isLive ? Array(layer.weight.values[output * taps..<(output + 1) * taps]) : [Float](repeating: 0, count: taps)
      bias.append(isLive ? layer.bias?[output] ?? 0 : Float(constant ?? 0))
      right.append(isLive || values[index][output].uniformValue != nil)
    }
    var kept = layer
    kept.groups = layout.kept[source].count
    kept.weight = try Tensor(
      shape: Shape(layout.kept[index].count, 1, layer.kernel.height, layer.kernel.width), values: weights)
    kept.bias = layer.bias == nil && bias.allSatisfy { $0 == 0 } ? nil : bias
    let place = try add(node.name, .convolution(kept), [place(source)])
    finish(index, as: place, right: right)
  }

  mutating func rewriteGrouped(_ index: Int, _ layer: Convolution) throws {
    let node = network.nodes[index], source = node.inputs[0]
    let plan = ChannelGroups(index, layer, layout)
    let taps = layer.kernel.area, width = layer.inputChannelsPerGroup
    let isInside = layer.staysInside(network.shapes[source], network.shapes[index])
    let known = values[source]
    func isFolded(_ channel: Int) -> Bool { known[channel].uniformValue.map { isInside || $0 == 0 } ?? false }
    let input = try restored(source, plan.inputs, for: index) { [layout] channel in
      known[channel].isVarying ? layout.needs[source][channel] : !isFolded(channel)
    }
    var weights: [Float] = [], bias: [Float] = [], right: [Bool] = []
    for group in plan.groups {
      let first = group.index * width
      for output in group.outputs {
        guard isLive(index, output) else {
          weights += [Float](repeating: 0, count: group.inputs.count * taps)
          bias.append(Float(constant(index, output) ?? 0))
          right.append(values[index][output].uniformValue != nil)
          continue
        }
        var sum = Double(layer.bias?[output] ?? 0)
        for channel in first..<first + width where isFolded(channel) {
          let start = (output * width + channel - first) * taps
          let factor = known[channel].uniformValue ?? 0
          for weight in layer.weight.values[start..<start + taps] { sum += Double(weight) * factor }
        }
        for channel in group.inputs {
          let start = (output * width + channel - first) * taps
          let counts = known[channel].isVarying ? layout.needs[source][channel] : !isFolded(channel)
          weights +=
            counts ? Array(layer.weight.values[start..<start + taps]) : [Float](repeating: 0, count: taps)
        }
        bias.append(Float(sum))
        right.append(true)
      }
    }
    var kept = layer
    kept.groups = plan.groups.count
    kept.weight = try Tensor(
      shape: Shape(plan.outputs.count, plan.groups.first?.inputs.count ?? 1, layer.kernel.height, layer.kernel.width),
      values: weights)
    kept.bias = layer.bias == nil && bias.allSatisfy { $0 == 0 } ? nil : bias
    let place = try add(node.name, .convolution(kept), [input])
    finish(index, as: place, right: right)
  }
}
