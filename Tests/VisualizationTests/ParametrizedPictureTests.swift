import Foundation
import Statistics
import TestSupport
import Testing
import Visualization

@Suite("Pictures as functions of parameters")
struct ParametrizedPictureTests {
  static let all: [PictureParametrization] = [
    .pixel(deviation: 0.7), .pixel(deviation: 0.7, decorrelatesColours: false), .fourier(deviation: 0.3, decayPower: 1),
    .fourier(deviation: 0.3, decayPower: 1.5, decorrelatesColours: false), .phase,
  ]

  static func make(
    _ parametrization: PictureParametrization, _ channels: Int, _ height: Int, _ width: Int, seed: UInt64 = 3,
    spectrum: PictureSpectrum = .inverseFrequency
  ) -> ParametrizedPicture {
    var stream = RandomStream(seed: seed, purpose: .initialPicture)
    return ParametrizedPicture(
      parametrization, channels: channels, height: height, width: width, spectrum: spectrum, stream: &stream)
  }

  static func rendered(_ picture: ParametrizedPicture) -> [Float] {
    var copy = picture
    var values = [Float](repeating: 0, count: copy.channels * copy.height * copy.width)
    copy.render(into: &values)
    return values
  }

  /// What stands before the sigmoid.
  static func logits(_ values: [Float]) -> [Double] { values.map { log(Double($0) / (1 - Double($0))) } }

