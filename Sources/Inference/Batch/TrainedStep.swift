import CKernels
import Networks
import Tensors

/// A step of a batch's execution: with parameters that change, or fixed.
///
/// Blocks run independently of each other; what needs all of them (the moments of batch normalization, parameter
/// gradients) is summed in the order of the blocks.
protocol TrainedStep: AnyObject {
  var adjoint: StepAdjoint { get }

  /// Takes the present parameters of the whole network.
  func prepare(_ parameters: UnsafePointer<Float>)

  func forward(_ block: BatchBlock)

  /// Adds to the inputs' gradients; the gradient before the activation is in ``StepAdjoint/inner``.
  func backward(_ block: BatchBlock)

  /// Independent parts of the parameter gradient.
  var gradientTaskCount: Int { get }

  /// Adds one part of the parameter gradient over all blocks to the flat vector.
  func addGradients(task: Int, _ batch: BatchMemory, _ gradients: UnsafeMutablePointer<Float>)
}

/// Where a batch's blocks lie, for sums over all of them.
struct BatchMemory {
  let instructions: Int32
  let activations: UnsafeMutableRawPointer
  let gradients: UnsafeMutableRawPointer
  /// Bytes from one block to the next.
  let blockBytes: Int
  let blocks: [BatchBlock]

  /// Adds each channel's gradient over all blocks, pixels and images.
  func addSums(of place: MapPlace, to sums: UnsafeMutablePointer<Float>) {
    var totals = [Double](repeating: 0, count: place.shape.channels)
    for block in blocks {
      var map = place.map(block.gradient.base)
      block.lanes.withUnsafeBufferPointer { lanes in
        totals.withUnsafeMutableBufferPointer { totals in
          ns_channel_sums(
            instructions, Int32(ns_sum), &map, &map, Int64(place.shape.height), Int64(place.shape.width),
            Int64(place.shape.channels), nil, lanes.baseAddress, totals.baseAddress)
        }
      }
    }
    for channel in totals.indices { sums[channel] += Float(totals[channel]) }
  }
}

/// A step without parameters.
final class FixedStep: TrainedStep {
  let adjoint: StepAdjoint
  private let step: Step

  init(_ step: Step, _ adjoint: StepAdjoint) {
    self.step = step
    self.adjoint = adjoint
  }

  func prepare(_ parameters: UnsafePointer<Float>) {}

  func forward(_ block: BatchBlock) {
    _ = step.run(block.step, UnitRequest(masks: nil, removedBefore: nil), [])
  }

  func backward(_ block: BatchBlock) { adjoint.passToInputs(block.gradient) }

  var gradientTaskCount: Int { 0 }
  func addGradients(task: Int, _ batch: BatchMemory, _ gradients: UnsafeMutablePointer<Float>) {}
}
