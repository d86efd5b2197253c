import Foundation
import Statistics
import TestSupport
import Testing
import Visualization

@Suite("Mean spectra of pictures")
struct PictureSpectrumTests {
  static func magnitudes(_ spectrum: PictureSpectrum?) -> [Float]? {
    guard case .measured(let magnitudes)? = spectrum else { return nil }
    return magnitudes
  }

  /// ½ and a wave of 3 periods a width.
  static func wave(_ height: Int, _ width: Int, phase: Double, size: Double = 0.2) -> [Float] {
    (0..<height * width).map { pixel in
      let x = (Double(pixel % width) + 0.5) / Double(width)
      return Float(0.5 + size * cos(6 * Double.pi * x + phase))
    }
  }

  @Test("a wave of any phase has its one magnitude")
  func wave() throws {
    let pictures = [0, 0.7, 2].map { Self.wave(10, 16, phase: $0) }
    let magnitudes = try #require(
      Self.magnitudes(.measured(over: pictures, size: (1, 10, 16), height: 10, width: 16)))
    for (place, magnitude) in magnitudes.enumerated() {
      #expect(abs(magnitude - (place == 3 ? 0.2 * 160 / 2 : 0)) < 1e-3, "coefficient \(place)")
    }
  }

  @Test("pictures are resized to the extent, shrunk without aliases")
  func resized() throws {
    // 20 periods, more than a width of 16 can hold; four of them would be seen.
    let fine = (0..<40 * 64).map { Float(0.5 + 0.2 * cos(2 * Double.pi * 20 * Double($0 % 64) / 64)) }
    let flat = try #require(Self.magnitudes(.measured(over: [fine], size: (1, 40, 64), height: 10, width: 16)))
    #expect(flat.allSatisfy { $0 < 0.05 * 0.2 * 80 })
    let coarse = try #require(
      Self.magnitudes(.measured(over: [Self.wave(40, 64, phase: 0)], size: (1, 40, 64), height: 10, width: 16)))
    #expect(coarse[3] > 0.7 * 0.2 * 80)
    #expect(coarse.enumerated().allSatisfy { $0 == 3 || $1 < 0.1 * coarse[3] })
  }

  @Test("colours are taken apart: a tint along one coordinate is seen in it alone")
  func colours() throws {
    let area = 8 * 16
    let wave = Self.wave(8, 16, phase: 1, size: 0.1)
    for coordinate in 0..<3 {
      let picture = (0..<3).flatMap { channel in
        wave.map { 0.5 + ($0 - 0.5) * ColourBasis.toColours[3 * channel + coordinate] }
      }
      let magnitudes = try #require(
        Self.magnitudes(.measured(over: [picture], size: (3, 8, 16), height: 8, width: 16)))
      for channel in 0..<3 {
        let expected = channel == coordinate ? 0.1 * Float(area) / 2 : 0
        #expect(abs(magnitudes[channel * 8 * 9 + 3] - expected) < 1e-3)
      }
    }
  }

  @Test("the inverse frequency is one, and nothing at 0")
  func inverseFrequency() {
    let (height, width, half) = (24, 20, 11)
    var stream = RandomStream(seed: 5, purpose: .initialPicture)
    var picture = ParametrizedPicture(
      .phase, channels: 3, height: height, width: width, spectrum: .inverseFrequency, stream: &stream)
    var values = [Float](repeating: 0, count: 3 * height * width)
    picture.render(into: &values)
    let logits = values.map { log($0 / (1 - $0)) }
    var transform = FourierTransform2D(height: height, width: width)
    for channel in 0..<3 {
      let plane = Array(logits[channel * height * width..<(channel + 1) * height * width])
      #expect(abs(transform.halfSpectrum(of: plane).real[0]) < 1e-2)
    }
    // The third coordinate of the colours.
    let third = (0..<height * width).map { pixel in
      (0..<3).reduce(Float(0)) { $0 + ColourBasis.toCoordinates[6 + $1] * logits[$1 * height * width + pixel] }
    }
    let (real, imaginary) = transform.halfSpectrum(of: third)
    var products: [Double] = []
    for place in real.indices where place % half > 0 && place % half < half - 1 {
      let row = place / half
      let frequency = hypot(Double(min(row, height - row)) / Double(height), Double(place % half) / Double(width))
      products.append(Double(hypot(real[place], imaginary[place])) * frequency)
    }
    for product in products { #expect(abs(product / products[0] - 1) < 1e-2) }
  }

  @Test("without pictures there is none")
  func none() {
    let spectrum = PictureSpectrum.measured(over: [[Float]](), size: (1, 4, 4), height: 4, width: 4)
    #expect(spectrum == nil)
  }
}
