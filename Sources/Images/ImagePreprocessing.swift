import InputErrors
import Tensors

extension Preprocessing {
  /// The samples that the network sees, before normalisation.
  struct Samples: Sendable {
    let shape: Shape
    /// Channels first: `[channels][height][width]`.
    let bytes: [UInt8]
    /// The size of the picture before it was resized and cropped.
    let source: Size
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
    return Samples(
      shape: Shape(order.count, window.height, window.width), bytes: bytes,
      source: Size(width: image.width, height: image.height))
  }

  /// The size that an image gets before the crop.
  func resizedSize(ofWidth width: Int, height: Int) -> Size {
    switch resize {
    case .none: Size(width: width, height: height)
    case .exact(let exact): exact
    case .shorterSide(let side):
      width <= height
        ? Size(width: side, height: Int(Double(side * height) / Double(width)))
        : Size(width: Int(Double(side * width) / Double(height)), height: side)
    }
  }

  /// Crops, orders the channels of and normalises one image of floats; the result is channels first.
  ///
  /// - Throws: ``InputError`` (data) naming the image when it would have to be resized, which floats are not, when the crop
  ///   is larger than the image, or when a value is not finite.
  func values(of index: Int, in images: ImageCollection.FloatImages, file: String) throws -> (Shape, [Float]) {
    guard resizedSize(ofWidth: images.width, height: images.height) == Size(width: images.width, height: images.height)
    else {
      throw InputError(
        .data, "images of floats are not resized", at: .init(file: file), found: "\(images.width)x\(images.height)",
        hint: "set --resize none, or give 8-bit images")
    }
    let window = try Self.window(of: crop, inWidth: images.width, height: images.height, file: file)
    // Each channel of the network as a weighted sum of the image's.
    let mixture: [[(channel: Int, weight: Float)]] =
      switch (channels, images.colour) {
      case (.bgr, .rgb): [[(2, 1)], [(1, 1)], [(0, 1)]]
      case (.rgb, .rgb), (.stored, .rgb): [[(0, 1)], [(1, 1)], [(2, 1)]]
      case (.rgb, .grey), (.bgr, .grey): [[(0, 1)], [(0, 1)], [(0, 1)]]
      case (.grey, .grey), (.stored, .grey): [[(0, 1)]]
      case (.grey, .rgb): [[(0, 0.299), (1, 0.587), (2, 0.114)]]
      }
    var values: [Float] = []
    values.reserveCapacity(mixture.count * window.height * window.width)
    for (channel, terms) in mixture.enumerated() {
      let normalized = try normalization(channel: channel, of: mixture.count)
      for row in window.top..<(window.top + window.height) {
        for column in window.left..<(window.left + window.width) {
          var sum: Float = 0
          for term in terms {
            sum +=
              term.weight
              * images.value(image: index, channel: term.channel, pixel: row * images.width + column)
          }
          values.append(normalized(sum))
        }
      }
    }
    guard values.allSatisfy(\.isFinite) else {
      throw InputError(.data, "the image has a value that is not finite", at: .init(file: file))
    }
    return (Shape(mixture.count, window.height, window.width), values)
  }

  func resized(_ image: Image, file: String) throws -> Image {
    let size = resizedSize(ofWidth: image.width, height: image.height)
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
