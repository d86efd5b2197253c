import Foundation
import TestSupport
import Testing
import Visualization

@Suite("Fourier transforms of pictures")
struct FourierTransform2DTests {
  static let extents = [
    (1, 1), (1, 2), (2, 1), (3, 1), (1, 5), (2, 2), (3, 3), (4, 4), (5, 7), (7, 5), (6, 10), (8, 9), (9, 8), (11, 13),
    (12, 16), (15, 14), (16, 17), (17, 16), (21, 22), (25, 27), (32, 20), (19, 23), (49, 4), (4, 64),
  ]

  /// The definition, in doubles.
  static func spectrum(_ real: [Float], _ imaginary: [Float], _ height: Int, _ width: Int, sign: Double = -1) -> (
    [Double], [Double]
  ) {
    func circle(_ extent: Int) -> [(Double, Double)] {
      (0..<extent).map {
        (cos(2 * .pi * Double($0) / Double(extent)), sign * sin(2 * .pi * Double($0) / Double(extent)))
      }
    }
    let rows = circle(height), columns = circle(width)
    var a = [Double](repeating: 0, count: height * width), b = a
    for u in 0..<height {
      for v in 0..<width {
        var sum = (0.0, 0.0)
        for y in 0..<height {
          for x in 0..<width {
            let (c, s) = rows[u * y % height], (d, t) = columns[v * x % width]
            let (r, i) = (c * d - s * t, c * t + s * d)
            let (p, q) = (Double(real[y * width + x]), Double(imaginary[y * width + x]))
            sum = (sum.0 + p * r - q * i, sum.1 + p * i + q * r)
          }
        }
        (a[u * width + v], b[u * width + v]) = sum
      }
    }
    return (a, b)
  }

  static func distance(_ a: [Float], _ b: [Double]) -> Double {
    zip(a, b).map { abs(Double($0) - $1) }.max() ?? 0
  }

  @Test("are the definition's for any extents, and inverses lead back", arguments: extents)
  func definition(height: Int, width: Int) {
    var random = SeededRandom(UInt64(100 * height + width))
    let real = random.floats(height * width), imaginary = random.floats(height * width)
    var transform = FourierTransform2D(height: height, width: width)
    var (a, b) = (real, imaginary)
    transform.forward(real: &a, imaginary: &b)
    let truth = Self.spectrum(real, imaginary, height, width)
    let tolerance = 1e-6 * Double(height * width).squareRoot() * 4
    #expect(Self.distance(a, truth.0) < tolerance)
    #expect(Self.distance(b, truth.1) < tolerance)

    let energy = zip(real, imaginary).reduce(0) { $0 + Double($1.0 * $1.0 + $1.1 * $1.1) }
    let power = zip(a, b).reduce(0) { $0 + Double($1.0 * $1.0 + $1.1 * $1.1) } / Double(height * width)
    #expect(abs(power - energy) < 1e-5 * energy, "Parseval")

    transform.inverse(real: &a, imaginary: &b)
    #expect(Self.distance(a, real.map(Double.init)) < 4e-6)
    #expect(Self.distance(b, imaginary.map(Double.init)) < 4e-6)
  }

  @Test("of real pictures are half of the definition's, and their inverses lead back", arguments: extents)
  func halves(height: Int, width: Int) {
    var random = SeededRandom(UInt64(100 * height + width))
    let picture = random.floats(height * width)
    var transform = FourierTransform2D(height: height, width: width)
    let (real, imaginary) = transform.halfSpectrum(of: picture)
    let truth = Self.spectrum(picture, picture.map { _ in 0 }, height, width)
    let half = transform.halfWidth
    func kept(_ values: [Double]) -> [Double] {
      (0..<height * half).map { values[$0 / half * width + $0 % half] }
    }
    let tolerance = 1e-6 * Double(height * width).squareRoot() * 4
    #expect(Self.distance(real, kept(truth.0)) < tolerance)
    #expect(Self.distance(imaginary, kept(truth.1)) < tolerance)
    #expect(Self.distance(transform.picture(real: real, imaginary: imaginary), picture.map(Double.init)) < 4e-6)
  }

  @Test("any half spectrum has the picture of its documented sum", arguments: extents)
  func anyHalf(height: Int, width: Int) {
    var random = SeededRandom(UInt64(height + 100 * width))
    var transform = FourierTransform2D(height: height, width: width)
    let half = transform.halfWidth
    let real = random.floats(height * half), imaginary = random.floats(height * half)
    var whole = [Float](repeating: 0, count: height * width), other = whole
    for place in 0..<height * half {
      let column = place % half
      let factor: Float = (column == 0 || 2 * column == width ? 1 : 2) / Float(height * width)
      whole[place / half * width + column] = real[place] * factor
      other[place / half * width + column] = imaginary[place] * factor
    }
    let truth = Self.spectrum(whole, other, height, width, sign: 1).0
    #expect(Self.distance(transform.picture(real: real, imaginary: imaginary), truth) < 4e-6)
  }

  @Test("give the same bits again, whatever they transformed before")
  func repetition() {
    var random = SeededRandom(5)
    let first = random.floats(21 * 13), other = random.floats(21 * 13)
    var transform = FourierTransform2D(height: 21, width: 13)
    let once = transform.halfSpectrum(of: first)
    for _ in 0..<50 { _ = transform.halfSpectrum(of: other) }
    let again = transform.halfSpectrum(of: first)
    #expect(once.real == again.real)
    #expect(once.imaginary == again.imaginary)
  }
}
