#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Gives the octaves of a gradient's spectrum the same root mean square.
///
/// Octave k is centred at 2^−(k+1) cycles a pixel; shares of neighbours fall linearly in the logarithm of the frequency and
/// sum to 1. The lowest octave holds everything below its centre, the highest everything above. The gradient as a whole keeps
/// its size up to the overlaps. An octave a thousand times weaker than the whole is rounding, not signal: it stays as it is.
struct OctaveNormalization: Sendable {
  private let octaves: Int
  private let channels: Int
  private let area: Int
  private var transform: FourierTransform2D
  /// For each coefficient of the half spectrum its lower octave (of higher frequency), and the share of the next one.
  private let octave: [Int]
  private let share: [Float]
  private let multiplicity: [Float]
  private var real: [Float]
  private var imaginary: [Float]
  private var energies: [Double]
  private var factors: [Float]

  init(octaves: Int, channels: Int, height: Int, width: Int) {
    precondition(octaves > 0, "at least one octave")
    self.octaves = octaves
    self.channels = channels
    area = height * width
    let transform = FourierTransform2D(height: height, width: width)
    self.transform = transform
    let depths = FourierTransform2D.frequencies(height: height, width: width).map { frequency in
      frequency > 0 ? min(max(-log2(Double(frequency)) - 1, 0), Double(octaves - 1)) : Double(octaves - 1)
    }
    octave = depths.map { Int($0) }
    share = depths.map { Float($0 - $0.rounded(.down)) }
    let columns = transform.halfWidth
    let each = (0..<columns).map { transform.multiplicity(column: $0) }
    multiplicity = depths.indices.map { each[$0 % columns] }
    real = Array(repeating: 0, count: channels * depths.count)
    imaginary = real
    energies = Array(repeating: 0, count: octaves + 1)
    factors = Array(repeating: 1, count: octaves + 1)
  }

  mutating func apply(to gradient: inout [Float]) {
    let half = octave.count
    gradient.withUnsafeBufferPointer { gradient in
      real.withUnsafeMutableBufferPointer { real in
        imaginary.withUnsafeMutableBufferPointer { imaginary in
          for channel in 0..<channels {
            let place = channel * half..<(channel + 1) * half
            transform.analyze(
              UnsafeBufferPointer(rebasing: gradient[channel * area..<(channel + 1) * area]),
              real: UnsafeMutableBufferPointer(rebasing: real[place]),
              imaginary: UnsafeMutableBufferPointer(rebasing: imaginary[place]))
          }
        }
      }
    }
    weigh()
    gradient.withUnsafeMutableBufferPointer { gradient in
      real.withUnsafeBufferPointer { real in
        imaginary.withUnsafeBufferPointer { imaginary in
          for channel in 0..<channels {
            let place = channel * half..<(channel + 1) * half
            transform.synthesize(
              real: UnsafeBufferPointer(rebasing: real[place]),
              imaginary: UnsafeBufferPointer(rebasing: imaginary[place]),
              into: UnsafeMutableBufferPointer(rebasing: gradient[channel * area..<(channel + 1) * area]))
          }
        }
      }
    }
  }

  /// Measures the octaves of the spectrum and multiplies them.
  private mutating func weigh() {
    let half = octave.count
    for place in energies.indices { energies[place] = 0 }
    var whole = 0.0
    for channel in 0..<channels {
      for place in 0..<half {
        let (r, i) = (real[channel * half + place], imaginary[channel * half + place])
        let power = Double(multiplicity[place]) * (Double(r) * Double(r) + Double(i) * Double(i))
        let next = Double(share[place])
        whole += power
        energies[octave[place]] += (1 - next) * (1 - next) * power
        energies[octave[place] + 1] += next * next * power
      }
    }
    let least = whole * 1e-6
    let present = energies.reduce(0) { $0 + ($1 > least ? 1 : 0) }
    guard present > 0 else { return }
    for place in factors.indices {
      factors[place] =
        energies[place] > least ? Float((whole / (Double(present) * energies[place])).squareRoot()) : 1
    }
    for channel in 0..<channels {
      for place in 0..<half {
        let next = share[place]
        let factor = (1 - next) * factors[octave[place]] + next * factors[octave[place] + 1]
        real[channel * half + place] *= factor
        imaginary[channel * half + place] *= factor
      }
    }
  }
}
