import Images
import InputErrors
import TestSupport
import Testing

@Suite("Masks beside images")
struct MaskFolderTests {
  private static func grey(_ width: Int, _ height: Int, _ value: (_ x: Int, _ y: Int) -> Int) -> Image {
    let pixels = (0..<width * height).map { UInt8(value($0 % width, $0 / width)) }
    return Image(width: width, height: height, colour: .grey, pixels: pixels)
  }

  private static func images(
    _ names: [String], _ width: Int, _ height: Int, _ preprocessing: Preprocessing = .none
  ) throws -> LabeledImages {
    try LabeledImages(
      images: names.map { _ in TestPictures.pattern(width, height) }, labels: names.map { _ in 0 }, names: names,
      preprocessing: preprocessing)
  }

  @Test("Indices are read as stored: grey of every depth, palettes without their colours")
  func indices() throws {
    func indices(_ file: String) throws -> [UInt8] {
      try ImageDecoder.indices(TestPictures.bytes(file), file: "x.png").pixels
    }
    #expect(try indices(Goldens.grey2BitPNG) == [0, 1, 2, 3, 3, 2, 1, 0])
    #expect(try indices(Goldens.grey1BitPNG) == [1, 0, 1, 1, 0, 0, 0, 1])
    let palette = try indices(Goldens.palettePNG)
    #expect(palette.count == 4 && palette[0] == palette[3] && Set(palette) == [0, 1, 2])
    let all = Self.grey(16, 16) { $0 + 16 * $1 }
    #expect(try ImageDecoder.indices(PNGEncoder.encode(all), file: "x.png") == all)
  }

