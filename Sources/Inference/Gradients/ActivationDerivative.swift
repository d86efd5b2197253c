import CKernels
import Networks

extension Activation {
  /// True when the derivative is a function of the activation's value, so that the argument need not be kept.
  var derivativeFollowsFromValue: Bool {
    switch self {
    case .relu, .sigmoid, .tanh, .hardSigmoid, .clip: true
    case .leakyRelu(let slope): slope >= 0
    case .prelu(let slopes): slopes.allSatisfy { $0 >= 0 }
    case .elu(let alpha): alpha >= 0
    case .hardSwish: false
    }
  }

  /// True when it has parameters of its own.
  var isTrained: Bool {
    switch self {
    case .prelu: true
    case .relu, .leakyRelu, .elu, .sigmoid, .tanh, .hardSigmoid, .hardSwish, .clip: false
    }
  }
}

/// How gradients pass activations on their way back.
public enum BackwardRule: Sendable, Hashable, CaseIterable {
  /// The derivative.
  case gradient
  /// Guided backpropagation (Springenberg 2015): the derivative, and negative gradients become 0.
  case guided
  /// The deconvnet (Zeiler and Fergus 2014): negative gradients become 0, whatever the activation was.
  case deconvolution
  /// The derivative, and beyond a bound of the activation also what would lead back inside: a unit that is off gets a
  /// gradient that turns it on. For starting activation maximisation (Olah et al. 2017).
  case redirected
}

/// An activation's derivative as the kernels take it.
struct ActivationDerivative: Sendable {
  let kind: Int32
  var low: Float = 0
  var high: Float = 0
  var factor: Float = 1
  /// One value a channel, for a leaky function.
  var slopes: [Float] = []
  var rectifies = false

  /// - Parameters:
  ///   - activation: nil for none, whose derivative is 1.
  ///   - channels: of the map.
  init(_ activation: Activation?, channels: Int, rule: BackwardRule) {
    if let activation, activation.isRectifier {
      switch rule {
      case .gradient: break
      case .guided: rectifies = true
      case .deconvolution:
        rectifies = true
        kind = Int32(ns_slope_one)
        return
      case .redirected:
        if case .clip(_, let upper) = activation {
          (kind, high) = (Int32(ns_slope_redirected), upper)
          return
        }
        if case .relu = activation {
          (kind, high) = (Int32(ns_slope_redirected), .infinity)
          return
        }
      }
    }
    switch activation {
    case nil: kind = Int32(ns_slope_one)
    case .relu: (kind, high) = (Int32(ns_slope_inside), .infinity)
    case .clip(let lower, let upper): (kind, low, high) = (Int32(ns_slope_inside), lower, upper)
    case .hardSigmoid(let alpha, _): (kind, high, factor) = (Int32(ns_slope_inside), 1, alpha)
    case .leakyRelu(let slope): (kind, slopes) = (Int32(ns_slope_leaky), [Float](repeating: slope, count: channels))
    case .prelu(let own):
      kind = Int32(ns_slope_leaky)
      slopes = own.count == 1 ? [Float](repeating: own[0], count: channels) : own
    case .elu(let alpha): (kind, factor) = (Int32(ns_slope_elu), alpha)
    case .sigmoid: kind = Int32(ns_slope_sigmoid)
    case .tanh: kind = Int32(ns_slope_tanh)
    case .hardSwish: kind = Int32(ns_slope_hard_swish)
    }
  }

  /// True when nothing has to be done for units that were computed.
  var isIdentity: Bool { kind == Int32(ns_slope_one) && !rectifies }

  /// output = gradient · derivative, and 0 where the unit was replaced.
  ///
  /// - Parameter lanes: `[channels][8]` of all bits or none; nil when no unit was replaced.
  func apply(
    _ instructions: Int32, argument: ns_map, value: ns_map, gradient: ns_map, output: ns_map, _ place: MapPlace,
    lanes: UnsafePointer<Float>?
  ) {
    slopes.withUnsafeBufferPointer { slopes in
      var derivative = ns_derivative(
        kind: kind, rectifies: rectifies ? 1 : 0, low: low, high: high, factor: factor, slopes: slopes.baseAddress,
        lanes: lanes)
      var x = argument, y = value, g = gradient, z = output
      ns_differentiate(
        instructions, &derivative, &x, &y, &g, &z, Int64(place.shape.height), Int64(place.shape.width),
        Int64(place.shape.channels))
    }
  }
}

extension Activation {
  /// True for the functions that let positive values through: those that guided backpropagation and the deconvnet treat
  /// in their own way.
  fileprivate var isRectifier: Bool {
    switch self {
    case .relu, .leakyRelu, .prelu: true
    case .clip(let lower, _): lower == 0
    case .elu, .sigmoid, .tanh, .hardSigmoid, .hardSwish: false
    }
  }
}
