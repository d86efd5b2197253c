import Foundation
import Images
import InputErrors
import Testing

@Suite("Preprocessing")
struct PreprocessingTests {
  private func picture(_ image: Image, _ preprocessing: Preprocessing) throws -> Image {
    try #require(try LabeledImages(images: [image], labels: [0], preprocessing: preprocessing).picture(of: 0))
  }

  @Test(
    "Resizing equals Pillow's bilinear filter bit for bit",
    arguments: [
      (8, 6, Goldens.resized8x6), (40, 30, Goldens.resized40x30), (23, 9, Goldens.resized23x9),
      (11, 17, Goldens.resized11x17), (1, 1, Goldens.resized1x1), (3, 40, Goldens.resized3x40),
    ])
  func resize(width: Int, height: Int, golden: String) throws {
    let resized = try picture(
      TestPictures.pattern(23, 17), Preprocessing(resize: .exact(.init(width: width, height: height))))
    #expect(try resized.pixels == TestPictures.bytes(golden))
  }

  @Test("Resizing grey images")
  func resizeGrey() throws {
    let resized = try picture(
      TestPictures.pattern(97, 61, .grey), Preprocessing(resize: .exact(.init(width: 10, height: 7))))
    #expect(try resized.pixels == TestPictures.bytes(Goldens.greyResized10x7))
  }

  @Test("The shorter side decides the size; the longer is rounded down")
  func shorterSide() throws {
    let wide = try picture(TestPictures.pattern(23, 17), Preprocessing(resize: .shorterSide(8)))
    #expect(wide.width == 10 && wide.height == 8)
    let tall = try picture(TestPictures.pattern(17, 23), Preprocessing(resize: .shorterSide(34)))
    #expect(tall.width == 34 && tall.height == 46)
    let same = TestPictures.pattern(32, 40)
    #expect(try picture(same, Preprocessing(resize: .shorterSide(32))) == same)
  }

  @Test("The crop stands in the middle; half pixels go to the even offset", arguments: zip(5...9, [0, 0, 1, 2, 2]))
  func crop(side: Int, offset: Int) throws {
    let image = TestPictures.pattern(side, side, .grey)
    let cropped = try picture(image, Preprocessing(crop: .init(width: 5, height: 5)))
    #expect(cropped.pixels[0] == image.pixels[offset * side + offset])
    #expect(cropped.pixels[24] == image.pixels[(offset + 4) * side + offset + 4])
  }

  @Test("Values are (sample · scale − mean) / deviation by channel, channels first, in the order asked for")
  func values() throws {
    let image = Image(width: 2, height: 1, colour: .rgb, pixels: [10, 20, 30, 40, 50, 60])
    let preprocessing = try Preprocessing(
      channels: .bgr, scale: 0.5, mean: [1, 2, 3], standardDeviation: [2, 4, 8])
    let images = try LabeledImages(images: [image], labels: [0], preprocessing: preprocessing)
    #expect(images.pixels(of: 0) == [7, 14.5, 2, 5.75, 0.25, 2.125])
    #expect(images.picture(of: 0) == image)

    let grey = try LabeledImages(
      images: [image.converted(to: .grey)], labels: [0], preprocessing: Preprocessing(channels: .rgb))
    #expect(grey.shape.channels == 3)
    #expect(grey.pixels(of: 0) == [18, 48, 18, 48, 18, 48])
    let luma = try LabeledImages(images: [image], labels: [0], preprocessing: Preprocessing(channels: .grey))
    #expect(luma.pixels(of: 0) == [18, 48])
    #expect(try LabeledImages(images: [image], labels: [0]).pixels(of: 0) == [10, 40, 20, 50, 30, 60])
  }