  @Test("What holds no indices is refused")
  func noIndices() throws {
    func line(_ bytes: [UInt8]) -> String { message { _ = try ImageDecoder.indices(bytes, file: "x.png") } }
    let coloured = try PNGEncoder.encode(TestPictures.pattern(3, 3))
    #expect(
      line(coloured)
        == "x.png: the file holds no indices (expected a grey or palette PNG of up to 8 bits, found RGB of 8 bits)")
    #expect(line(try TestPictures.bytes(Goldens.greyAlphaPNG)).hasSuffix("found grey with alpha of 8 bits)"))
    #expect(line(try TestPictures.bytes(Goldens.colourJPEG)).hasSuffix("found no PNG)"))
    #expect(line([]).hasSuffix("found an empty file)"))
    let palette = try TestPictures.bytes(Goldens.palettePNG)
    for length in 8..<palette.count {
      #expect(throws: InputError.self, "\(length) bytes") {
        try ImageDecoder.indices(Array(palette[..<length]), file: "cut.png")
      }
    }
  }

  @Test("Indices go where the image's pixels go", arguments: [(23, 17), (40, 30), (11, 7), (64, 24)])
  func geometry(width: Int, height: Int) throws {
    let target = Preprocessing.Size(width: 29, height: 19)
    for resize in [Preprocessing.Resize.exact(target), .shorterSide(16)] {
      let preprocessing = try Preprocessing(resize: resize, crop: .init(width: 13, height: 9))
      // A step up, across and down: bilinear values cross one half where the nearest pixel changes.
      for (column, row) in [(width / 2, 0), (0, height / 3), (width / 3, height / 2)] {
        let isInside: (Int, Int) -> Bool = { x, y in x >= column && y >= row }
        let step = Self.grey(width, height) { isInside($0, $1) ? 1 : 0 }
        let light = Self.grey(width, height) { isInside($0, $1) ? 255 : 0 }
        let image = try LabeledImages(images: [light], labels: [0], preprocessing: preprocessing)
        let picture = try #require(image.picture(of: 0))
        let nearest = try preprocessing.indices(step, file: "x.png")
        #expect(nearest.width == 13 && nearest.height == 9)
        #expect(try preprocessing.coverage(light, file: "x.png") == picture)
        let wrong = zip(nearest.pixels, picture.pixels).filter { index, value in
          (index == 1) != (value >= 128) && abs(Int(value) - 128) > 2
        }
        // Where both steps meet, a product of two halves is a quarter.
        #expect(wrong.count <= (column > 0 && row > 0 ? 2 : 0))
      }
    }
  }

  @Test("Whole factors repeat pixels or take the middle one; crops keep the image's offsets")
  func wholeFactors() throws {
    let picture = Self.grey(6, 4) { 10 * $1 + $0 }
    let doubled = try Preprocessing(resize: .exact(.init(width: 12, height: 8))).indices(picture, file: "x")
    #expect(doubled == Self.grey(12, 8) { 10 * ($1 / 2) + $0 / 2 })
    let large = Self.grey(9, 6) { 10 * $1 + $0 }
    let third = try Preprocessing(resize: .exact(.init(width: 3, height: 2))).indices(large, file: "x")
    #expect(third == Self.grey(3, 2) { 10 * (3 * $1 + 1) + 3 * $0 + 1 })
    let cropping = try Preprocessing(crop: .init(width: 3, height: 3))
    let cropped = try LabeledImages(images: [large], labels: [0], preprocessing: cropping)
    #expect(try cropping.indices(large, file: "x") == cropped.picture(of: 0))
  }

  @Test("A mask is found beside its sub-folder's image, or directly in the folder")
  func places() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (Self.grey(5, 4) { x, _ in x }, Self.grey(5, 4) { _, y in y })
    try folder.write(try PNGEncoder.encode(first), to: "a/one.png")
    try folder.write(try PNGEncoder.encode(second), to: "two.v2.png")
    let images = try Self.images(["a/one.jpg", "b/two.v2.jpeg", "a/one.jpg"], 5, 4)
    let masks = try MaskFolder(path: folder.path, images: images)
    #expect(try masks.indices(ofImage: 0) == first)
    #expect(try masks.indices(ofImage: 1) == second)
    #expect(try masks.coverage(ofImage: 2) == first)
    #expect(images.sourceSizes == [Preprocessing.Size?](repeating: .init(width: 5, height: 4), count: 3))
    #expect(images.subset([1]).sourceSizes.count == 1)
    #expect(try MaskFolder.regions(in: folder.path) == ["a"])
  }

  @Test("Missing, shared and ill-sized masks name image and file")
  func errors() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    try folder.write(try PNGEncoder.encode(Self.grey(5, 4) { _, _ in 0 }), to: "one.png")
    try folder.write(try PNGEncoder.encode(TestPictures.pattern(6, 4)), to: "colour.png")
    func masks(_ names: [String], width: Int = 6) throws -> MaskFolder {
      try MaskFolder(path: path, images: try Self.images(names, width, 4))
    }
    #expect(
      message { _ = try masks(["b/none.jpg"]) }
        == "b/none.jpg: the image has no mask (expected \(path)/b/none.png or \(path)/none.png)")
    #expect(message { _ = try masks(["none.jpg"]) } == "none.jpg: the image has no mask (expected \(path)/none.png)")
    #expect(
      message { _ = try masks(["a/one.jpg", "b/one.jpg"]) }
        == "\(path)/one.png: two images have the same mask (found 'a/one.jpg' and 'b/one.jpg'); "
        + "put the masks into the images' sub-folders")
    #expect(
      message { _ = try masks(["one.jpg"]).indices(ofImage: 0) }
        == "\(path)/one.png: the mask differs from its image in size (expected 6x4, as one.jpg, found 5x4)")
    #expect(message { _ = try masks(["colour.jpg"]).indices(ofImage: 0) }.contains("found RGB of 8 bits"))
    #expect(message { _ = try masks(["colour.jpg"]).coverage(ofImage: 0) }.contains("the mask has colours"))
    let nowhere = try Self.images(["a.jpg"], 2, 2)
    #expect(
      message { _ = try MaskFolder(path: path + "/no", images: nowhere) }
        == "\(path)/no: the folder of masks does not exist")
    // A resize would hide the difference, and is not to.
    let resizing = try Preprocessing(resize: .exact(.init(width: 3, height: 3)))
    let resized = try MaskFolder(path: path, images: try Self.images(["one.jpg"], 6, 4, resizing))
    #expect(message { _ = try resized.indices(ofImage: 0) }.contains("differs from its image in size"))
  }
}
