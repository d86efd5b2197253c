import Foundation
import Images
import InputErrors
import Testing

@Suite("Damaged files: always an input error or a result, never a trap")
struct FuzzTests {
  /// ``TestPictures/idx(images:)`` of three images, compressed.
  private static let gzipImages = "H4sIAAAAAAAC/2Ng4GBmYGAAYSYwzcrFLyIpp6yha2Ru4+jmHRAKAA6Gbl4iAAAA"

  /// Truncates, flips bits, and overwrites runs of the bytes, and hands each result over.
  private func damaged(_ bytes: [UInt8], rounds: Int, seed: UInt64, _ body: ([UInt8]) throws -> Void) throws -> Int {
    var random = TestRandom(seed)
    var refused = 0
    for round in 0..<rounds {
      var copy = bytes
      switch round % 4 {
      case 0: copy.removeLast(Int.random(in: 0...copy.count, using: &random))
      case 1:
        copy[Int.random(in: 0..<copy.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2:
        for _ in 0..<4 {
          copy[Int.random(in: 0..<copy.count, using: &random)] =
            [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
        }
      default:
        let start = Int.random(in: 0..<copy.count, using: &random)
        for index in start..<min(copy.count, start + 8) { copy[index] = UInt8.random(in: 0...255, using: &random) }
      }
      do { try body(copy) } catch is InputError { refused += 1 }
    }
    return refused
  }

  @Test(
    "JPEG and PNG",
    arguments: [
      Goldens.colourJPEG, Goldens.progressiveJPEG, Goldens.cmykJPEG, Goldens.rgb16PNG, Goldens.interlacedPNG,
      Goldens.palettePNG, Goldens.rgbaPNG,
    ])
  func pictures(golden: String) throws {
    let refused = try damaged(TestPictures.bytes(golden), rounds: 1500, seed: 1) {
      _ = try ImageDecoder.decode($0, file: "x")
    }
    #expect(refused > 300)
  }

  @Test("PNGs of indices", arguments: [Goldens.palettePNG, Goldens.grey2BitPNG])
  func indices(golden: String) throws {
    let refused = try damaged(TestPictures.bytes(golden), rounds: 1500, seed: 7) {
      _ = try ImageDecoder.indices($0, file: "x")
    }
    #expect(refused > 300)
  }

  @Test(
    "NPY and NPZ",
    arguments: [
      Goldens.int16NPY, Goldens.uint8FortranNPY, Goldens.version2NPY, Goldens.scalarNPY, Goldens.storedNPZ,
      Goldens.compressedNPZ,
    ])
  func numpy(golden: String) throws {
    let refused = try damaged(TestPictures.bytes(golden), rounds: 4000, seed: 2) {
      _ = try NumPyArrays($0, file: "x")
    }
    #expect(refused > 1000)
  }

  @Test("Lists")
  func lists() throws {
    let text = "file,label,\"g\"\"1\"\r\na.png,1,\"x, \"\"y\"\"\"\r\n\r\nb.png,2,é\n"
    let refused = try damaged(Array(text.utf8), rounds: 8000, seed: 3) { bytes in
      let table = try CommaSeparatedValues(bytes, file: "x")
      #expect(table.rows.allSatisfy { $0.count == table.header.count })
    }
    #expect(refused > 500)
  }

  @Test("JSON settings")
  func json() throws {
    let text = #"{"preset": "imagenet", "crop": 192, "mean": [0.5, 1, 2], "std": 0.5, "resize": "200x210"}"#
    let refused = try damaged(Array(text.utf8), rounds: 3000, seed: 4) { _ = try Preprocessing(json: $0, file: "x") }
    #expect(refused > 1000)
  }

  @Test("IDX, gzip and CIFAR-10 files, and class names")
  func files() async throws {
    let folder = try TemporaryFolder()
    try folder.write(TestPictures.idx(labels: [1, 2, 3]), to: "a-labels-idx1")
    let idx = TestPictures.idx(images: 3)
    let gzip: [UInt8] = try TestPictures.bytes(Self.gzipImages)
    var refused = 0
    for (name, bytes) in [
      ("a-images-idx3", idx), ("a-images-idx3.gz", gzip), ("a.bin", [UInt8](repeating: 3, count: 3073)),
    ] {
      var random = TestRandom(5)
      for round in 0..<400 {
        var copy = bytes
        if round % 2 == 0 {
          copy.removeLast(Int.random(in: 0...copy.count, using: &random))
        } else {
          copy[Int.random(in: 0..<min(40, copy.count), using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        // A new file each time: some file systems write a file out when it is cut to nothing.
        let path = try folder.write(copy, to: "\(round)/\(name)")
        do {
          _ = try await ImageLoading.load(
            ImageSource(path: path, labels: name.hasSuffix("bin") ? nil : folder.path + "/a-labels-idx1"),
            preprocessing: .none)
        } catch is InputError { refused += 1 }
      }
    }
    #expect(refused > 600)
  }
}
