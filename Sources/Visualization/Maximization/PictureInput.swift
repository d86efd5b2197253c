import Images
import InputErrors
import Networks
import Tensors

/// How a picture of values from 0, black, to 1, white, becomes a network's input.
///
/// Pictures have their channels first and are grey or red, green, blue; a network may read them in another order.
public struct PictureInput: Sendable, Hashable {
  /// 1 or 3.
  public let channels: Int
  /// For each channel of the network the picture's channel, and input = slope · value + offset.
  private let sources: [Int]
  private let slopes: [Float]
  private let offsets: [Float]

  /// - Parameters:
  ///   - channels: of the network's input.
  ///   - order: of the network's channels.
  /// - Throws: ``InputErrors/InputError`` (data) when the network reads neither one channel nor three.
  public init(scale: PixelScale, channels: Int, order: Preprocessing.ChannelOrder) throws(InputError) {
    guard channels == 1 || channels == 3 else {
      throw InputError(
        .data, "pictures are grey or of three colours, the model's input is neither", expected: "1 or 3 channels",
        found: "\(channels)")
    }
    self.channels = channels
    sources = channels == 3 && order == .bgr ? [2, 1, 0] : Array(0..<channels)
    slopes = (0..<channels).map { scale.slope(channel: $0) * Float(scale.unit) }
    offsets = (0..<channels).map { scale.input(scale.samples.lowerBound, channel: $0) }
  }

  /// Writes the input of a picture.
  func write(_ picture: [Float], into input: UnsafeMutableBufferPointer<Float>) {
    let area = picture.count / channels
    for channel in 0..<channels {
      let slope = slopes[channel], offset = offsets[channel], source = sources[channel] * area
      for place in 0..<area { input[channel * area + place] = slope * picture[source + place] + offset }
    }
  }

  /// The gradient by the picture's values of one by the network's input.
  public func pullBack(_ inputGradient: [Float]) -> [Float] {
    let area = inputGradient.count / channels
    var gradient = [Float](repeating: 0, count: inputGradient.count)
    for channel in 0..<channels {
      let slope = slopes[channel], source = sources[channel] * area
      for place in 0..<area { gradient[source + place] = slope * inputGradient[channel * area + place] }
    }
    return gradient
  }

  /// The picture that a network's input shows, not clamped.
  public func picture(of input: [Float]) -> [Float] {
    let area = input.count / channels
    var picture = [Float](repeating: 0, count: input.count)
    for channel in 0..<channels {
      for place in 0..<area {
        picture[sources[channel] * area + place] = (input[channel * area + place] - offsets[channel]) / slopes[channel]
      }
    }
    return picture
  }
}

extension Image {
  /// A picture of values of 0…1, channels first, rounded to 8 bits; what lies outside is clamped.
  package init(picture: [Float], channels: Int, height: Int, width: Int) {
    let area = height * width
    var pixels = [UInt8](repeating: 0, count: picture.count)
    for channel in 0..<channels {
      for place in 0..<area {
        let value = picture[channel * area + place] * 255
        // Not a number is grey.
        pixels[place * channels + channel] = value.isNaN ? 128 : UInt8(min(max(value.rounded(), 0), 255))
      }
    }
    self.init(width: width, height: height, colour: channels == 1 ? .grey : .rgb, pixels: pixels)
  }

  /// Values of 0…1, channels first.
  package var picture: [Float] {
    let area = width * height
    return (0..<channels).flatMap { channel in
      (0..<area).map { Float(pixels[$0 * channels + channel]) / 255 }
    }
  }
}
