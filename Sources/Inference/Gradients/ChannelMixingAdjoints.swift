import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension SoftmaxStep {
  /// Softmax: y (g − Σ g y); its logarithm: g − eʸ Σ g.
  func differentiate(_ context: GradientContext, from gradient: MapPlace) {
    _ = context.gradients.begin(input, covers: false)
    let lanes = BufferLayout.lanes, channels = input.shape.channels
    for row in 0..<input.shape.height {
      for column in 0..<input.shape.width {
        let y = output.pixel(context.activations, row, column), g = gradient.pixel(context.base, row, column)
        let dx = input.pixel(context.base, row, column)
        for lane in 0..<lanes {
          var sum = 0.0
          for index in stride(from: lane, to: channels * lanes, by: lanes) {
            sum += Double(g[index]) * (logarithmic ? 1 : Double(y[index]))
          }
          for index in stride(from: lane, to: channels * lanes, by: lanes) {
            let value = Double(y[index])
            dx[index] += Float(logarithmic ? Double(g[index]) - exp(value) * sum : value * (Double(g[index]) - sum))
          }
        }
      }
    }
  }
}

extension LocalResponseStep {
  /// With s = bias + α/size · Σ x²: g s⁻ᵝ − 2 β α/size · x Σ g y / s, the sum over the channels whose windows hold this
  /// one.
  func differentiate(_ context: GradientContext, from gradient: MapPlace) {
    _ = context.gradients.begin(input, covers: false)
    let lanes = BufferLayout.lanes, channels = input.shape.channels
    let before = (layer.size - 1) / 2, after = layer.size - 1 - before
    let factor = Double(layer.alpha) / Double(layer.size), beta = Double(layer.beta)
    var bases = [Double](repeating: 0, count: channels), shares = bases
    for row in 0..<input.shape.height {
      for column in 0..<input.shape.width {
        let x = input.pixel(context.activations, row, column), y = output.pixel(context.activations, row, column)
        let g = gradient.pixel(context.base, row, column), dx = input.pixel(context.base, row, column)
        for lane in 0..<lanes {
          for channel in 0..<channels {
            var sum = 0.0
            for neighbour in max(0, channel - before)...min(channels - 1, channel + after) {
              sum += Double(x[neighbour * lanes + lane]) * Double(x[neighbour * lanes + lane])
            }
            bases[channel] = Double(layer.bias) + factor * sum
            shares[channel] = Double(g[channel * lanes + lane]) * Double(y[channel * lanes + lane]) / bases[channel]
          }
          for channel in 0..<channels {
            var sum = 0.0
            for reader in max(0, channel - after)...min(channels - 1, channel + before) { sum += shares[reader] }
            let index = channel * lanes + lane
            let own = Double(g[index]) / pow(bases[channel], beta)
            dx[index] += Float(own - 2 * beta * factor * Double(x[index]) * sum)
          }
        }
      }
    }
  }
}

extension MapPlace {
  /// The first channel of a pixel.
  func pixel(_ base: UnsafeMutableRawPointer, _ row: Int, _ column: Int) -> UnsafeMutablePointer<Float> {
    pointer(base) + offset(row: row, column: column) / MemoryLayout<Float>.stride
  }
}
