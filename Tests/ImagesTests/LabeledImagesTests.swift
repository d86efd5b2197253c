import Images
import InputErrors
import Tensors
import Testing

@Suite("Labelled images")
struct LabeledImagesTests {
  private func images(_ count: Int, _ preprocessing: Preprocessing = .none) throws -> LabeledImages {
    try LabeledImages(
      images: (0..<count).map { index in
        Image(width: 2, height: 1, colour: .grey, pixels: [UInt8(index), UInt8(index + 1)])
      }, labels: (0..<count).map { $0 % 3 }, classNames: ["a", "b"], preprocessing: preprocessing)
  }

  @Test("SHA-256 gives the standard's values, however the bytes are split")
  func sha256() {
    func hexadecimal(_ text: String) -> String { SHA256Digest.hexadecimal(SHA256Digest.of(Array(text.utf8))) }
    #expect(hexadecimal("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(hexadecimal("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hexadecimal("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      hexadecimal(String(repeating: "a", count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    let bytes = (0..<300).map { UInt8($0 % 251) }
    for step in [1, 55, 63, 64, 65, 130] {
      var digest = SHA256Digest()
      for start in stride(from: 0, to: bytes.count, by: step) {
        digest.update(Array(bytes[start..<min(bytes.count, start + step)]))
      }
      #expect(digest.finalize() == SHA256Digest.of(bytes))
    }
  }

  @Test("Every sample is normalised by table exactly as by formula")
  func table() throws {
    let all = Image(
      width: 256, height: 1, colour: .rgb, pixels: (0..<256).flatMap { [UInt8($0), UInt8($0), UInt8($0)] })
    let images = try LabeledImages(images: [all], labels: [0], preprocessing: .preset(named: "cifar10"))
    let values = images.pixels(of: 0)
    for (channel, (mean, deviation)) in zip([Float(0.4914), 0.4822, 0.4465], [Float(0.2471), 0.2435, 0.2616])
      .enumerated()
    {
      for sample in 0..<256 {
        #expect(values[channel * 256 + sample] == (Float(sample) * Float(1.0 / 255) - mean) / deviation)
      }
    }
  }

  @Test("Copying with a stride fills every so-manieth place alone")
  func strided() throws {
    let images = try images(2)
    var lanes = [Float](repeating: -1, count: 16)
    lanes.withUnsafeMutableBufferPointer { buffer in
      images.copyPixels(of: 0, into: UnsafeMutableBufferPointer(rebasing: buffer[0...]), stride: 8)
      images.copyPixels(of: 1, into: UnsafeMutableBufferPointer(rebasing: buffer[1...]), stride: 8)
    }
    #expect(lanes == [0, 1, -1, -1, -1, -1, -1, -1, 1, 2, -1, -1, -1, -1, -1, -1])
    #expect(images.tensor(of: 1) == (try Tensor(shape: Shape(1, 1, 2), values: [1, 2])))
  }

  @Test("Parts keep their images, labels, names and digests")
  func parts() throws {
    let images = try images(10)
    let part = images.subset([7, 2, 7])
    #expect(part.labels == [1, 2, 1] && part.names == ["image[7]", "image[2]", "image[7]"])
    #expect(part.pixels(of: 1) == [2, 3])
    #expect(images.subset(Array(0..<10)).digest == images.digest)
    #expect(images.limit(3).digest == images.subset([0, 1, 2]).digest)
    #expect(images.limit(30).count == 10)
    #expect(images.className(of: 1) == "b" && images.className(of: 2) == "2")
  }

  @Test("A random draw repeats by seed, keeps the order, and reaches every image equally often")
  func sample() throws {
    let images = try images(10)
    #expect(images.sample(4, seed: 5).names == images.sample(4, seed: 5).names)
    #expect(images.sample(10, seed: 5).digest == images.digest)
    var counts = [Int](repeating: 0, count: 10)
    for seed in 0..<2000 {
      let drawn = images.sample(3, seed: UInt64(seed)).pixels0
      #expect(drawn == Array(Set(drawn)).sorted() && drawn.count == 3)
      for index in drawn { counts[index] += 1 }
    }
    // Each count is binomial(2000, 0.3): 600 with a standard deviation of 20.5.
    #expect(counts.allSatisfy { abs($0 - 600) < 103 }, "\(counts)")
  }

  @Test("The digest knows samples, labels, order, shape and preprocessing, and nothing else")
  func digest() throws {
    let images = try images(3)
    #expect(images.digest.count == 64)
    let pictures = (0..<3).map { Image(width: 2, height: 1, colour: .grey, pixels: [UInt8($0), UInt8($0 + 1)]) }
    func digest(_ pictures: [Image], _ labels: [Int], _ preprocessing: Preprocessing = .none) throws -> String {
      try LabeledImages(images: pictures, labels: labels, preprocessing: preprocessing).digest
    }
    #expect(try digest(pictures, [0, 1, 2]) == images.digest)
    #expect(try digest(pictures, [0, 1, 1]) != images.digest)
    #expect(try digest(pictures.reversed(), [0, 1, 2]) != images.digest)
    #expect(try digest(pictures, [0, 1, 2], Preprocessing(scale: 2)) != images.digest)
    #expect(try digest(pictures, [0, 1, 2], Preprocessing(mean: [1])) != images.digest)
    let upright = pictures.map { Image(width: 1, height: 2, colour: .grey, pixels: $0.pixels) }
    #expect(try digest(upright, [0, 1, 2]) != images.digest)
  }

  @Test("Tensors are kept as they are")
  func tensors() throws {
    let tensors = try (0..<2).map { try Tensor(shape: Shape(1, 1, 2), values: [Float($0), -0.5]) }
    let images = try LabeledImages(tensors: tensors, labels: [4, 5])
    #expect(images.tensor(of: 1) == tensors[1])
    #expect(images.picture(of: 0) == nil)
    #expect(
      message {
        _ = try LabeledImages(tensors: [Tensor(repeating: .nan, shape: Shape(1, 1, 1))], labels: [0])
      } == "image[0]: the image has a value that is not finite")
  }

  @Test("What does not fit together is refused")
  func refused() throws {
    let image = TestPictures.pattern(2, 2)
    #expect(message { _ = try LabeledImages(images: [], labels: []) } == "there is no image")
    #expect(
      message { _ = try LabeledImages(images: [image], labels: [1, 2]) }
        == "the number of labels is not that of the images (expected 1, found 2)")
    #expect(
      message { _ = try LabeledImages(images: [image], labels: [-1]) }
        == "image[0]: the label is negative (expected 0 or more, found -1)")
    #expect(
      message { _ = try LabeledImages(images: [image, TestPictures.pattern(3, 2)], labels: [1, 2]) }
        == "image[1]: the images differ in shape (expected 3×2×2, as image[0], found 3×2×3); "
        + "set --resize, --crop or --channels so that all become alike")
  }
}

extension LabeledImages {
  /// The first sample of each image, which tells the images of this suite apart.
  fileprivate var pixels0: [Int] { (0..<count).map { Int(pixels(of: $0)[0]) } }
}
