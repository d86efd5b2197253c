import CKernels
import Networks
import Tensors

/// A convolution or linear layer whose weights change from batch to batch.
final class TrainedConvolution: TrainedStep {
  let adjoint: StepAdjoint
  private let input: MapPlace
  private let output: MapPlace
  private let weight: Range<Int>
  private let bias: Range<Int>?
  private let activation: FusedActivation
  private let forwardPart: PackedGathering
  private let backwardParts: [PackedGathering]
  private let covers: Bool
  private let weightGradient: WeightGradient
  private var forwardWeights: [Float]
  private var backwardWeights: [[Float]]
  private var biases: [Float]

  /// - Parameter layer: the geometry; its weight's values are not used.
  init(
    _ layer: Convolution, _ step: ConvolutionStep, _ adjoint: StepAdjoint, weight: Range<Int>, bias: Range<Int>?,
    blockBytes: Int, blockCount: Int
  ) {
    self.adjoint = adjoint
    self.weight = weight
    self.bias = bias
    (input, output, activation) = (step.input, step.output, step.activation)
    forwardPart = ConvolutionGathering.forward(layer, input: input, output: output)
    backwardParts =
      adjoint.wanted[0] ? ConvolutionGathering.adjoint(layer, input: input, output: output) : []
    covers = ConvolutionGathering.adjointCovers(layer, input: input.shape, output: output.shape)
    weightGradient = WeightGradient(
      layer, input: input, gradient: output, blockBytes: blockBytes, blockCount: blockCount)
    forwardWeights = [Float](repeating: 0, count: forwardPart.packing.count)
    backwardWeights = backwardParts.map { [Float](repeating: 0, count: $0.packing.count) }
    biases = [Float](repeating: 0, count: layer.groups * forwardPart.gathering.panels * 4)
  }

  func prepare(_ parameters: UnsafePointer<Float>) {
    let weights = parameters + weight.lowerBound
    forwardWeights.withUnsafeMutableBufferPointer { packed in
      if let packed = packed.baseAddress { forwardPart.pack(weights, into: packed) }
    }
    for (index, part) in backwardParts.enumerated() {
      backwardWeights[index].withUnsafeMutableBufferPointer { packed in
        if let packed = packed.baseAddress { part.pack(weights, into: packed) }
      }
    }
    guard let bias else { return }
    let outputs = forwardPart.gathering.outputs, width = forwardPart.gathering.panels * 4
    for (channel, index) in bias.enumerated() {
      biases[channel / outputs * width + channel % outputs] = parameters[index]
    }
  }

  func forward(_ block: BatchBlock) {
    forwardWeights.withUnsafeBufferPointer { weights in
      biases.withUnsafeBufferPointer { biases in
        guard let weights = weights.baseAddress else { return }
        forwardPart.gathering.run(
          block.step.instructions, weights: weights, bias: biases.baseAddress, adds: false,
          input: input.pointer(block.step.base), output: output.pointer(block.step.base),
          activation: activation.kernel.code)
      }
    }
    activation.finish(output, block.channels(output), block.step)
  }

  func backward(_ block: BatchBlock) {
    guard !backwardParts.isEmpty else { return }
    let base = block.gradient.base
    let adds = block.gradient.gradients.begin(input, covers: covers)
    for (index, part) in backwardParts.enumerated() {
      backwardWeights[index].withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress else { return }
        part.gathering.run(
          block.gradient.instructions, weights: weights, adds: adds, input: output.pointer(base),
          output: input.pointer(base))
      }
    }
  }

  var gradientTaskCount: Int { weightGradient.taskCount + (bias == nil ? 0 : 1) }

  func addGradients(task: Int, _ batch: BatchMemory, _ gradients: UnsafeMutablePointer<Float>) {
    if task < weightGradient.taskCount {
      weightGradient.run(
        task: task, batch.instructions, blocks: batch.blocks.count, inputs: batch.activations,
        gradients: batch.gradients, weights: gradients + weight.lowerBound)
    } else if let bias {
      batch.addSums(of: output, to: gradients + bias.lowerBound)
    }
  }
}
