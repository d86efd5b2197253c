import InputErrors

extension ImageDecoder {
  /// Decodes a PNG whose samples are numbers of things rather than light: one index a pixel, in a grey image.
  ///
  /// Grey samples of up to 8 bits and the entries of a palette are taken as they are stored; colours of the palette,
  /// stretching and transparency do not count.
  /// - Throws: ``InputError`` (data) naming the file when it is no PNG of one index a pixel, is corrupt or too large.
  public static func indices(_ bytes: [UInt8], file: String) throws -> Image {
    let place = InputError.Place(file: file)
    guard bytes.starts(with: PNGChunks.signature) else {
      throw InputError(
        .data, "the file holds no indices", at: place, expected: "a grey or palette PNG of up to 8 bits",
        found: bytes.isEmpty ? "an empty file" : "no PNG")
    }
    var chunks = try PNGChunks.pixelChunks(of: bytes, file: file)
    // Signature, length and the name IHDR come before width, height, depth and colour type.
    let header = PNGChunks.signature.count + 8
    guard chunks.count >= header + 17, chunks[(header - 4)..<header].elementsEqual("IHDR".utf8) else {
      throw InputError(.data, "the PNG is corrupt or truncated", at: place, expected: "a header")
    }
    let depth = Int(chunks[header + 8]), colour = chunks[header + 9]
    guard colour == 0 || colour == 3, [1, 2, 4, 8].contains(depth) else {
      let names: [UInt8: String] = [0: "grey", 2: "RGB", 3: "a palette", 4: "grey with alpha", 6: "RGB with alpha"]
      throw InputError(
        .data, "the file holds no indices", at: place, expected: "a grey or palette PNG of up to 8 bits",
        found: "\(names[colour, default: "colour type \(colour)"]) of \(depth) bits")
    }
    // The same samples without their colours: a palette's indices are stored as grey of the same depth is.
    chunks[header + 9] = 0
    let checksum = Inflater.checksum(Array(chunks[(header - 4)..<(header + 13)]))
    for byte in 0..<4 { chunks[header + 13 + byte] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * byte)) }
    let image = try PNGDecoder.decode(PNGChunks.withoutColours(chunks), file: file)
    // Shallow grey was stretched to 0…255 by a whole factor.
    let factor = UInt8(255 / ((1 << depth) - 1))
    return Image(width: image.width, height: image.height, colour: .grey, pixels: image.pixels.map { $0 / factor })
  }

  /// Reads and decodes a file.
  ///
  /// - Throws: ``InputError`` (noInput) when it cannot be read, else as ``indices(_:file:)``.
  public static func indices(file: String) throws -> Image { try indices(FileBytes.read(file), file: file) }
}
