import Networks
import Tensors

/// Makes the adjoints of a plan's steps.
struct StepAdjointBuilder {
  let plan: ExecutionPlan
  /// For each node, whether its gradient is wanted or leads to one that is.
  let wanted: [Bool]
  let rule: BackwardRule

  /// - Parameter work: what turns a step's gradient into its inputs'.
  func adjoint(_ step: Step) -> StepAdjoint {
    let node = plan.network.nodes[step.node]
    let (work, output, activation) = self.work(step)
    let inputs: [Bool]
    switch work {
    case .copy: inputs = [node.inputs.contains { wanted[$0] }]
    case .convolution, .depthwise, .pooling, .affine, .combine, .localResponse, .softmax:
      inputs = node.inputs.map { wanted[$0] }
    }
    return StepAdjoint(
      work: work, output: output, inner: output,
      derivative: ActivationDerivative(activation, channels: output.shape.channels, rule: rule),
      readsArgument: activation.map { !$0.derivativeFollowsFromValue } ?? false, site: step.site, wanted: inputs)
  }

  private func work(_ step: Step) -> (StepAdjoint.Work, MapPlace, Activation?) {
    switch step.work {
    case .convolution(let own):
      return (convolution(step.node, own.input, own.output), own.output, own.activation.whole)
    case .depthwise(let own):
      return (convolution(step.node, own.input, own.output), own.output, own.activation.whole)
    case .transposedConvolution(let own):
      let adjoint = ConvolutionAdjoint(own.layer, input: own.input, output: own.output)
      return (.convolution(adjoint), own.output, own.activation.whole)
    case .pooling(let own): return (.pooling(own), own.output, nil)
    case .affine(let own): return (.affine(own), own.output, own.activation.whole)
    case .combine(let own): return (.combine(own), own.output, own.activation.whole)
    case .copy(let own): return (.copy(own), own.output, nil)
    case .localResponse(let own): return (.localResponse(own), own.output, nil)
    case .softmax(let own): return (.softmax(own), own.output, nil)
    }
  }

  private func convolution(_ index: Int, _ input: MapPlace, _ output: MapPlace) -> StepAdjoint.Work {
    let affine = plan.layout.fusions[index]?.affine
    switch plan.network.nodes[index].layer {
    case .convolution(var layer):
      if let affine { layer.weight.values = affine.scaled(layer.weight.values) }
      return layer.isDepthwise
        ? .depthwise(ChannelConvolutionAdjoint(layer, input: input, output: output))
        : .convolution(ConvolutionAdjoint(layer, input: input, output: output))
    case .linear(let layer):
      let shape = Shape(layer.outputCount, input.shape.channels, input.shape.height, input.shape.width)
      var weight = Tensor(repeating: 0, shape: shape)
      weight.values = affine?.scaled(layer.weight.values) ?? layer.weight.values
      return .convolution(ConvolutionAdjoint(Convolution(weight: weight), input: input, output: output))
    case .input, .constant, .transposedConvolution, .batchNormalization, .affine, .activation, .pool, .globalPool,
      .concatenate, .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      preconditionFailure("the step is no convolution")
    }
  }
}
