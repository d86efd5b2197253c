/// Batch normalization with frozen moments: `scale · (x − mean) / √(variance + epsilon) + shift` for each channel.
public struct BatchNormalization: Sendable, Hashable {
  public var scale: [Float]
  public var shift: [Float]
  public var mean: [Float]
  public var variance: [Float]
  public var epsilon: Float

  public init(scale: [Float], shift: [Float], mean: [Float], variance: [Float], epsilon: Float = 1e-5) {
    self.scale = scale
    self.shift = shift
    self.mean = mean
    self.variance = variance
    self.epsilon = epsilon
  }

  /// The same map as one multiplication and one addition a channel, computed in double precision.
  public var folded: ChannelAffine {
    var multiplier: [Float] = []
    var offset: [Float] = []
    for channel in scale.indices {
      let factor = Double(scale[channel]) / (Double(variance[channel]) + Double(epsilon)).squareRoot()
      multiplier.append(Float(factor))
      offset.append(Float(Double(shift[channel]) - Double(mean[channel]) * factor))
    }
    return ChannelAffine(scale: multiplier, shift: offset)
  }
}

/// `scale · x + shift` for each channel.
public struct ChannelAffine: Sendable, Hashable {
  public var scale: [Float]
  public var shift: [Float]

  public init(scale: [Float], shift: [Float]) {
    self.scale = scale
    self.shift = shift
  }
}

/// Normalization across neighbouring channels (Krizhevsky 2012, section 3.3):
/// `x / (bias + alpha / size · Σ x²)^beta`, the sum over the `size` channels around the present one.
public struct LocalResponseNormalization: Sendable, Hashable {
  public var size: Int
  public var alpha: Float
  public var beta: Float
  public var bias: Float

  public init(size: Int, alpha: Float = 1e-4, beta: Float = 0.75, bias: Float = 1) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.bias = bias
  }
}
