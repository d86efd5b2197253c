import Networks
import Tensors

/// A chain of per-channel affine maps as one, in double precision.
struct FoldedAffine: Sendable {
  private var scale: [Double]
  private var shift: [Double]

  init(channels: Int) {
    scale = [Double](repeating: 1, count: channels)
    shift = [Double](repeating: 0, count: channels)
  }

  mutating func append(_ layer: BatchNormalization) {
    for channel in scale.indices {
      let factor = Double(layer.scale[channel]) / (Double(layer.variance[channel]) + Double(layer.epsilon)).squareRoot()
      apply(factor, Double(layer.shift[channel]) - Double(layer.mean[channel]) * factor, channel)
    }
  }

  mutating func append(_ layer: ChannelAffine) {
    for channel in scale.indices { apply(Double(layer.scale[channel]), Double(layer.shift[channel]), channel) }
  }

  private mutating func apply(_ factor: Double, _ offset: Double, _ channel: Int) {
    scale[channel] *= factor
    shift[channel] = shift[channel] * factor + offset
  }

  var isIdentity: Bool { scale.allSatisfy { $0 == 1 } && shift.allSatisfy { $0 == 0 } }

  var channelAffine: ChannelAffine { ChannelAffine(scale: scale.map(Float.init), shift: shift.map(Float.init)) }

  /// The weight with each output channel multiplied; outputs come first in the weight.
  func scaled(_ weight: [Float]) -> [Float] {
    if scale.allSatisfy({ $0 == 1 }) { return weight }
    let count = weight.count / scale.count
    var result = weight
    for channel in scale.indices {
      for index in channel * count..<(channel + 1) * count {
        result[index] = Float(Double(weight[index]) * scale[channel])
      }
    }
    return result
  }

  /// The weight `[inputs, outputs / groups, taps…]` of a transposed convolution with each output channel multiplied.
  func scaled(_ weight: [Float], shape: Shape, inputsPerGroup: Int) -> [Float] {
    let outputs = shape[1], taps = shape.count / (shape[0] * outputs)
    return weight.indices.map { index in
      let input = index / (outputs * taps), output = index / taps % outputs
      return Float(Double(weight[index]) * scale[input / inputsPerGroup * outputs + output])
    }
  }

  /// The bias after the map; a missing bias is zero.
  func mapped(_ bias: [Float]?) -> [Float] {
    scale.indices.map { Float(Double(bias?[$0] ?? 0) * scale[$0] + shift[$0]) }
  }
}
