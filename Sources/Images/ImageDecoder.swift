import InputErrors

/// Decodes JPEG and PNG files; the first bytes decide the format, not the name.
///
/// Pixels are taken as stored: orientation tags and colour profiles are not applied, as the usual training pipelines
/// do not apply them either.
public enum ImageDecoder {
  /// The largest picture that is decoded, in samples (2²⁸: 67 million pixels of four channels), so that a damaged header
  /// cannot ask for more memory than that.
  public static let maximumSamples = 1 << 28

  /// Decodes the bytes of a file.
  ///
  /// - Parameter file: the name for errors.
  /// - Throws: ``InputError`` (data) naming the file when it is neither JPEG nor PNG, is corrupt or truncated, or is too
  ///   large.
  public static func decode(_ bytes: [UInt8], file: String) throws -> Image {
    if bytes.starts(with: [0xFF, 0xD8]) { return try JPEGDecoder.decode(bytes, file: file) }
    if bytes.starts(with: PNGChunks.signature) { return try PNGDecoder.decode(bytes, file: file) }
    throw InputError(
      .data, "the file is no image", at: .init(file: file), expected: "JPEG or PNG",
      found: bytes.isEmpty ? "an empty file" : "other first bytes")
  }

  /// Reads and decodes a file.
  ///
  /// - Throws: ``InputError`` (noInput) when it cannot be read, else as ``decode(_:file:)``.
  public static func decode(file: String) throws -> Image {
    try decode(FileBytes.read(file), file: file)
  }

  /// Whether the name ends like an image's: `.jpg`, `.jpeg` or `.png`, in any case.
  public static func isImageName(_ name: String) -> Bool {
    let lowered = name.lowercased()
    return [".jpg", ".jpeg", ".png"].contains { lowered.hasSuffix($0) }
  }

  static func checkExtents(width: Int, height: Int, file: String) throws {
    guard width > 0, height > 0, width <= maximumSamples, height <= maximumSamples,
      width * height <= maximumSamples / 4
    else {
      throw InputError(
        .data, "the image's size is out of range", at: .init(file: file),
        expected: "1 to \(maximumSamples / 4) pixels", found: "\(width)×\(height)")
    }
  }
}