  @Test("pull gradients back as central differences do, parameter by parameter", arguments: all)
  func derivatives(parametrization: PictureParametrization) {
    for (channels, height, width) in [(1, 5, 6), (3, 4, 6), (3, 5, 3), (1, 1, 4), (3, 7, 7)] {
      var random = SeededRandom(UInt64(height * width))
      var picture = Self.make(parametrization, channels, height, width)
      let weights = random.floats(channels * height * width)
      func value(_ picture: ParametrizedPicture) -> Double {
        zip(Self.rendered(picture), weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      var values = [Float](repeating: 0, count: weights.count)
      var gradient = [Float](repeating: 0, count: picture.parameters.count)
      picture.render(into: &values)
      picture.pullBack(weights, into: &gradient)
      let largest = gradient.map { abs(Double($0)) }.max() ?? 0
      #expect(largest > 0)
      for place in picture.parameters.indices {
        let kept = picture.parameters[place], step: Float = 8e-3
        picture.parameters[place] = kept + step
        let above = value(picture)
        picture.parameters[place] = kept - step
        let below = value(picture)
        picture.parameters[place] = kept
        let slope = (above - below) / (Double(kept + step) - Double(kept - step))
        #expect(abs(slope - Double(gradient[place])) < 1.5e-3 * max(largest, 0.1), "parameter \(place)")
      }
    }
  }

  @Test("a constant's coefficient alone makes a constant picture of lucid's height")
  func constant() {
    let (height, width) = (6, 10)
    var picture = Self.make(.fourier(), 1, height, width)
    for place in picture.parameters.indices { picture.parameters[place] = 0 }
    picture.parameters[0] = 0.8
    let expected = 0.8 * 10 / (Double(height * width).squareRoot() * 4)
    for value in Self.logits(Self.rendered(picture)) { #expect(abs(value - expected) < 1e-5) }
  }

  @Test("a coefficient is a wave whose height falls with its frequency")
  func wave() {
    let (height, width, half) = (16, 16, 9)
    for (down, across) in [(0, 1), (2, 3), (14, 4)] {
      var picture = Self.make(.fourier(decayPower: 1), 1, height, width)
      for place in picture.parameters.indices { picture.parameters[place] = 0 }
      picture.parameters[height * half + down * half + across] = 1
      let frequency = hypot(Double(min(down, 16 - down)) / 16, Double(across) / 16)
      let size = 2.0 / (4 * frequency * 16)
      for (place, value) in Self.logits(Self.rendered(picture)).enumerated() {
        let angle = 2 * Double.pi * Double(down * (place / width) + across * (place % width)) / 16
        #expect(abs(value + size * sin(angle)) < 1e-4)
      }
    }
  }

  @Test("first parameters have the deviation asked for, or are uniform phases, and depend on the stream alone")
  func beginnings() {
    for parametrization in [PictureParametrization.pixel(), .fourier()] {
      let parameters = Self.make(parametrization, 3, 40, 40).parameters
      let deviation = (parameters.reduce(0) { $0 + Double($1 * $1) } / Double(parameters.count)).squareRoot()
      #expect(abs(deviation - 0.01) < 5e-4)
      #expect(Self.make(parametrization, 3, 40, 40).parameters == parameters)
      #expect(Self.make(parametrization, 3, 40, 40, seed: 4).parameters != parameters)
    }
    let phases = Self.make(.phase, 3, 40, 40).parameters
    #expect(phases.allSatisfy { abs(Double($0)) <= Double.pi + 1e-6 })
    let variance = phases.reduce(0) { $0 + Double($1 * $1) } / Double(phases.count)
    #expect(abs(variance - Double.pi * Double.pi / 3) < 0.15)
  }

  @Test("phases leave the magnitudes as they are given, at mean 0 and deviation 1")
  func magnitudes() {
    var random = SeededRandom(8)
    let (height, width, half) = (12, 15, 8)
    let given = random.floats(3 * height * half).map { 0.1 + abs($0) }
    var inverse: [[Double]] = []
    for coordinate in 0..<3 {
      inverse.append((0..<3).map { Double(ColourBasis.toCoordinates[3 * coordinate + $0]) })
    }
    let logits = Self.logits(Self.rendered(Self.make(.phase, 3, height, width, spectrum: .measured(given))))
    let area = height * width
    let planes = inverse.map { row in
      (0..<area).map { pixel in (0..<3).reduce(0) { $0 + row[$1] * logits[$1 * area + pixel] } }
    }
    let all = planes.flatMap { $0 }
    let mean = all.reduce(0, +) / Double(all.count)
    #expect(abs(mean) < 1e-4)
    #expect(abs(all.reduce(0) { $0 + $1 * $1 } / Double(all.count) - 1) < 1e-3)

    var transform = FourierTransform2D(height: height, width: width)
    var ratios: [Double] = []
    for (channel, plane) in planes.enumerated() {
      let (real, imaginary) = transform.halfSpectrum(of: plane.map { Float($0) })
      for place in real.indices where place % half > 0 {
        ratios.append(Double(hypot(real[place], imaginary[place]) / given[channel * real.count + place]))
      }
    }
    let typical = ratios.sorted()[ratios.count / 2]
    #expect(ratios.allSatisfy { abs($0 / typical - 1) < 1e-2 })
  }

  @Test("pixels can be set to a picture, kept off 0 and 1", arguments: [true, false])
  func setting(decorrelates: Bool) {
    var random = SeededRandom(2)
    for channels in [1, 3] {
      var picture = Self.make(.pixel(decorrelatesColours: decorrelates), channels, 6, 7)
      var wanted = random.floats(channels * 42).map { ($0 + 1) / 2 }
      wanted[3] = 0
      wanted[5] = 1
      picture.setPicture(wanted)
      for (value, target) in zip(Self.rendered(picture), wanted) {
        #expect(abs(value - min(max(target, 1e-4), 1 - 1e-4)) < 1e-5)
      }
    }
  }

  @Test("colours and their coordinates are each other's inverse, scaled as lucid's")
  func colours() {
    for row in 0..<3 {
      for column in 0..<3 {
        let product = (0..<3).reduce(0) {
          $0 + ColourBasis.toColours[3 * row + $1] * ColourBasis.toCoordinates[3 * $1 + column]
        }
        #expect(abs(product - (row == column ? 1 : 0)) < 1e-5)
      }
    }
    #expect(abs(ColourBasis.toColours[0] - 0.56283) < 1e-4)
    #expect(abs(ColourBasis.toColours[5] + 0.10824) < 1e-4)
  }
}
