import InputErrors

/// What a folder, a list or an array file holds before anything is decoded or preprocessed.
struct ImageCollection: Sendable {
  /// Where the pixels are.
  enum Content: Sendable {
    /// Paths of JPEG and PNG files, one an image.
    case files([String])
    /// Samples of images of one size, one image after the other.
    case bytes(ByteImages)
    /// Floats of images of one size, one image after the other.
    case floats(FloatImages)
  }

  /// Images of 8-bit samples in one array.
  struct ByteImages: Sendable {
    let width: Int
    let height: Int
    let colour: Image.Colour
    /// Whether an image's channels stand one after the other rather than pixel by pixel.
    let isChannelsFirst: Bool
    let bytes: [UInt8]
    /// Bytes from one image to the next, and before the first: records may hold more than pixels.
    let stride: Int
    let offset: Int
  }

  /// Images of floats in one array.
  struct FloatImages: Sendable {
    let width: Int
    let height: Int
    let colour: Image.Colour
    /// Whether an image's channels stand one after the other rather than pixel by pixel.
    let isChannelsFirst: Bool
    let values: [Float]
  }

  /// Where each image comes from, for people.
  var names: [String]
  /// The class of each image as the file has it, before any offset.
  var labels: [Int]
  /// Names by label, or empty.
  var classNames: [String] = []
  var columnNames: [String] = []
  /// One text an image.
  var columns: [String: [String]] = [:]
  var content: Content
  /// How many files were passed over because they are no images.
  var ignoredFileCount = 0

  var count: Int { names.count }
}

extension ImageCollection.ByteImages {
  /// The image at an index below the collection's count.
  func image(at index: Int) -> Image {
    let area = width * height
    let start = offset + index * stride
    guard isChannelsFirst, colour == .rgb else {
      return Image(
        width: width, height: height, colour: colour, pixels: Array(bytes[start..<(start + area * colour.channels)]))
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(area * 3)
    for pixel in start..<(start + area) {
      pixels.append(bytes[pixel])
      pixels.append(bytes[pixel + area])
      pixels.append(bytes[pixel + 2 * area])
    }
    return Image(width: width, height: height, colour: .rgb, pixels: pixels)
  }
}

extension ImageCollection.FloatImages {
  /// The values of one image by channel and pixel.
  func value(image: Int, channel: Int, pixel: Int) -> Float {
    let area = width * height
    let start = image * area * colour.channels
    return values[start + (isChannelsFirst ? channel * area + pixel : pixel * colour.channels + channel)]
  }
}
