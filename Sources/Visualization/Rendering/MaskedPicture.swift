import Images

/// An image of which only a part is bright.
public enum MaskedPicture {
  /// - Parameter isShown: for each pixel, row by row, whether it keeps its brightness.
  /// - Precondition: one entry a pixel.
  public static func image(_ image: Image, isShown: [Bool]) -> Image {
    precondition(isShown.count == image.width * image.height, "an entry a pixel")
    var pixels = image.pixels
    for (place, shown) in isShown.enumerated() where !shown {
      for channel in 0..<image.channels { pixels[place * image.channels + channel] /= 5 }
    }
    return Image(width: image.width, height: image.height, colour: image.colour, pixels: pixels)
  }
}
