#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Statistics

/// A picture as a smooth function of parameters, and the way of gradients back to them.
///
/// Rendering and pulling back allocate nothing: the picture owns its buffers. O(pixels · log pixels) each.
public struct ParametrizedPicture: Sendable {
  public let parametrization: PictureParametrization
  /// 1 (grey) or 3 (red, green, blue).
  public let channels: Int
  public let height: Int
  public let width: Int
  /// What the picture is a function of, by parametrisation: values `[channels][height][width]` before colours and sigmoid;
  /// real and imaginary parts `[channels][2][height][width / 2 + 1]`; or phases `[channels][height][width / 2 + 1]` in
  /// radians.
  public var parameters: [Float]

  private let coefficients: Coefficients
  private var transform: FourierTransform2D
  /// The picture as it was rendered last.
  private var rendered: [Float]
  private var planes: [Float]
  private var real: [Float]
  private var imaginary: [Float]
  /// The planes of the last rendering at mean 0 and deviation 1; of phases only.
  private var standardized: [Float]
  /// What those were divided by.
  private var deviation: Float = 1

  /// What a picture's spectrum is made of parameters by.
  private enum Coefficients: Sendable {
    case none
    /// A factor for each coefficient of the half spectrum.
    case scaled([Float])
    /// Magnitudes for each channel and coefficient.
    case magnitudes([Float])
  }

  /// A first picture.
  ///
  /// - Parameters:
  ///   - spectrum: the magnitudes; only ``PictureParametrization/phase`` reads them.
  ///   - stream: where the first parameters are drawn from, in their order.
  /// - Precondition: 1 or 3 channels, a positive extent, a finite deviation; a measured spectrum of this extent.
  public init(
    _ parametrization: PictureParametrization, channels: Int, height: Int, width: Int, spectrum: PictureSpectrum,
    stream: inout RandomStream
  ) {
    precondition(channels == 1 || channels == 3, "grey or colours")
    precondition(height > 0 && width > 0, "a picture has at least one pixel")
    self.parametrization = parametrization
    self.channels = channels
    self.height = height
    self.width = width
    let half = height * (width / 2 + 1), area = height * width
    func normal(_ count: Int, _ deviation: Double) -> [Float] {
      (0..<count).map { _ in Float(stream.normal() * deviation) }
    }
    switch parametrization {
    case .pixel(let deviation, _):
      coefficients = .none
      parameters = normal(channels * area, deviation)
    case .fourier(let deviation, let power, _):
      let least = 1 / Double(max(width, height)), size = Double(area).squareRoot()
      coefficients = .scaled(
        FourierTransform2D.frequencies(height: height, width: width).map {
          Float(size / pow(max(Double($0), least), power) / 4)
        })
      parameters = normal(channels * 2 * half, deviation)
    case .phase:
      coefficients = .magnitudes(spectrum.magnitudes(channels: channels, height: height, width: width))
      parameters = (0..<channels * half).map { _ in Float((2 * stream.uniform() - 1) * Double.pi) }
    }
    transform = FourierTransform2D(height: height, width: width)
    rendered = Array(repeating: 0.5, count: channels * area)
    planes = rendered
    real = Array(repeating: 0, count: half)
    imaginary = real
    if case .phase = parametrization { standardized = rendered } else { standardized = [] }
  }

  /// Writes the picture of the parameters: values of 0…1, `[channels][height][width]`.
  ///
  /// - Precondition: `picture` has that many values.
  public mutating func render(into picture: inout [Float]) {
    precondition(picture.count == rendered.count, "one value for each channel of each pixel")
    switch coefficients {
    case .none: for place in planes.indices { planes[place] = parameters[place] }
    case .scaled(let factors): renderSpectrum(factors)
    case .magnitudes(let magnitudes):
      renderPhases(magnitudes)
      standardize()
    }
    let area = height * width
    planes.withUnsafeMutableBufferPointer { planes in
      if channels == 3 && parametrization.decorrelatesColours {
        ColourBasis.apply(ColourBasis.toColours, to: planes, area: area)
      }
      rendered.withUnsafeMutableBufferPointer { rendered in
        for place in 0..<planes.count { rendered[place] = 1 / (1 + exp(-planes[place])) }
        picture.withUnsafeMutableBufferPointer { _ = $0.update(from: rendered) }
      }
    }
  }

  /// Writes the gradient with respect to the parameters of a function whose gradient with respect to the picture last
  /// rendered is given: the exact adjoint of the rendering's derivative.
  ///
  /// - Precondition: as many values as the picture and the parameters have; the parameters are those of the last rendering.
  public mutating func pullBack(_ pictureGradient: [Float], into parameterGradient: inout [Float]) {
    precondition(
      pictureGradient.count == rendered.count && parameterGradient.count == parameters.count,
      "gradients of the picture's and the parameters' sizes")
    let area = height * width
    planes.withUnsafeMutableBufferPointer { planes in
      rendered.withUnsafeBufferPointer { rendered in
        pictureGradient.withUnsafeBufferPointer { gradient in
          for place in 0..<planes.count {
            planes[place] = gradient[place] * rendered[place] * (1 - rendered[place])
          }
        }
      }
      if channels == 3 && parametrization.decorrelatesColours {
        ColourBasis.apply(ColourBasis.toColours, transposed: true, to: planes, area: area)
      }
    }
    switch coefficients {
    case .none: for place in planes.indices { parameterGradient[place] = planes[place] }
    case .scaled(let factors): pullBackSpectrum(factors, into: &parameterGradient)
    case .magnitudes(let magnitudes):
      pullBackStandardization()
      pullBackPhases(magnitudes, into: &parameterGradient)
    }
  }

