import CKernels
import Networks
import Tensors

/// The adjoint of one step: from the gradient at its output to those at its inputs.
struct StepAdjoint: Sendable {
  enum Work: Sendable {
    case convolution(ConvolutionAdjoint)
    case depthwise(ChannelConvolutionAdjoint)
    case pooling(PoolingStep)
    case affine(AffineStep)
    case combine(CombineStep)
    case copy(CopyStep)
    case localResponse(LocalResponseStep)
    case softmax(SoftmaxStep)
  }

  let work: Work
  let output: MapPlace
  /// Where the gradient before the activation goes: the output's own place unless that must be kept.
  var inner: MapPlace
  let derivative: ActivationDerivative
  let readsArgument: Bool
  /// The index of the site whose units the step computes, if it is one.
  let site: Int?
  /// For each input, whether its gradient is wanted.
  let wanted: [Bool]

  /// Multiplications with an addition for one image.
  var multiplyAdds: Int {
    guard wanted.contains(true) else { return 0 }
    switch work {
    case .convolution(let adjoint): return adjoint.parts.reduce(0) { $0 + $1.gathering.multiplyAdds }
    case .depthwise(let adjoint): return adjoint.parts.reduce(0) { $0 + $1.gathering.multiplyAdds }
    case .pooling, .affine, .combine, .copy, .localResponse, .softmax: return 0
    }
  }

  /// Turns the gradient at the output into the one before the activation: 0 in lanes where a unit was replaced.
  ///
  /// - Parameter lanes: `[channels][8]` of all bits where a unit was computed and none where it was replaced.
  func passActivation(_ context: GradientContext, lanes: UnsafePointer<Float>?) {
    if derivative.isIdentity, lanes == nil, inner.start == output.start { return }
    let value = output.map(context.activations)
    var argument = value
    if readsArgument {
      if case .affine(let step) = work, step.affine == nil {
        argument = step.input.map(context.activations)
      } else if let arguments = context.arguments {
        argument = output.map(arguments)
      }
    }
    derivative.apply(
      context.instructions, argument: argument, value: value, gradient: output.map(context.base),
      output: inner.map(context.base), output, lanes: lanes)
  }

  /// Adds to the inputs' gradients.
  func passToInputs(_ context: GradientContext) {
    guard wanted.contains(true) else { return }
    switch work {
    case .convolution(let adjoint): adjoint.run(context, from: inner)
    case .depthwise(let adjoint): adjoint.run(context, from: inner)
    case .pooling(let step): step.differentiate(context, from: inner)
    case .affine(let step): step.differentiate(context, from: inner)
    case .combine(let step): step.differentiate(context, from: inner, wanted: wanted)
    case .copy(let step): step.differentiate(context, from: inner)
    case .localResponse(let step): step.differentiate(context, from: inner)
    case .softmax(let step): step.differentiate(context, from: inner)
    }
  }
}
