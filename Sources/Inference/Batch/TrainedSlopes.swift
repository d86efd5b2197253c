import CKernels
import Networks
import Tensors

/// A parametric ReLU whose slopes change from batch to batch.
final class TrainedSlopes: TrainedStep {
  let adjoint: StepAdjoint
  private let input: MapPlace
  private let output: MapPlace
  private let range: Range<Int>
  /// One value a channel.
  private var slopes: [Float] = []

  init(_ step: AffineStep, _ adjoint: StepAdjoint, range: Range<Int>) {
    self.adjoint = adjoint
    self.range = range
    (input, output) = (step.input, step.output)
  }

  func prepare(_ parameters: UnsafePointer<Float>) {
    let channels = output.shape.channels
    slopes = (0..<channels).map { parameters[range.lowerBound + (range.count == 1 ? 0 : $0)] }
  }

  func forward(_ block: BatchBlock) {
    each { row, column in
      let x = UnsafeRawPointer(input.pixel(block.step.base, row, column))
      let y = UnsafeMutableRawPointer(output.pixel(block.step.base, row, column))
      for channel in slopes.indices {
        let value = (x + channel * BufferLayout.vectorStride).loadUnaligned(as: SIMD8<Float>.self)
        let result = value.replacing(with: value * slopes[channel], where: value .<= 0)
        (y + channel * BufferLayout.vectorStride).storeBytes(of: result, as: SIMD8<Float>.self)
      }
    }
  }

  func backward(_ block: BatchBlock) {
    guard adjoint.wanted[0] else { return }
    let context = block.gradient
    _ = context.gradients.begin(input, covers: false)
    each { row, column in
      let x = UnsafeRawPointer(input.pixel(context.activations, row, column))
      let g = UnsafeRawPointer(output.pixel(context.base, row, column))
      let dx = UnsafeMutableRawPointer(input.pixel(context.base, row, column))
      for channel in slopes.indices {
        let offset = channel * BufferLayout.vectorStride
        let value = (x + offset).loadUnaligned(as: SIMD8<Float>.self)
        let gradient = (g + offset).loadUnaligned(as: SIMD8<Float>.self)
        let share = gradient.replacing(with: gradient * slopes[channel], where: value .<= 0)
        (dx + offset).storeBytes(
          of: (dx + offset).loadUnaligned(as: SIMD8<Float>.self) + share, as: SIMD8<Float>.self)
      }
    }
  }

  var gradientTaskCount: Int { 1 }

  func addGradients(task: Int, _ batch: BatchMemory, _ gradients: UnsafeMutablePointer<Float>) {
    var totals = [Double](repeating: 0, count: slopes.count)
    for block in batch.blocks {
      each { row, column in
        let x = UnsafeRawPointer(input.pixel(block.gradient.activations, row, column))
        let g = UnsafeRawPointer(output.pixel(block.gradient.base, row, column))
        for channel in slopes.indices {
          let offset = channel * BufferLayout.vectorStride
          let value = (x + offset).loadUnaligned(as: SIMD8<Float>.self)
          let gradient = (g + offset).loadUnaligned(as: SIMD8<Float>.self)
          totals[channel] += Double((gradient * value).replacing(with: 0, where: value .> 0).sum())
        }
      }
    }
    for channel in totals.indices {
      gradients[range.lowerBound + (range.count == 1 ? 0 : channel)] += Float(totals[channel])
    }
  }

  private func each(_ body: (_ row: Int, _ column: Int) -> Void) {
    for row in 0..<output.shape.height {
      for column in 0..<output.shape.width { body(row, column) }
    }
  }
}
