import CKernels
import Networks
import Tensors

/// A transposed convolution whose weights change from batch to batch.
final class TrainedTransposedConvolution: TrainedStep {
  let adjoint: StepAdjoint
  private let input: MapPlace
  private let output: MapPlace
  private let weight: Range<Int>
  private let bias: Range<Int>?
  private let activation: FusedActivation
  private let backwardPart: PackedGathering?
  private let weightGradient: WeightGradient
  private var layer: TransposedConvolution
  private var backwardWeights: [Float]

  init(
    _ step: TransposedConvolutionStep, _ adjoint: StepAdjoint, weight: Range<Int>, bias: Range<Int>?,
    blockBytes: Int, blockCount: Int
  ) {
    self.adjoint = adjoint
    self.weight = weight
    self.bias = bias
    (input, output, activation, layer) = (step.input, step.output, step.activation, step.layer)
    backwardPart =
      adjoint.wanted[0] ? ConvolutionGathering.adjoint(layer, input: input, output: output) : nil
    // The adjoint convolution reads the output's gradient and writes the input's: their roles are exchanged.
    weightGradient = WeightGradient(
      ConvolutionGathering.convolution(layer), input: output, gradient: input, blockBytes: blockBytes,
      blockCount: blockCount)
    backwardWeights = [Float](repeating: 0, count: backwardPart?.packing.count ?? 0)
  }

  func prepare(_ parameters: UnsafePointer<Float>) {
    layer.weight.values = Array(UnsafeBufferPointer(start: parameters + weight.lowerBound, count: weight.count))
    layer.bias = bias.map { Array(UnsafeBufferPointer(start: parameters + $0.lowerBound, count: $0.count)) }
    guard let backwardPart else { return }
    backwardWeights.withUnsafeMutableBufferPointer { packed in
      if let packed = packed.baseAddress { backwardPart.pack(parameters + weight.lowerBound, into: packed) }
    }
  }

  func forward(_ block: BatchBlock) {
    let step = TransposedConvolutionStep(layer, input: input, output: output, activation: activation)
    _ = step.run(block.step, UnitRequest(masks: nil, removedBefore: nil))
  }

  func backward(_ block: BatchBlock) {
    guard let backwardPart else { return }
    let base = block.gradient.base
    let adds = block.gradient.gradients.begin(input, covers: true)
    backwardWeights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      backwardPart.gathering.run(
        block.gradient.instructions, weights: weights, adds: adds, input: output.pointer(base),
        output: input.pointer(base))
    }
  }

  var gradientTaskCount: Int { weightGradient.taskCount + (bias == nil ? 0 : 1) }

  func addGradients(task: Int, _ batch: BatchMemory, _ gradients: UnsafeMutablePointer<Float>) {
    if task < weightGradient.taskCount {
      weightGradient.run(
        task: task, batch.instructions, blocks: batch.blocks.count, inputs: batch.gradients,
        gradients: batch.activations, weights: gradients + weight.lowerBound)
    } else if let bias {
      batch.addSums(of: output, to: gradients + bias.lowerBound)
    }
  }
}