  /// Makes the parameters those of a given picture, with values kept within 10⁻⁴…1 − 10⁻⁴.
  ///
  /// - Precondition: the parametrisation is ``PictureParametrization/pixel(deviation:decorrelatesColours:)``, and the picture
  ///   has one value for each channel of each pixel.
  public mutating func setPicture(_ picture: [Float]) {
    guard case .none = coefficients else { preconditionFailure("only pixels can be set to a picture") }
    precondition(picture.count == rendered.count, "one value for each channel of each pixel")
    for place in picture.indices {
      let value = min(max(picture[place], 1e-4), 1 - 1e-4)
      parameters[place] = log(value / (1 - value))
    }
    guard channels == 3 && parametrization.decorrelatesColours else { return }
    let area = height * width
    parameters.withUnsafeMutableBufferPointer { ColourBasis.apply(ColourBasis.toCoordinates, to: $0, area: area) }
  }
}

// Spectra.
extension ParametrizedPicture {
  private mutating func renderSpectrum(_ factors: [Float]) {
    let half = factors.count
    for channel in 0..<channels {
      let first = 2 * channel * half
      parameters.withUnsafeBufferPointer { parameters in
        for place in 0..<half {
          real[place] = parameters[first + place] * factors[place]
          imaginary[place] = parameters[first + half + place] * factors[place]
        }
      }
      synthesize(channel)
    }
  }

  private mutating func pullBackSpectrum(_ factors: [Float], into gradient: inout [Float]) {
    let half = factors.count
    for channel in 0..<channels {
      analyze(channel)
      let first = 2 * channel * half
      gradient.withUnsafeMutableBufferPointer { gradient in
        for place in 0..<half {
          gradient[first + place] = real[place] * factors[place]
          gradient[first + half + place] = imaginary[place] * factors[place]
        }
      }
    }
  }

  private mutating func renderPhases(_ magnitudes: [Float]) {
    let half = real.count
    for channel in 0..<channels {
      let first = channel * half
      for place in 0..<half {
        let phase = parameters[first + place], magnitude = magnitudes[first + place]
        real[place] = magnitude * cos(phase)
        imaginary[place] = magnitude * sin(phase)
      }
      synthesize(channel)
    }
  }

  private mutating func pullBackPhases(_ magnitudes: [Float], into gradient: inout [Float]) {
    let half = real.count
    for channel in 0..<channels {
      analyze(channel)
      let first = channel * half
      for place in 0..<half {
        let phase = parameters[first + place]
        gradient[first + place] =
          magnitudes[first + place] * (cos(phase) * imaginary[place] - sin(phase) * real[place])
      }
    }
  }

  private mutating func synthesize(_ channel: Int) {
    let area = height * width
    planes.withUnsafeMutableBufferPointer { planes in
      real.withUnsafeBufferPointer { real in
        imaginary.withUnsafeBufferPointer {
          transform.synthesize(
            real: real, imaginary: $0,
            into: UnsafeMutableBufferPointer(rebasing: planes[channel * area..<(channel + 1) * area]))
        }
      }
    }
  }

  /// The adjoint of ``synthesize(_:)``: the half spectrum of the channel's plane, columns that stand for two doubled.
  private mutating func analyze(_ channel: Int) {
    let area = height * width, columns = transform.halfWidth
    let scale = 1 / Float(area)
    planes.withUnsafeBufferPointer { planes in
      real.withUnsafeMutableBufferPointer { real in
        imaginary.withUnsafeMutableBufferPointer { imaginary in
          transform.analyze(
            UnsafeBufferPointer(rebasing: planes[channel * area..<(channel + 1) * area]), real: real,
            imaginary: imaginary)
          for column in 0..<columns {
            let factor = transform.multiplicity(column: column) * scale
            for place in stride(from: column, to: real.count, by: columns) {
              real[place] *= factor
              imaginary[place] *= factor
            }
          }
        }
      }
    }
  }

  /// Brings the planes to mean 0 and deviation 1. A constant picture stays constant.
  private mutating func standardize() {
    let count = Double(planes.count)
    let mean = planes.reduce(0) { $0 + Double($1) } / count
    let variance = planes.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    deviation = Float(max(variance.squareRoot(), 1e-12))
    let shift = Float(mean), factor = 1 / deviation
    for place in planes.indices { planes[place] = (planes[place] - shift) * factor }
    for place in planes.indices { standardized[place] = planes[place] }
  }

  private mutating func pullBackStandardization() {
    let count = Double(planes.count)
    var sum = 0.0, product = 0.0
    for place in planes.indices {
      sum += Double(planes[place])
      product += Double(planes[place]) * Double(standardized[place])
    }
    let mean = Float(sum / count), along = Float(product / count)
    let factor = 1 / deviation
    for place in planes.indices { planes[place] = (planes[place] - mean - standardized[place] * along) * factor }
  }
}
