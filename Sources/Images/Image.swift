/// A decoded picture of 8-bit samples, rows from the top, channels innermost (height × width × channels).
public struct Image: Sendable, Hashable {
  /// What the samples of one pixel mean.
  public enum Colour: String, Sendable, Hashable, Codable, CaseIterable {
    /// One sample: luminance.
    case grey
    /// Three samples: red, green, blue.
    case rgb

    /// Samples of one pixel: 1 or 3.
    public var channels: Int {
      switch self {
      case .grey: 1
      case .rgb: 3
      }
    }
  }

  public let width: Int
  public let height: Int
  public let colour: Colour
  /// `height · width · channels` samples of 0…255; the sample of row y, column x, channel c stands at
  /// `(y · width + x) · channels + c`.
  public let pixels: [UInt8]

  /// Makes an image of samples that are already laid out.
  ///
  /// - Precondition: the extents are positive and the number of samples is `height · width · channels`.
  public init(width: Int, height: Int, colour: Colour, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition(pixels.count == width * height * colour.channels, "the samples do not fill the image")
    self.width = width
    self.height = height
    self.colour = colour
    self.pixels = pixels
  }

  public var channels: Int { colour.channels }

  /// The same picture in the other colour; grey is ITU-R 601 luma, rounded, as Pillow's `convert("L")` has it.
  /// Complexity: O(pixels), or O(1) when the colour is the same.
  public func converted(to target: Colour) -> Image {
    switch (colour, target) {
    case (.grey, .grey), (.rgb, .rgb):
      return self
    case (.grey, .rgb):
      var samples: [UInt8] = []
      samples.reserveCapacity(pixels.count * 3)
      for value in pixels {
        samples.append(value)
        samples.append(value)
        samples.append(value)
      }
      return Image(width: width, height: height, colour: .rgb, pixels: samples)
    case (.rgb, .grey):
      var samples: [UInt8] = []
      samples.reserveCapacity(width * height)
      for pixel in 0..<(width * height) {
        let red = Int(pixels[3 * pixel])
        let green = Int(pixels[3 * pixel + 1])
        let blue = Int(pixels[3 * pixel + 2])
        // 0.299, 0.587 and 0.114 in units of 2⁻¹⁶; they sum to 2¹⁶, so the result stays within 0…255.
        samples.append(UInt8((red * 19595 + green * 38470 + blue * 7471 + 32768) >> 16))
      }
      return Image(width: width, height: height, colour: .grey, pixels: samples)
    }
  }
}
