import Images
import InputErrors
import Testing

@Suite("Image decoding")
struct ImageDecoderTests {
  @Test(
    "JPEGs give the pixels that Pillow gives",
    arguments: [
      (Goldens.colourJPEG, Goldens.colourJPEGPixels), (Goldens.progressiveJPEG, Goldens.progressiveJPEGPixels),
      (Goldens.greyJPEG, Goldens.greyJPEGPixels), (Goldens.cmykJPEG, Goldens.cmykJPEGPixels),
      (Goldens.ycckJPEG, Goldens.ycckJPEGPixels),
    ])
  func jpeg(file: String, pixels: String) throws {
    let image = try ImageDecoder.decode(TestPictures.bytes(file), file: "x.jpg")
    let expected = try TestPictures.bytes(pixels)
    #expect(image.width == 13 && image.height == 11)
    #expect(image.pixels.count == expected.count)
    #expect(zip(image.pixels, expected).map { abs(Int($0) - Int($1)) }.max() == 0)
  }

  @Test("A truncated JPEG is an error at every length, though the library would fill in grey")
  func truncatedJPEG() throws {
    let bytes = try TestPictures.bytes(Goldens.colourJPEG)
    for length in stride(from: 2, to: bytes.count - 2, by: 7) {
      #expect(throws: InputError.self, "\(length) bytes") {
        try ImageDecoder.decode(Array(bytes[..<length]), file: "cut.jpg")
      }
    }
    let line = message { _ = try ImageDecoder.decode(Array(bytes.dropLast(40)), file: "cut.jpg") }
    #expect(line.hasPrefix("cut.jpg: the JPEG is corrupt or truncated (found "))
  }

  @Test("A header cannot ask for more memory than the limit")
  func hugeHeader() throws {
    var bytes = try TestPictures.bytes(Goldens.colourJPEG)
    let marker = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange((marker + 5)..<(marker + 9), with: [0xFF, 0x00, 0xFF, 0x00])
    #expect(
      message { _ = try ImageDecoder.decode(bytes, file: "huge.jpg") }
        == "huge.jpg: the image's size is out of range (expected 1 to 67108864 pixels, found 65280×65280)")
  }

  @Test("PNGs of 16 bits, interlaced, with alpha, shallow and with palettes")
  func png() throws {
    func pixels(_ file: String) throws -> [UInt8] {
      try ImageDecoder.decode(TestPictures.bytes(file), file: "x.png").pixels
    }
    #expect(try pixels(Goldens.rgb16PNG) == TestPictures.bytes(Goldens.rgb16PNGPixels))
    #expect(try pixels(Goldens.interlacedPNG) == TestPictures.pattern(9, 10).pixels)
    #expect(try pixels(Goldens.rgbaPNG) == TestPictures.bytes(Goldens.rgbaPNGPixels))
    #expect(try pixels(Goldens.greyAlphaPNG) == TestPictures.bytes(Goldens.greyAlphaPNGPixels))
    #expect(try pixels(Goldens.grey2BitPNG) == [0, 85, 170, 255, 255, 170, 85, 0])
    #expect(try pixels(Goldens.grey1BitPNG) == [255, 0, 255, 255, 0, 0, 0, 255])
    #expect(try pixels(Goldens.palettePNG) == [255, 0, 0, 255, 255, 255, 0, 0, 255, 255, 0, 0])
  }

  @Test("What is encoded as PNG decodes to the same image", arguments: [(1, 1), (5, 3), (64, 31)])
  func roundTrip(width: Int, height: Int) throws {
    for colour in Image.Colour.allCases {
      let image = TestPictures.pattern(width, height, colour)
      #expect(try ImageDecoder.decode(PNGEncoder.encode(image), file: "x.png") == image)
    }
  }

  @Test("A truncated or damaged PNG is an error")
  func damagedPNG() throws {
    let bytes = try PNGEncoder.encode(TestPictures.pattern(9, 10))
    for length in 8..<bytes.count {
      #expect(throws: InputError.self) { try ImageDecoder.decode(Array(bytes[..<length]), file: "x.png") }
    }
    var damaged = bytes
    damaged[bytes.count / 2] ^= 0x10
    #expect(throws: InputError.self) { try ImageDecoder.decode(damaged, file: "x.png") }
  }

  @Test("Files that are no images, and files that are not there")
  func others() throws {
    #expect(
      message { _ = try ImageDecoder.decode(Array("GIF89a".utf8), file: "a.jpg") }
        == "a.jpg: the file is no image (expected JPEG or PNG, found other first bytes)")
    #expect(
      message { _ = try ImageDecoder.decode([], file: "a.jpg") }
        == "a.jpg: the file is no image (expected JPEG or PNG, found an empty file)")
    #expect(
      message { _ = try ImageDecoder.decode(file: "/no/such.jpg") }
        == "/no/such.jpg: the file cannot be read (found No such file or directory)")
    #expect(message { _ = try ImageDecoder.decode(file: "/") } == "/: the file cannot be read (found a folder)")
    #expect(
      message { _ = try ImageDecoder.decode(file: "/dev/zero") }
        == "/dev/zero: the file cannot be read (found no regular file)")
  }

  @Test("Grey is the luma that Pillow computes; grey to colour repeats it")
  func grey() throws {
    let pattern = TestPictures.pattern(23, 17)
    #expect(try pattern.converted(to: .grey).pixels == TestPictures.bytes(Goldens.greyOfPattern))
    let grey = TestPictures.pattern(3, 2, .grey)
    #expect(grey.converted(to: .rgb).pixels == grey.pixels.flatMap { [$0, $0, $0] })
    #expect(grey.converted(to: .rgb).converted(to: .grey) == grey)
  }
}
