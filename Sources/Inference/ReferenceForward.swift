import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The network as its definition reads: plain loops in double precision, one image, one node after another.
///
/// Slow and obvious on purpose; every fast path is compared with it.
public struct ReferenceForward: Sendable {
  public let network: Network

  public init(_ network: Network) { self.network = network }

  /// The values of every node for one image, in row-major order.
  ///
  /// - Parameters:
  ///   - image: the input's elements.
  ///   - replaced: for a node, channels whose whole map takes these elements instead, in row-major order.
  public func activations(of image: [Float], replaced: [Int: [Int: [Double]]] = [:]) -> [[Double]] {
    precondition(image.count == network.inputShape.count, "the image fills the input")
    var values: [[Double]] = []
    for (index, node) in network.nodes.enumerated() {
      let inputs = node.inputs.map { ReferenceMap(network.shapes[$0], values[$0]) }
      var result = ReferenceMap(network.shapes[index])
      if case .input = node.layer {
        result.values = image.map(Double.init)
      } else {
        Self.compute(node.layer, inputs, &result)
      }
      for (channel, elements) in replaced[index] ?? [:] {
        let area = result.shape.area
        for position in 0..<area { result.values[channel * area + position] = elements[position] }
      }
      values.append(result.values)
    }
    return values
  }

  /// The logits of one image.
  public func logits(of image: [Float], replaced: [Int: [Int: [Double]]] = [:]) -> [Double] {
    activations(of: image, replaced: replaced)[network.logits]
  }

  /// What a layer makes of some maps: `elements` and the result in row-major order.
  ///
  /// - Precondition: the shapes are those that ``Networks/ShapeInference`` gives; the layer is no input.
  package static func output(
    of layer: Layer, _ shape: Shape, inputs: [(shape: Shape, elements: [Double])]
  ) -> [Double] {
    var result = ReferenceMap(shape)
    compute(layer, inputs.map { ReferenceMap($0.shape, $0.elements) }, &result)
    return result.values
  }

  private static func compute(_ layer: Layer, _ inputs: [ReferenceMap], _ y: inout ReferenceMap) {
    switch layer {
    case .input: preconditionFailure("the input is no computation")
    case .constant(let tensor): y.values = tensor.values.map(Double.init)
    case .convolution(let layer): ReferenceConvolution.run(layer, inputs[0], &y)
    case .transposedConvolution(let layer): ReferenceConvolution.run(layer, inputs[0], &y)
    case .linear(let layer):
      for output in 0..<layer.outputCount {
        var sum = Double(layer.bias?[output] ?? 0)
        for input in 0..<layer.inputCount {
          sum += Double(layer.weight.values[output * layer.inputCount + input]) * inputs[0].values[input]
        }
        y.values[output] = sum
      }
    case .batchNormalization(let layer):
      y.fill { c, row, column in
        let deviation = inputs[0][c, row, column] - Double(layer.mean[c])
        let spread = (Double(layer.variance[c]) + Double(layer.epsilon)).squareRoot()
        return Double(layer.scale[c]) * deviation / spread + Double(layer.shift[c])
      }
    case .affine(let layer):
      y.fill { c, row, column in Double(layer.scale[c]) * inputs[0][c, row, column] + Double(layer.shift[c]) }
    case .activation(let activation):
      y.fill { c, row, column in Double(activation(Float(inputs[0][c, row, column]), channel: c)) }
    case .pool(let layer): ReferencePooling.run(layer, inputs[0], &y)
    case .globalPool(let kind):
      let extent = Extent(height: inputs[0].shape.height, width: inputs[0].shape.width)
      ReferencePooling.run(Pooling(kind, kernel: extent, stride: Extent(1)), inputs[0], &y)
    case .concatenate: y.values = inputs.flatMap(\.values)
    case .combine(let combination): combine(combination, inputs, &y)
    case .localResponseNormalization(let layer):
      let before = (layer.size - 1) / 2, after = layer.size - 1 - before
      let channels = y.shape.channels
      y.fill { c, row, column in
        var sum = 0.0
        for other in max(0, c - before)...min(channels - 1, c + after) {
          sum += inputs[0][other, row, column] * inputs[0][other, row, column]
        }
        let base = Double(layer.bias) + Double(layer.alpha) / Double(layer.size) * sum
        return inputs[0][c, row, column] / pow(base, Double(layer.beta))
      }
    case .slice(let slice):
      let axes = slice.axes + [Slice.Axis](repeating: .init(start: 0, step: 1, count: 1), count: 3 - slice.axes.count)
      y.fill { c, row, column in
        inputs[0][
          axes[0].start + c * axes[0].step, axes[1].start + row * axes[1].step, axes[2].start + column * axes[2].step]
      }
    case .pad(let padding): pad(padding, inputs[0], &y)
    case .reshape, .identity: y.values = inputs[0].values
    case .softmax(let logarithmic): softmax(inputs[0], logarithmic, &y)
    }
  }

  private static func combine(_ combination: Combination, _ inputs: [ReferenceMap], _ y: inout ReferenceMap) {
    y.fill { c, row, column in
      var result = inputs[0].repeated(c, row, column)
      for input in inputs.dropFirst() {
        let value = input.repeated(c, row, column)
        switch combination {
        case .add: result += value
        case .subtract: result -= value
        case .multiply: result *= value
        case .divide: result /= value
        }
      }
      return result
    }
  }

  private static func pad(_ padding: Padding, _ x: ReferenceMap, _ y: inout ReferenceMap) {
    let before = padding.before + [Int](repeating: 0, count: 3 - padding.before.count)
    let extents = [x.shape.channels, x.shape.height, x.shape.width]
    y.fill { c, row, column in
      var index = [c - before[0], row - before[1], column - before[2]]
      for axis in 0..<3 where !(0..<extents[axis]).contains(index[axis]) {
        switch padding.fill {
        case .constant(let value): return Double(value)
        case .edge: index[axis] = min(max(index[axis], 0), extents[axis] - 1)
        case .reflect: index[axis] = index[axis] < 0 ? -index[axis] : 2 * (extents[axis] - 1) - index[axis]
        }
      }
      return x[index[0], index[1], index[2]]
    }
  }

  private static func softmax(_ x: ReferenceMap, _ logarithmic: Bool, _ y: inout ReferenceMap) {
    let channels = x.shape.channels
    y.fill { c, row, column in
      let largest = (0..<channels).map { x[$0, row, column] }.max() ?? 0
      let sum = (0..<channels).reduce(0.0) { $0 + exp(x[$1, row, column] - largest) }
      let shifted = x[c, row, column] - largest
      return logarithmic ? shifted - log(sum) : exp(shifted) / sum
    }
  }
}
