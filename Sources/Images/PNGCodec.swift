import CPNG
import InputErrors

/// PNG through libpng's simplified interface: every colour type and depth, interlaced or not.
///
/// The result is grey or RGB of 8 bits: palettes are looked up, shallow samples stretched to 0…255, 16-bit samples
/// rounded to 8, and transparency composited on white (on the stored values, as browsers do).
enum PNGDecoder {
  static func decode(_ bytes: [UInt8], file: String) throws -> Image {
    let chunks = try PNGChunks.pixelChunks(of: bytes, file: file)
    return try PNGState.with { state in
      func corrupt() -> InputError {
        InputError(.data, "the PNG is corrupt or truncated", at: .init(file: file), found: PNGState.message(of: state))
      }
      return try chunks.withUnsafeBytes { source in
        guard png_image_begin_read_from_memory(state, source.baseAddress, source.count) != 0 else { throw corrupt() }
        let width = Int(state.pointee.width)
        let height = Int(state.pointee.height)
        try ImageDecoder.checkExtents(width: width, height: height, file: file)

        // Without this flag 16-bit samples would be taken as linear light and bent by a gamma curve.
        state.pointee.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
        let stored = state.pointee.format
        let colour: Image.Colour = stored & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0 ? .rgb : .grey
        let hasAlpha = stored & png_uint_32(PNG_FORMAT_FLAG_ALPHA) != 0
        state.pointee.format =
          (stored & png_uint_32(PNG_FORMAT_FLAG_COLOR)) | (stored & png_uint_32(PNG_FORMAT_FLAG_ALPHA))
        let count = width * height * (colour.channels + (hasAlpha ? 1 : 0))
        let samples = try [UInt8](unsafeUninitializedCapacity: count) { target, filled in
          guard png_image_finish_read(state, nil, target.baseAddress, 0, nil) != 0 else { throw corrupt() }
          filled = count
        }
        let pixels = hasAlpha ? composited(samples, channels: colour.channels) : samples
        return Image(width: width, height: height, colour: colour, pixels: pixels)
      }
    }
  }

  /// Samples with alpha behind them, laid on white: (colour · alpha + 255 · (255 − alpha)) / 255, rounded.
  private static func composited(_ samples: [UInt8], channels: Int) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(samples.count / (channels + 1) * channels)
    for pixel in stride(from: 0, to: samples.count, by: channels + 1) {
      let alpha = Int(samples[pixel + channels])
      for channel in 0..<channels {
        let sum = Int(samples[pixel + channel]) * alpha + 255 * (255 - alpha)
        pixels.append(UInt8((2 * sum + 255) / 510))
      }
    }
    return pixels
  }
}

/// Writes images as PNG.
public enum PNGEncoder {
  /// The bytes of a PNG file of 8 bits a sample, grey or RGB, without loss.
  ///
  /// - Throws: ``InputError`` (cannotWrite) when the library refuses the image, which only its size can cause.
  public static func encode(_ image: Image) throws -> [UInt8] {
    try PNGState.with { state in
      state.pointee.width = png_uint_32(image.width)
      state.pointee.height = png_uint_32(image.height)
      state.pointee.format = image.colour == .rgb ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0
      func refused() -> InputError {
        InputError(.cannotWrite, "the image cannot be encoded as PNG", found: PNGState.message(of: state))
      }
      // Deflate grows incompressible rows by less than an eighth; the constant covers chunk headers.
      var size = png_alloc_size_t(image.pixels.count + image.pixels.count / 8 + image.height + 65536)
      return try [UInt8](unsafeUninitializedCapacity: Int(size)) { target, count in
        guard png_image_write_to_memory(state, target.baseAddress, &size, 0, image.pixels, 0, nil) != 0 else {
          throw refused()
        }
        count = Int(size)
      }
    }
  }
}

/// The library's state at an address that does not move, which its error handling relies on.
private enum PNGState {
  static func with<Result>(_ body: (UnsafeMutablePointer<png_image>) throws -> Result) rethrows -> Result {
    let state = UnsafeMutablePointer<png_image>.allocate(capacity: 1)
    state.initialize(to: png_image())
    state.pointee.version = png_uint_32(PNG_IMAGE_VERSION)
    defer {
      png_image_free(state)
      state.deallocate()
    }
    return try body(state)
  }

  static func message(of state: UnsafeMutablePointer<png_image>) -> String {
    withUnsafeBytes(of: &state.pointee.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
