import InputErrors
import Tensors

extension Preprocessing {
  /// The samples that the network sees, before normalisation.
  struct Samples: Sendable {
    let shape: Shape
    /// Channels first: `[channels][height][width]`.
    let bytes: [UInt8]
  }

  /// Resizes, crops and orders the channels of an image.
  ///
  /// - Throws: ``InputError`` (data) naming the file when the crop is larger than the image or the resized image would be
  ///   out of range.
  func samples(of image: Image, file: String) throws -> Samples {
    let colour: Image.Colour =
      switch channels {
      case .rgb, .bgr: .rgb
      case .grey: .grey
      case .stored: image.colour
      }
    // Grey stays one channel until the end: resampling commutes with repeating it.
    let resized = try resized(colour == .grey ? image.converted(to: .grey) : image, file: file)
    let window = try Self.window(of: crop, inWidth: resized.width, height: resized.height, file: file)
    let order: [Int] =
      switch (channels, resized.colour) {
      case (.bgr, .rgb): [2, 1, 0]
      case (.rgb, .rgb), (.stored, .rgb), (.grey, .rgb): [0, 1, 2]
      case (.rgb, .grey), (.bgr, .grey): [0, 0, 0]
      case (.grey, .grey), (.stored, .grey): [0]
      }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(order.count * window.height * window.width)
    let step = resized.channels
    resized.pixels.withUnsafeBufferPointer { pixels in
      for channel in order {
        for row in window.top..<(window.top + window.height) {
          var position = (row * resized.width + window.left) * step + channel
          for _ in 0..<window.width {
            bytes.append(pixels[position])
            position += step
          }
        }
      }
    }
    return Samples(shape: Shape(order.count, window.height, window.width), bytes: bytes)
  }

  private func resized(_ image: Image, file: String) throws -> Image {
    let size: Size
    switch resize {
    case .none: return image
    case .exact(let exact): size = exact
    case .shorterSide(let side):
      size =
        image.width <= image.height
        ? Size(width: side, height: Int(Double(side * image.height) / Double(image.width)))
        : Size(width: Int(Double(side * image.width) / Double(image.height)), height: side)
    }
    if size.width == image.width, size.height == image.height { return image }
    do {
      return try ImageResampling.resized(image, width: size.width, height: size.height)
    } catch let error as InputError {
      throw error.inFile(file)
    }
  }

  /// The part of a picture that a crop leaves.
  struct Window {
    let left: Int
    let top: Int
    let width: Int
    let height: Int
  }

  static func window(of crop: Size?, inWidth width: Int, height: Int, file: String) throws -> Window {
    guard let crop else { return Window(left: 0, top: 0, width: width, height: height) }
    guard crop.width <= width, crop.height <= height else {
      throw InputError(
        .data, "the crop is larger than the image", at: .init(file: file), expected: "at least \(crop)",
        found: "\(width)x\(height)", hint: "resize first, or crop less")
    }
    // Half of the rest; .5 goes to the even neighbour.
    func offset(_ rest: Int) -> Int { rest / 2 + (rest % 4 == 3 ? 1 : 0) }
    return Window(
      left: offset(width - crop.width), top: offset(height - crop.height), width: crop.width, height: crop.height)
  }

  /// The normalised value of every sample: 256 values a channel, one channel after the other.
  ///
  /// - Throws: ``InputError`` (usage) when the means or standard deviations are for another number of channels.
  func normalizationTable(channels: Int) throws -> [Float] {
    try (0..<channels).flatMap { channel in
      let rule = try normalization(channel: channel, of: channels)
      return (0..<256).map { rule(Float($0)) }
    }
  }

  /// The map from a sample to the network's value for one channel, in single precision throughout.
  func normalization(channel: Int, of channels: Int) throws -> (Float) -> Float {
    func value(_ values: [Double], key: String) throws -> Float {
      if values.count == 1 { return Float(values[0]) }
      guard values.count == channels else {
        throw InputError(
          .usage, "the number of values does not fit the images' channels", at: .init(key: key),
          expected: channels == 1 ? "1" : "1 or \(channels)", found: "\(values.count)")
      }
      return Float(values[channel])
    }
    let factor = Float(scale)
    let mean = try value(mean, key: "mean")
    let deviation = try value(standardDeviation, key: "std")
    return { ($0 * factor - mean) / deviation }
  }
}
