#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Activation {
  /// The function's value.
  ///
  /// - Parameters:
  ///   - x: the input; a NaN stays NaN.
  ///   - channel: the channel that the value belongs to, which matters to ``prelu(_:)`` alone.
  public func callAsFunction(_ x: Float, channel: Int) -> Float {
    switch self {
    case .relu: x > 0 || x.isNaN ? x : 0
    case .leakyRelu(let slope): x >= 0 ? x : slope * x
    case .prelu(let slopes): x >= 0 ? x : slopes[slopes.count == 1 ? 0 : channel] * x
    case .elu(let alpha): x >= 0 ? x : alpha * expm1f(x)
    case .sigmoid: 1 / (1 + expf(-x))
    case .tanh: tanhf(x)
    case .hardSigmoid(let alpha, let beta): Activation.clamped(alpha * x + beta, 0, 1)
    case .hardSwish: x * Activation.clamped(x / 6 + 0.5, 0, 1)
    case .clip(let lower, let upper): Activation.clamped(x, lower, upper)
    }
  }

  private static func clamped(_ x: Float, _ lower: Float, _ upper: Float) -> Float {
    if x.isNaN { return x }
    return min(max(x, lower), upper)
  }
}
