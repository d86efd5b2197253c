import Foundation
import TestSupport
import Testing
import Visualization

@Suite("Filters of gradients and pictures")
struct GradientFilterTests {
  static func filtered(_ filter: GradientFilter, _ values: [Float], _ channels: Int, _ height: Int, _ width: Int)
    -> [Float]
  {
    var prepared = PreparedGradientFilter(filter, channels: channels, height: height, width: width)
    var result = values
    prepared.apply(to: &result)
    return result
  }

  static func size(_ values: [Float]) -> Double {
    (values.reduce(0) { $0 + Double($1 * $1) } / Double(values.count)).squareRoot()
  }

  @Test(
    "constants stay constants", arguments: [GradientFilter.none, .blur(), .blur(deviation: 3), .frequencyNormalized()])
  func constants(filter: GradientFilter) {
    let values = [Float](repeating: 0.3, count: 3 * 5 * 7)
    for value in Self.filtered(filter, values, 3, 5, 7) { #expect(abs(value - 0.3) < 1e-6) }
  }

  @Test("zeros stay zeros", arguments: [GradientFilter.none, .blur(), .frequencyNormalized()])
  func zeros(filter: GradientFilter) {
    let values = [Float](repeating: 0, count: 3 * 5 * 7)
    #expect(Self.filtered(filter, values, 3, 5, 7) == values)
  }

  @Test("the blur is the Gaussian's sum with mirrored edges")
  func blur() {
    var random = SeededRandom(9)
    for (height, width, deviation) in [(9, 12, 1.0), (3, 20, 2.0), (1, 2, 1.5)] {
      let values = random.floats(2 * height * width)
      let blurred = Self.filtered(.blur(deviation: deviation), values, 2, height, width)
      let reach = Int((4 * deviation).rounded(.up))
      let bell = (-reach...reach).map { exp(-0.5 * Double($0 * $0) / (deviation * deviation)) }
      let whole = bell.reduce(0, +)
      func mirrored(_ place: Int, _ extent: Int) -> Int {
        var place = place
        while place < 0 || place >= extent { place = place < 0 ? -1 - place : 2 * extent - 1 - place }
        return place
      }
      for channel in 0..<2 {
        for y in 0..<height {
          for x in 0..<width {
            var sum = 0.0
            for down in -reach...reach {
              for across in -reach...reach {
                let row = mirrored(y + down, height), column = mirrored(x + across, width)
                let weight = bell[down + reach] * bell[across + reach] / (whole * whole)
                sum += weight * Double(values[(channel * height + row) * width + column])
              }
            }
            #expect(abs(Double(blurred[(channel * height + y) * width + x]) - sum) < 1e-5)
          }
        }
      }
    }
  }

  @Test("octaves of very different strength come out alike, and the whole keeps its size")
  func octaves() {
    let side = 64
    func wave(_ periods: Int, _ size: Double) -> [Double] {
      (0..<side * side).map { size * cos(2 * Double.pi * Double(periods * ($0 % side)) / Double(side)) }
    }
    // At the octaves' centres: 32, 16, 8 and 4 periods.
    let parts = [wave(32, 0.5), wave(16, 0.1), wave(8, 0.02), wave(4, 0.01)]
    let values = (0..<side * side).map { place in Float(parts.reduce(0) { $0 + $1[place] }) }
    let even = Self.filtered(.frequencyNormalized(octaves: 4), values, 1, side, side)
    #expect(abs(Self.size(even) / Self.size(values) - 1) < 1e-3)
    var transform = FourierTransform2D(height: side, width: side)
    let (real, _) = transform.halfSpectrum(of: even)
    // A cosine of height a has a/2 at each of its two places; at half a cycle they are one.
    let powers = [real[32] * real[32], 2 * real[16] * real[16], 2 * real[8] * real[8], 2 * real[4] * real[4]]
    for power in powers { #expect(abs(power / powers[0] - 1) < 1e-2) }
  }

  @Test("what is between two octaves is shared: one wave keeps its form at any frequency")
  func oneWave() {
    let (height, width) = (30, 50)
    for periods in [1, 2, 3, 5, 9, 17, 25] {
      let values = (0..<height * width).map {
        Float(0.2 * cos(2 * Double.pi * Double(periods * ($0 % width)) / Double(width)))
      }
      let even = Self.filtered(.frequencyNormalized(), values, 1, height, width)
      let factor = Self.size(even) / Self.size(values)
      #expect(factor > 0.9 && factor < 1.5)
      for (value, old) in zip(even, values) { #expect(abs(Double(value) - factor * Double(old)) < 1e-5) }
    }
  }

  @Test("a wave halfway between two octaves has half its height in each, so a quarter of its power")
  func halfway() {
    let (height, width) = (4, 99)
    // 35/99 is 2^−1.5 cycles a pixel.
    let values = (0..<height * width).map { Float(cos(2 * Double.pi * 35 * Double($0 % width) / Double(width))) }
    let even = Self.filtered(.frequencyNormalized(), values, 1, height, width)
    #expect(abs(Self.size(even) / Self.size(values) - 2.squareRoot()) < 1e-2)
  }

  @Test("a step's edge survives the bilateral filter but not the blur; small noise survives neither")
  func edges() {
    let (height, width) = (16, 20)
    var random = SeededRandom(7)
    let step = (0..<3 * height * width).map { Float($0 % width < 10 ? 0.2 : 0.8) }
    let noisy = zip(step, random.floats(step.count)).map { $0 + 0.04 * $1 }
    let smooth = BilateralFilter().applied(to: noisy, height: height, width: width)
    let blurred = Self.filtered(.blur(deviation: 1.5), noisy, 3, height, width)
    func edge(_ values: [Float]) -> Float {
      let rows = 0..<3 * height
      return rows.reduce(0) { $0 + values[$1 * width + 10] - values[$1 * width + 9] } / Float(rows.count)
    }
    #expect(edge(smooth) > 0.59)
    #expect(edge(blurred) < 0.25)
    func noise(_ values: [Float]) -> Double { Self.size(zip(values, step).map { $0 - $1 }) }
    #expect(noise(smooth) < 0.5 * noise(noisy))
  }

  @Test("the bilateral filter looks at all channels at once, and leaves constants to the bit")
  func bilateral() {
    let flat = [Float](repeating: 0.3, count: 3 * 6 * 6)
    #expect(BilateralFilter().applied(to: flat, height: 6, width: 6) == flat)
    // An edge in the first channel keeps a small step of the second, which would be smoothed on its own.
    let edge = (0..<36).map { Float($0 % 6 < 3 ? 0 : 1) }
    let small = edge.map { 0.5 + 0.02 * $0 }
    let both = BilateralFilter().applied(to: edge + small, height: 6, width: 6)
    let alone = BilateralFilter().applied(to: small, height: 6, width: 6)
    #expect(both[36 + 3] - both[36 + 2] > 0.0199)
    #expect(alone[3] - alone[2] < 0.01)
  }
}
