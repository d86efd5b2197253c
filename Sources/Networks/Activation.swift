/// A function of one value, applied to every element of a feature map.
public enum Activation: Sendable, Hashable {
  /// max(x, 0)
  case relu
  /// x for x ≥ 0, else slope · x
  case leakyRelu(slope: Float)
  /// leaky ReLU with a slope a channel, or one slope for all
  case prelu([Float])
  /// x for x ≥ 0, else alpha · (eˣ − 1)
  case elu(alpha: Float)
  /// 1 / (1 + e⁻ˣ)
  case sigmoid
  case tanh
  /// min(max(alpha · x + beta, 0), 1)
  case hardSigmoid(alpha: Float, beta: Float)
  /// x · hardSigmoid(x) with alpha 1/6 and beta 1/2
  case hardSwish
  /// min(max(x, lower), upper); the bounds may be infinite
  case clip(lower: Float, upper: Float)

  public var kindName: String {
    switch self {
    case .relu: "Relu"
    case .leakyRelu: "LeakyRelu"
    case .prelu: "PRelu"
    case .elu: "Elu"
    case .sigmoid: "Sigmoid"
    case .tanh: "Tanh"
    case .hardSigmoid: "HardSigmoid"
    case .hardSwish: "HardSwish"
    case .clip: "Clip"
    }
  }
}
