import Images
import InputErrors
import Tensors
import TestSupport
import Testing

@Suite struct PixelScaleTests {
  private func pictures(_ count: Int, _ colour: Image.Colour, seed: UInt64) -> [Image] {
    var random = SeededRandom(seed)
    return (0..<count).map { _ in
      Image(
        width: 4, height: 3, colour: colour,
        pixels: (0..<12 * colour.channels).map { _ in UInt8(random.int(0...255)) })
    }
  }

  @Test(arguments: ["imagenet-caffe", "cifar10", "mnist", "none"])
  func samplesGiveTheSameBitsAsTheImagesThemselves(preset: String) throws {
    var preprocessing = try Preprocessing.preset(named: preset)
    var pieces = PreprocessingPieces()
    (pieces.resize, pieces.crop) = (Preprocessing.Resize.none, .some(nil))
    preprocessing = try pieces.applied(to: preprocessing)
    let images = try LabeledImages(
      images: pictures(3, preset == "mnist" ? .grey : .rgb, seed: 1), labels: [0, 1, 2], preprocessing: preprocessing)
    let scale = try images.pixelScale()
    #expect(scale.isEightBit && scale.samples == 0...255 && scale.unit == 255)
    for index in 0..<3 {
      let samples = try images.samples(of: index, scale: scale)
      let inputs = samples.indices.map { scale.input(samples[$0], channel: $0 / images.shape.area) }
      #expect(inputs == images.pixels(of: index))
      let moved = scale.input(samples[0] + 1, channel: 0) - inputs[0]
      #expect(abs(moved - scale.slope(channel: 0)) < 1e-4)
      #expect(images.picture(samples: samples, scale: scale) == images.picture(of: index))
    }
    // Bytes put back are the same images; other ones are others.
    let bytes = try (0..<3).map { index in try images.samples(of: index, scale: scale).map { UInt8($0) } }
    #expect(try images.replacing(bytes: bytes).digest == images.digest)
    var changed = bytes
    changed[1][0] ^= 1
    let other = try images.replacing(bytes: changed)
    #expect(other.digest != images.digest && other.pixels(of: 0) == images.pixels(of: 0))
    let floats = try images.replacing(values: (0..<3).map { images.pixels(of: $0) })
    #expect((0..<3).allSatisfy { floats.pixels(of: $0) == images.pixels(of: $0) } && floats.labels == images.labels)
  }

  @Test func floatsNeedARangeAndMustLieInIt() throws {
    let images = try LabeledImages(
      tensors: [Tensor(shape: Shape(1, 1, 3), values: [0, 0.25, 1])], labels: [0])
    let missing = try #require(throws: InputError.self) { try images.pixelScale() }
    #expect(missing.kind == .usage && missing.place.key == "pixel-range" && missing.what.contains("floats"))
    let scale = try images.pixelScale(range: 0...1)
    #expect(!scale.isEightBit && scale.unit == 1)
    #expect(try images.samples(of: 0, scale: scale) == [0, 0.25, 1])
    let narrow = try images.pixelScale(range: 0...0.5)
    let outside = try #require(throws: InputError.self) { try images.samples(of: 0, scale: narrow) }
    #expect(outside.kind == .data && outside.place.file == "image[0]")
    #expect(throws: InputError.self) { try images.pixelScale(range: 1...1) }
    let eightBit = try LabeledImages(images: pictures(1, .grey, seed: 2), labels: [0])
    #expect(throws: InputError.self) { try eightBit.pixelScale(range: 0...1) }
  }
}
