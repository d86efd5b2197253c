import CTurboJPEG
import InputErrors

/// JPEG through libjpeg-turbo: grey, colour, CMYK and YCCK; baseline and progressive.
///
/// Decoding uses the library's defaults (the accurate integer transform and smooth chroma upsampling), which give the
/// pixels that Pillow and torchvision give. A warning counts as corruption: a truncated file would otherwise decode to
/// a picture with a grey lower half.
enum JPEGDecoder {
  /// A refused file is told by its bytes, so more scans than any encoder writes are an attack on time, not a picture.
  private static let flags = CInt(TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)

  static func decode(_ bytes: [UInt8], file: String) throws -> Image {
    guard let handle = tjInitDecompress() else {
      throw InputError(
        .data, "the JPEG decoder does not start", at: .init(file: file), found: String(cString: tjGetErrorStr2(nil)))
    }
    defer { tjDestroy(handle) }
    func corrupt() -> InputError {
      InputError(
        .data, "the JPEG is corrupt or truncated", at: .init(file: file), found: String(cString: tjGetErrorStr2(handle))
      )
    }

    return try bytes.withUnsafeBufferPointer { source in
      var width: CInt = 0
      var height: CInt = 0
      var subsampling: CInt = 0
      var space: CInt = 0
      guard
        tjDecompressHeader3(handle, source.baseAddress, UInt(source.count), &width, &height, &subsampling, &space) == 0
      else { throw corrupt() }
      try ImageDecoder.checkExtents(width: Int(width), height: Int(height), file: file)
      let pixels = Int(width) * Int(height)

      func samples(_ format: TJPF, channels: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: pixels * channels) { target, count in
          guard
            tjDecompress2(
              handle, source.baseAddress, UInt(source.count), target.baseAddress, width, 0, height,
              CInt(format.rawValue), flags) == 0
          else { throw corrupt() }
          count = pixels * channels
        }
      }

      if space == CInt(TJCS_GRAY.rawValue) {
        let grey = try samples(TJPF_GRAY, channels: 1)
        return Image(width: Int(width), height: Int(height), colour: .grey, pixels: grey)
      }
      if space == CInt(TJCS_CMYK.rawValue) || space == CInt(TJCS_YCCK.rawValue) {
        let inks = try samples(TJPF_CMYK, channels: 4)
        return Image(width: Int(width), height: Int(height), colour: .rgb, pixels: colours(ofInvertedInks: inks))
      }
      let colour = try samples(TJPF_RGB, channels: 3)
      return Image(width: Int(width), height: Int(height), colour: .rgb, pixels: colour)
    }
  }

  /// Red, green and blue of inks that are stored inverted (255 = no ink), as every writer of CMYK JPEGs in use does:
  /// each is ink · black / 255, rounded.
  private static func colours(ofInvertedInks inks: [UInt8]) -> [UInt8] {
    var colours: [UInt8] = []
    colours.reserveCapacity(inks.count / 4 * 3)
    for pixel in stride(from: 0, to: inks.count, by: 4) {
      let black = Int(inks[pixel + 3])
      for ink in 0..<3 {
        colours.append(UInt8((2 * Int(inks[pixel + ink]) * black + 255) / 510))
      }
    }
    return colours
  }
}
