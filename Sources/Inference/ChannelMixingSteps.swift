import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Softmax, or its logarithm, over the channels of each position and image.
struct SoftmaxStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  let logarithmic: Bool

  /// Input and output `[row][pixel][channels][8]`.
  func run(_ base: UnsafeMutableRawPointer) {
    let lanes = BufferLayout.lanes, channels = input.shape.channels
    for row in 0..<input.shape.height {
      for column in 0..<input.shape.width {
        let x = input.pointer(base) + input.offset(row: row, column: column) / MemoryLayout<Float>.stride
        let y = output.pointer(base) + output.offset(row: row, column: column) / MemoryLayout<Float>.stride
        for lane in 0..<lanes {
          var largest = -Float.infinity
          for channel in 0..<channels { largest = Float.maximum(largest, x[channel * lanes + lane]) }
          var sum = 0.0
          for channel in 0..<channels { sum += Double(expf(x[channel * lanes + lane] - largest)) }
          for channel in 0..<channels {
            let shifted = x[channel * lanes + lane] - largest
            y[channel * lanes + lane] = logarithmic ? shifted - Float(log(sum)) : expf(shifted) / Float(sum)
          }
        }
      }
    }
  }
}

/// Normalization across neighbouring channels.
struct LocalResponseStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  let layer: LocalResponseNormalization

  /// Input and output `[row][pixel][channels][8]`.
  func run(_ base: UnsafeMutableRawPointer) {
    let lanes = BufferLayout.lanes, channels = input.shape.channels
    let before = (layer.size - 1) / 2, after = layer.size - 1 - before
    let factor = layer.alpha / Float(layer.size)
    for row in 0..<input.shape.height {
      for column in 0..<input.shape.width {
        let x = input.pointer(base) + input.offset(row: row, column: column) / MemoryLayout<Float>.stride
        let y = output.pointer(base) + output.offset(row: row, column: column) / MemoryLayout<Float>.stride
        for channel in 0..<channels {
          for lane in 0..<lanes {
            var sum: Float = 0
            for neighbour in max(0, channel - before)...min(channels - 1, channel + after) {
              let value = x[neighbour * lanes + lane]
              sum += value * value
            }
            y[channel * lanes + lane] = x[channel * lanes + lane] / powf(layer.bias + factor * sum, layer.beta)
          }
        }
      }
    }
  }
}

/// The adjoint of a convolution: each output gathers the inputs that reach it.
struct TransposedConvolutionStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  let layer: TransposedConvolution
  let multiplyAdds: Int

  init(_ layer: TransposedConvolution, input: MapPlace, output: MapPlace) {
    self.layer = layer
    self.input = input
    self.output = output
    multiplyAdds = input.shape.count * layer.weight.shape[1] * layer.kernel.area
  }

  /// Input `[row][pixel][inputs][8]`, output `[row][pixel][outputs][8]`.
  func run(_ base: UnsafeMutableRawPointer) {
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
