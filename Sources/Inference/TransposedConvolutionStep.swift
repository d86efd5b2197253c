import CKernels
import Networks
import Tensors

/// The adjoint of a convolution: each output gathers the inputs that reach it.
final class TransposedConvolutionStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  let layer: TransposedConvolution
  let activation: FusedActivation
  let multiplyAdds: Int

  init(_ layer: TransposedConvolution, input: MapPlace, output: MapPlace, activation: FusedActivation) {
    self.layer = layer
    self.activation = activation
    self.input = input
    self.output = output
    multiplyAdds = input.shape.count * layer.weight.shape[1] * layer.kernel.area
  }

  /// Input `[row][pixel][inputs][8]`, output `[row][pixel][outputs][8]`: all outputs when any is wanted.
  ///
  /// - Returns: multiplications with an addition done for one image.
  func run(_ context: StepContext, _ request: UnitRequest) -> Int {
    let changed = context.states.anyChanged(input.channels)
    guard request.wantsAny(layer.outputChannels, inputsChanged: changed) else { return 0 }
    let base = context.base
    let outputsPerGroup = layer.outputChannels / layer.groups, inputsPerGroup = layer.inputChannels / layer.groups
    let taps = layer.kernel.area
    let stride = BufferLayout.vectorStride
    let x = UnsafeRawPointer(input.pointer(base)), y = UnsafeMutableRawPointer(output.pointer(base))
    layer.weight.values.withUnsafeBufferPointer { weights in
      for row in 0..<output.shape.height {
        for column in 0..<output.shape.width {
          let reached = sources(row: row, column: column)
          let pixel = y + output.offset(row: row, column: column)
          for channel in 0..<layer.outputChannels {
            let group = channel / outputsPerGroup, unit = channel % outputsPerGroup
            var sum = SIMD8<Float>(repeating: layer.bias?[channel] ?? 0)
            for (tap, offset) in reached {
              for index in 0..<inputsPerGroup {
                let from = group * inputsPerGroup + index
                let vector = (x + offset + from * stride).loadUnaligned(as: SIMD8<Float>.self)
                sum += weights[(from * outputsPerGroup + unit) * taps + tap] * vector
              }
            }
            (pixel + channel * stride).storeBytes(of: sum, as: SIMD8<Float>.self)
          }
        }
      }
    }
    for channel in 0..<layer.outputChannels {
      context.list[channel] = Int32(channel)
      context.states.setLive(output.firstChannel + channel)
    }
    let channels = ns_channels(indices: context.list, count: Int64(layer.outputChannels))
    activation.finish(output, channels, context)
    return multiplyAdds
  }

  /// The taps and input pixels that contribute to an output pixel.
  private func sources(row: Int, column: Int) -> [(tap: Int, offset: Int)] {
    var found: [(tap: Int, offset: Int)] = []
    for ky in 0..<layer.kernel.height {
      let y = row + layer.padding.top - ky * layer.dilation.height
      guard y >= 0, y % layer.stride.height == 0, y / layer.stride.height < input.shape.height else { continue }
      for kx in 0..<layer.kernel.width {
        let x = column + layer.padding.left - kx * layer.dilation.width
        guard x >= 0, x % layer.stride.width == 0, x / layer.stride.width < input.shape.width else { continue }
        found.append(
          (ky * layer.kernel.width + kx, input.offset(row: y / layer.stride.height, column: x / layer.stride.width)))
      }
    }
    return found
  }
}
