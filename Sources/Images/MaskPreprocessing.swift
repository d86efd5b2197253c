import InputErrors

extension Preprocessing {
  /// What becomes of a picture of indices when its image is resized and cropped: grey, of the same extent.
  ///
  /// Indices cannot be mixed, so every pixel takes that of the pixel its centre falls into; centres lie as they do in the
  /// resampling of images, and the crop is cut from the same place.
  /// - Throws: ``InputError`` (data) naming the file when the crop is larger than the picture.
  public func indices(_ picture: Image, file: String) throws -> Image {
    let size = resizedSize(ofWidth: picture.width, height: picture.height)
    let window = try Self.window(of: crop, inWidth: size.width, height: size.height, file: file)
    // The source of the pixel whose centre is at (2p + 1) / 2: ⌊(2p + 1) · source / (2 · target)⌋.
    func source(_ position: Int, of extent: Int, in target: Int) -> Int { (2 * position + 1) * extent / (2 * target) }
    let columns = (window.left..<(window.left + window.width)).map { source($0, of: picture.width, in: size.width) }
    let pixels = (window.top..<(window.top + window.height)).flatMap { row in
      let start = source(row, of: picture.height, in: size.height) * picture.width
      return columns.map { picture.pixels[start + $0] }
    }
    return Image(width: window.width, height: window.height, colour: .grey, pixels: pixels)
  }

  /// What becomes of a picture of coverage (0 not at all, 255 wholly) when its image is resized and cropped: grey,
  /// resampled as images are.
  ///
  /// - Throws: ``InputError`` (data) naming the file when the crop is larger than the picture, or the resized picture would
  ///   be out of range.
  public func coverage(_ picture: Image, file: String) throws -> Image {
    let resized = try resized(picture.converted(to: .grey), file: file)
    let window = try Self.window(of: crop, inWidth: resized.width, height: resized.height, file: file)
    let pixels = (window.top..<(window.top + window.height)).flatMap { row in
      let start = row * resized.width + window.left
      return resized.pixels[start..<(start + window.width)]
    }
    return Image(width: window.width, height: window.height, colour: .grey, pixels: pixels)
  }
}
