import CKernels
import Networks
import Tensors

/// The input gradient of a convolution, a transposed convolution or a linear layer with fixed weights.
struct ConvolutionAdjoint: Sendable {
  let input: MapPlace
  let parts: [(gathering: Gathering, weights: [Float])]
  /// True when the parts write every element of the input's gradient.
  let covers: Bool

  init(_ layer: Convolution, input: MapPlace, output: MapPlace) {
    self.input = input
    parts = ConvolutionGathering.adjoint(layer, input: input, output: output).map {
      ($0.gathering, $0.packed(layer.weight.values))
    }
    covers = ConvolutionGathering.adjointCovers(layer, input: input.shape, output: output.shape)
  }

  init(_ layer: TransposedConvolution, input: MapPlace, output: MapPlace) {
    self.input = input
    let part = ConvolutionGathering.adjoint(layer, input: input, output: output)
    parts = [(part.gathering, part.packed(layer.weight.values))]
    covers = true
  }

  func run(_ context: GradientContext, from gradient: MapPlace) {
    let adds = context.gradients.begin(input, covers: covers)
    for part in parts {
      part.weights.withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress else { return }
        part.gathering.run(
          context.instructions, weights: weights, adds: adds, input: gradient.pointer(context.base),
          output: input.pointer(context.base))
      }
    }
  }
}

/// The input gradient of a depthwise convolution with fixed weights.
struct ChannelConvolutionAdjoint: Sendable {
  let input: MapPlace
  let parts: [(gathering: ChannelGathering, weights: [Float])]

  init(_ layer: Convolution, input: MapPlace, output: MapPlace) {
    self.input = input
    parts = ChannelGathering.adjoint(layer, input: input, output: output).map { part in
      (part, part.packed(layer.weight.values))
    }
  }

  func run(_ context: GradientContext, from gradient: MapPlace) {
    let adds = context.gradients.begin(input, covers: true)
    for part in parts {
      part.weights.withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress else { return }
        part.gathering.run(
          context.instructions, weights: weights, adds: adds, input: gradient.pointer(context.base),
          output: input.pointer(context.base))
      }
    }
  }
}
