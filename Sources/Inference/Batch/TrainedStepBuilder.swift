import Networks
import Tensors

/// Makes the steps of a batch's execution out of a training plan's.
struct TrainedStepBuilder {
  let plan: ExecutionPlan
  let layout: ParameterLayout
  let blockBytes: Int
  let blockCount: Int

  func steps() -> [any TrainedStep] {
    let network = plan.network
    // A gradient is wanted wherever a parameter lies before.
    var wanted = [Bool](repeating: false, count: network.nodes.count)
    for segment in layout.segments { wanted[segment.node] = true }
    for (index, node) in network.nodes.enumerated() where node.inputs.contains(where: { wanted[$0] }) {
      wanted[index] = true
    }
    let builder = StepAdjointBuilder(plan: plan, wanted: wanted, rule: .gradient)
    return plan.steps.map { step($0, builder.adjoint($0)) }
  }

  private func step(_ step: Step, _ adjoint: StepAdjoint) -> any TrainedStep {
    let weight = range(step.node, .weight), bias = range(step.node, .bias)
    switch step.work {
    case .convolution(let own):
      guard let weight else { return FixedStep(step, adjoint) }
      return TrainedConvolution(
        geometry(step.node, own.input), own, adjoint, weight: weight, bias: bias, blockBytes: blockBytes,
        blockCount: blockCount)
    case .depthwise(let own):
      guard let weight else { return FixedStep(step, adjoint) }
      return TrainedDepthwise(
        geometry(step.node, own.input), own, adjoint, weight: weight, bias: bias, blockBytes: blockBytes,
        blockCount: blockCount)
    case .transposedConvolution(let own):
      guard let weight else { return FixedStep(step, adjoint) }
      return TrainedTransposedConvolution(
        own, adjoint, weight: weight, bias: bias, blockBytes: blockBytes, blockCount: blockCount)
    case .affine(let own):
      if let slopes = range(step.node, .slope) { return TrainedSlopes(own, adjoint, range: slopes) }
      guard let scale = range(step.node, .scale), let shift = range(step.node, .shift) else {
        return FixedStep(step, adjoint)
      }
      return TrainedNormalization(own, adjoint, epsilon: epsilon(step.node), scale: scale, shift: shift)
    case .pooling, .combine, .copy, .localResponse, .softmax: return FixedStep(step, adjoint)
    }
  }

  private func range(_ node: Int, _ kind: ParameterLayout.Kind) -> Range<Int>? {
    layout.segment(ofNode: node, kind)?.range
  }

  private func epsilon(_ node: Int) -> Double? {
    if case .batchNormalization(let layer) = plan.network.nodes[node].layer { return Double(layer.epsilon) }
    return nil
  }

  /// A linear layer is a convolution whose kernel covers the whole map.
  private func geometry(_ node: Int, _ input: MapPlace) -> Convolution {
    switch plan.network.nodes[node].layer {
    case .convolution(let layer): return layer
    case .linear(let layer):
      let shape = Shape(layer.outputCount, input.shape.channels, input.shape.height, input.shape.width)
      return Convolution(weight: Tensor(repeating: 0, shape: shape))
    case .input, .constant, .transposedConvolution, .batchNormalization, .affine, .activation, .pool, .globalPool,
      .concatenate, .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      preconditionFailure("the step is no convolution")
    }
  }
}
