import CKernels
import Networks

/// An activation as the kernels take it: what they do while storing, and what is left for a pass of its own.
struct FusedActivation: Sendable {
  /// The function itself; nil for none.
  let whole: Activation?
  /// Done by the kernel: nothing, a clamp or a leaky ReLU.
  let kernel: KernelActivation
  /// True when the kernel has no such function, so that ``finish(_:_:_:)`` applies it to the stored values.
  let needsPass: Bool
  /// True when a derivative will need the function's argument, which ``finish(_:_:_:)`` then copies aside.
  let keepsArgument: Bool

  /// - Parameter differentiable: true when the derivative will be asked for.
  init(_ activation: Activation?, differentiable: Bool = false) {
    whole = activation
    if differentiable, let activation, !activation.derivativeFollowsFromValue {
      (kernel, needsPass, keepsArgument) = (.keep, true, true)
      return
    }
    keepsArgument = false
    switch activation {
    case nil: (kernel, needsPass) = (.keep, false)
    case .relu: (kernel, needsPass) = (.clamp(0, .infinity), false)
    case .clip(let lower, let upper): (kernel, needsPass) = (.clamp(lower, upper), false)
    case .leakyRelu(let slope): (kernel, needsPass) = (.leaky(slope), false)
    case .prelu(let slopes) where slopes.count == 1: (kernel, needsPass) = (.leaky(slopes[0]), false)
    case .prelu, .elu, .sigmoid, .tanh, .hardSigmoid, .hardSwish: (kernel, needsPass) = (.keep, true)
    }
  }

  /// An activation that no kernel applies, whatever it is.
  init(afterwards activation: Activation?, differentiable: Bool = false) {
    whole = activation
    kernel = .keep
    needsPass = activation != nil
    keepsArgument = differentiable && activation.map { !$0.derivativeFollowsFromValue } ?? false
  }

  /// Applies what the kernel could not, in place on `[row][pixel][channels][8]`.
  func finish(_ place: MapPlace, _ channels: ns_channels, _ context: StepContext) {
    guard needsPass, let whole else { return }
    let lanes = BufferLayout.lanes
    for row in 0..<place.shape.height {
      for column in 0..<place.shape.width {
        let pixel =
          place.pointer(context.base) + place.offset(row: row, column: column) / MemoryLayout<Float>.stride
        for index in 0..<Int(channels.count) {
          let channel = Int(channels.indices[index])
          if keepsArgument, let arguments = context.arguments {
            let offset = UnsafeRawPointer(pixel + channel * lanes) - UnsafeRawPointer(context.base)
            (arguments + offset).copyMemory(from: pixel + channel * lanes, byteCount: BufferLayout.vectorStride)
          }
          for lane in channel * lanes..<(channel + 1) * lanes { pixel[lane] = whole(pixel[lane], channel: channel) }
        }
      }
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