  @Test("Presets say what the networks were trained with")
  func presets() throws {
    let imagenet = try Preprocessing.preset(named: "imagenet")
    #expect(imagenet.resize == .shorterSide(256) && imagenet.crop == .init(width: 224, height: 224))
    #expect(imagenet.mean == [0.485, 0.456, 0.406] && imagenet.standardDeviation == [0.229, 0.224, 0.225])
    let caffe = try Preprocessing.preset(named: "imagenet-caffe")
    #expect(caffe.channels == .bgr && caffe.mean == [104, 117, 123] && caffe.scale == 1)
    let tf = try LabeledImages(
      images: [TestPictures.pattern(256, 300)], labels: [0], preprocessing: .preset(named: "imagenet-tf"))
    #expect(tf.pixels(of: 0).allSatisfy { abs($0) <= 1 })
    #expect(try Preprocessing.preset(named: "cifar10").mean == [0.4914, 0.4822, 0.4465])
    #expect(try Preprocessing.preset(named: "cifar10-imagenet").mean == imagenet.mean)
    for preset in PreprocessingPreset.allCases {
      let whole = preset.preprocessing
      #expect(try PreprocessingPieces().applied(to: whole) == whole, "a preset is valid")
    }
    #expect(
      message { _ = try Preprocessing.load(presetOrFile: "imagnet") }
        == "preprocess: there is no preprocessing of that name (expected imagenet, imagenet-caffe, imagenet-tf, cifar10, "
        + "cifar10-imagenet, mnist, grey, world, none, found 'imagnet'); did you mean 'imagenet'?")
  }

  @Test("Pieces replace single settings of a base")
  func pieces() throws {
    let pieces = try PreprocessingPieces(
      resize: "320x240", crop: "200", channels: "bgr", scale: "0.5", mean: "1,2, 3", standardDeviation: "4")
    let whole = try pieces.applied(to: .preset(named: "imagenet"))
    #expect(
      whole
        == (try Preprocessing(
          resize: .exact(.init(width: 320, height: 240)), crop: .init(width: 200, height: 200), channels: .bgr,
          scale: 0.5, mean: [1, 2, 3], standardDeviation: [4])))
    let uncropped = try PreprocessingPieces(crop: "none").applied(to: .preset(named: "imagenet"))
    #expect(uncropped.crop == nil && uncropped.resize == .shorterSide(256))
    #expect(PreprocessingPieces().isEmpty && !pieces.isEmpty)
  }

  @Test("JSON holds every setting and reads back the same")
  func json() throws {
    for preset in PreprocessingPreset.allCases {
      let data = try JSONEncoder().encode(preset.preprocessing)
      #expect(try Preprocessing(json: [UInt8](data), file: "p.json") == preset.preprocessing)
    }
    let text = #"{"preset": "imagenet", "crop": 192, "mean": 0.5, "std": [0.5], "resize": "200x210"}"#
    let read = try Preprocessing(json: Array(text.utf8), file: "p.json")
    #expect(read.crop == .init(width: 192, height: 192) && read.mean == [0.5] && read.channels == .rgb)
    #expect(read.resize == .exact(.init(width: 200, height: 210)) && read.scale == 1.0 / 255)
  }

  @Test(
    "Bad settings are named",
    arguments: [
      (#"{"resise": 3}"#, "the preprocessing has an unknown key", "did you mean 'resize'?"),
      (#"{"crop": [1]}"#, "p.json: crop: the value of the preprocessing cannot be read", "WIDTHxHEIGHT"),
      (#"{"crop": "3x"}"#, "p.json: crop: the size cannot be read", "found '3x'"),
      (#"{"resize": 0}"#, "p.json: resize: the size is out of range", "found 0x0"),
      (#"{"resize": 99999999999}"#, "p.json: resize: the size is out of range", "found 99999999999x99999999999"),
      (#"{"resize": 20, "crop": 24}"#, "p.json: crop: the crop is larger", "expected at most 20x20, found 24x24"),
      (#"{"scale": 0}"#, "p.json: scale: the scale is no factor", "expected not 0"),
      (#"{"std": [1, 0, 1], "channels": "RGB"}"#, "p.json: std: a value is out of range", "expected positive numbers"),
      (#"{"mean": [1, 2]}"#, "p.json: mean: the number of values does not fit", "expected 1 or 3, found 2"),
      (#"{"mean": [1, 2, 3], "channels": "grey"}"#, "p.json: mean: the number of values", "expected 1, found 3"),
      (#"{"channels": "RBG"}"#, "p.json: channels: there is no such channel order", "did you mean 'RGB'?"),
      (#"{"preset": "cifar"}"#, "p.json: preprocess: there is no preprocessing", "found 'cifar'"),
      (#"[1"#, "p.json: the preprocessing is no JSON object", ""),
      (#"{"mean": ["a"]}"#, "p.json: mean: the value of the preprocessing cannot be read", "an array of numbers"),
    ])
  func badSettings(json: String, start: String, part: String) {
    let line = message { _ = try Preprocessing(json: Array(json.utf8), file: "p.json") }
    #expect(line.contains(start), "\(line)")
    #expect(line.contains(part.isEmpty ? start : part), "\(line)")
  }

  @Test("A crop that is larger than the image, and a size beyond all bounds")
  func doesNotFit() throws {
    let image = TestPictures.pattern(20, 30)
    #expect(
      message {
        _ = try LabeledImages(
          images: [image], labels: [0], names: ["a.png"],
          preprocessing: Preprocessing(crop: .init(width: 8, height: 31)))
      } == "a.png: the crop is larger than the image (expected at least 8x31, found 20x30); resize first, or crop less")
    let line = message {
      let thin = Image(width: 1, height: 4000, colour: .grey, pixels: [UInt8](repeating: 0, count: 4000))
      _ = try LabeledImages(images: [thin], labels: [0], preprocessing: Preprocessing(resize: .shorterSide(60000)))
    }
    #expect(line.contains("the resized image would be out of range"))
    #expect(
      message {
        _ = try LabeledImages(
          images: [TestPictures.pattern(2, 2, .grey)], labels: [0], preprocessing: Preprocessing(mean: [1, 2, 3]))
      } == "mean: the number of values does not fit the images' channels (expected 1, found 3)")
  }
}
