import Inference
import Networks
import Tensors

/// Outputs of convolutions and linear layers all of whose inputs are constant.
enum ConstantSums {
  /// The output channel of a convolution; varying when a varying input has a weight that is not 0.
  static func output(
    _ output: Int, of layer: Convolution, _ map: Shape, _ values: [ChannelValue], _ shape: Shape
  ) -> ChannelValue {
    let inputs = layer.inputChannelsPerGroup, taps = layer.kernel.area
    let first = output / (layer.outputChannels / layer.groups) * inputs
    func weights(_ input: Int) -> ArraySlice<Float> {
      let start = (output * inputs + input) * taps
      return layer.weight.values[start..<start + taps]
    }
    guard let sources = merged(values[first..<first + inputs], weights) else { return .varying }
    var single = layer
    single.groups = 1
    single.bias = layer.bias.map { [$0[output]] }
    single.weight = Tensor(
      repeating: 0, shape: Shape(1, sources.count, layer.kernel.height, layer.kernel.width))
    single.weight.values = []
    return run(sources, map, shape, bias: single.bias) { weights in
      single.weight.values = weights
      return .convolution(single)
    }
  }

  /// The output channel of a transposed convolution.
  static func output(
    _ output: Int, of layer: TransposedConvolution, _ map: Shape, _ values: [ChannelValue], _ shape: Shape
  ) -> ChannelValue {
    let inputs = layer.inputChannels / layer.groups, outputs = layer.weight.shape[1], taps = layer.kernel.area
    let first = output / outputs * inputs
    func weights(_ input: Int) -> ArraySlice<Float> {
      let start = ((first + input) * outputs + output % outputs) * taps
      return layer.weight.values[start..<start + taps]
    }
    guard let sources = merged(values[first..<first + inputs], weights) else { return .varying }
    var single = layer
    single.groups = 1
    single.bias = layer.bias.map { [$0[output]] }
    single.weight = Tensor(
      repeating: 0, shape: Shape(sources.count, 1, layer.kernel.height, layer.kernel.width))
    return run(sources, map, shape, bias: single.bias) { weights in
      single.weight.values = weights
      return .transposedConvolution(single)
    }
  }

  /// The output of a linear layer.
  static func output(_ output: Int, of layer: Linear, _ values: [ChannelValue]) -> ChannelValue {
    var sum = Double(layer.bias?[output] ?? 0)
    for (input, value) in values.enumerated() {
      let weight = Double(layer.weight.values[output * layer.inputCount + input])
      guard weight != 0 else { continue }
      guard let value = value.uniformValue else { return .varying }
      sum += weight * value
    }
    return .uniform(sum)
  }

  /// Inputs that say something, each with its weights; all uniform ones stand together as the first, a map of ones.
  private static func merged(
    _ values: ArraySlice<ChannelValue>, _ weights: (_ input: Int) -> ArraySlice<Float>
  ) -> [(value: ChannelValue, weights: [Double])]? {
    var uniform: [Double] = []
    var maps: [(value: ChannelValue, weights: [Double])] = []
    for (input, value) in values.enumerated() {
      let row = weights(input)
      switch value {
      case .varying: if row.contains(where: { $0 != 0 }) { return nil }
      case .uniform(let number):
        if uniform.isEmpty { uniform = [Double](repeating: 0, count: row.count) }
        for (tap, weight) in row.enumerated() { uniform[tap] += Double(weight) * number }
      case .map: maps.append((value, row.map(Double.init)))
      }
    }
    if uniform.contains(where: { $0 != 0 }) { maps.insert((.uniform(1), uniform), at: 0) }
    return maps
  }

  private static func run(
    _ sources: [(value: ChannelValue, weights: [Double])], _ map: Shape, _ shape: Shape, bias: [Float]?,
    _ layer: ([Float]) -> Layer
  ) -> ChannelValue {
    guard !sources.isEmpty else { return .uniform(Double(bias?.first ?? 0)) }
    let area = map.area
    let input = Shape(sources.count, map.height, map.width)
    let elements = sources.flatMap { $0.value.elements(area) ?? [] }
    let output = ReferenceForward.output(
      of: layer(sources.flatMap { $0.weights.map { Float($0) } }), Shape(1, shape.height, shape.width),
      inputs: [(input, elements)])
    return ChannelValue(output)
  }
}
