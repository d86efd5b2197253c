import CKernels
import Networks

/// An activation as the kernels take it: what they do while storing, and what is left for a pass of its own.
struct FusedActivation: Sendable {
  /// Done by the kernel: nothing, a clamp or a leaky ReLU.
  let kernel: KernelActivation
  /// Done by a second pass over the stored values, for functions without a kernel.
  let remainder: Activation?

  init(_ activation: Activation?) {
    switch activation {
    case nil: (kernel, remainder) = (.keep, nil)
    case .relu: (kernel, remainder) = (.clamp(0, .infinity), nil)
    case .clip(let lower, let upper): (kernel, remainder) = (.clamp(lower, upper), nil)
    case .leakyRelu(let slope): (kernel, remainder) = (.leaky(slope), nil)
    case .prelu(let slopes) where slopes.count == 1: (kernel, remainder) = (.leaky(slopes[0]), nil)
    case .prelu, .elu, .sigmoid, .tanh, .hardSigmoid, .hardSwish: (kernel, remainder) = (.keep, activation)
    }
  }

  enum KernelActivation: Sendable {
    case keep
    case clamp(Float, Float)
    case leaky(Float)

    var code: ns_activation {
      switch self {
      case .keep: ns_activation(kind: Int32(ns_keep), low: 0, high: 0)
      case .clamp(let low, let high): ns_activation(kind: Int32(ns_clamp), low: low, high: high)
      case .leaky(let slope): ns_activation(kind: Int32(ns_leaky), low: slope, high: 0)
      }
    }
  }
}
