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
  func run(_ context: StepContext) {
    guard context.states.anyChanged(input.channels) else { return }
    for channel in output.channels { context.states.setLive(channel) }
    let base = context.base
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
  func run(_ context: StepContext) {
    guard context.states.anyChanged(input.channels) else { return }
    for channel in output.channels { context.states.setLive(channel) }
    let base = context.base
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
