import CKernels
import Networks
import Tensors

/// A depthwise convolution whose weights change from batch to batch.
final class TrainedDepthwise: TrainedStep {
  let adjoint: StepAdjoint
  private let input: MapPlace
  private let output: MapPlace
  private let weight: Range<Int>
  private let bias: Range<Int>?
  private let activation: FusedActivation
  private let forwardPart: ChannelGathering
  private let backwardParts: [ChannelGathering]
  private let weightGradient: WeightGradient
  private var weights: [Float] = []
  private var backwardWeights: [[Float]] = []
  private var biases: [Float]

  init(
    _ layer: Convolution, _ step: DepthwiseStep, _ adjoint: StepAdjoint, weight: Range<Int>, bias: Range<Int>?,
    blockBytes: Int, blockCount: Int
  ) {
    self.adjoint = adjoint
    self.weight = weight
    self.bias = bias
    (input, output, activation) = (step.input, step.output, step.activation)
    forwardPart = ChannelGathering.forward(layer, input: input, output: output)
    backwardParts = adjoint.wanted[0] ? ChannelGathering.adjoint(layer, input: input, output: output) : []
    weightGradient = WeightGradient(
      layer, input: input, gradient: output, blockBytes: blockBytes, blockCount: blockCount)
    biases = [Float](repeating: 0, count: layer.outputChannels)
  }

  func prepare(_ parameters: UnsafePointer<Float>) {
    weights = Array(UnsafeBufferPointer(start: parameters + weight.lowerBound, count: weight.count))
    backwardWeights = backwardParts.map { $0.packed(weights) }
    guard let bias else { return }
    for (channel, index) in bias.enumerated() { biases[channel] = parameters[index] }
  }

  func forward(_ block: BatchBlock) {
    weights.withUnsafeBufferPointer { weights in
      biases.withUnsafeBufferPointer { biases in
        guard let weights = weights.baseAddress else { return }
        forwardPart.run(
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
    let adds = block.gradient.gradients.begin(input, covers: true)
    for (index, part) in backwardParts.enumerated() {
      backwardWeights[index].withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress else { return }
        part.run(
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
