import Foundation
import Images
import InputErrors
import Tensors
import TestSupport
import Testing

@Suite("IDX, CIFAR-10 and NumPy files")
struct ArrayFilesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(_ name: String, labels: String? = nil, _ preprocessing: Preprocessing = .none) async throws
    -> LabeledImages
  {
    let source = ImageSource(path: folder.path + "/" + name, labels: labels.map { folder.path + "/" + $0 })
    return try await ImageLoading.load(source, preprocessing: preprocessing).images
  }

  private func error(_ name: String, labels: String? = nil, _ preprocessing: Preprocessing = .none) async -> String {
    await message { _ = try await load(name, labels: labels, preprocessing) }.replacing(folder.path, with: "F")
  }

  private func message(_ body: () async throws -> Void) async -> String { await ImagesTests.message(ofLoading: body) }

  @Test("IDX images with labels found by name, or given as IDX, text or NPY")
  func idx() async throws {
    try folder.write(TestPictures.idx(images: 3), to: "t10k-images-idx3-ubyte")
    try folder.write(TestPictures.idx(labels: [7, 0, 9]), to: "t10k-labels-idx1-ubyte")
    let images = try await load("t10k-images-idx3-ubyte")
    #expect(images.shape == Shape(1, 2, 3))
    #expect(images.labels == [7, 0, 9])
    #expect(images.pixels(of: 1) == [30, 35, 40, 45, 50, 55])
    #expect(images.names[2] == "t10k-images-idx3-ubyte[2]")
    try folder.write("1\n2\n3\n", to: "labels.txt")
    #expect(try await load("t10k-images-idx3-ubyte", labels: "labels.txt").labels == [1, 2, 3])
    #expect(try await load("t10k-images-idx3-ubyte", .preset(named: "imagenet").withoutSize).shape == Shape(3, 2, 3))
  }

  @Test("Bad IDX files")
  func badIDX() async throws {
    try folder.write(TestPictures.idx(images: 3), to: "a.idx")
    #expect(
      await error("a.idx")
        == "F/a.idx: the labels are in another file, which must be given; give it with --labels")
    try folder.write(TestPictures.idx(labels: [1, 2]), to: "l")
    #expect(
      await error("a.idx", labels: "l")
        == "F/l: the number of labels is not that of the images (expected 3, found 2)")
    try folder.write(Array(TestPictures.idx(images: 3).dropLast()), to: "b.idx")
    #expect(
      await error("b.idx", labels: "l")
        == "F/b.idx: the file's length is not what its header says (expected 18 bytes of images, found 17)")
    try folder.write([0, 0, 13, 3], to: "c.idx")
    #expect(
      await error("c.idx", labels: "l")
        == "F/c.idx: byte 0: the file is not IDX images of bytes (expected 0 0 8 3, found 0 0 13 3)")
    try folder.write([0, 0, 8, 3] + [UInt8](repeating: 255, count: 12), to: "d.idx")
    #expect(await error("d.idx", labels: "l").contains("the extents are out of range"))
    try folder.write("3\nx\n", to: "l")
    #expect(await error("a.idx", labels: "l") == "F/l:2: the label is no index (found 'x')")
    #expect(await error("a.idx", labels: "none").contains("F/none: the file cannot be read"))
  }

  @Test("CIFAR-10 records")
  func cifar() async throws {
    let second = [UInt8(2)] + (0..<3).flatMap { plane in (0..<1024).map { UInt8(($0 + plane) % 256) } }
    try folder.write([9] + [UInt8](repeating: 5, count: 3072) + second, to: "batch.bin")
    let images = try await load("batch.bin")
    #expect(images.shape == Shape(3, 32, 32))
    #expect(images.labels == [9, 2] && images.className(of: 9) == "truck")
    #expect(images.pixels(of: 1) == second.dropFirst().map(Float.init))
    try folder.write(second + [1], to: "long.bin")
    #expect(
      await error("long.bin")
        == "F/long.bin: the file is not CIFAR-10 binary (expected records of 3073 bytes, found 3074 bytes)")
    try folder.write([10] + second.dropFirst(), to: "label.bin")
    #expect(
      await error("label.bin") == "F/label.bin: byte 0: the label is outside the classes (expected 0…9, found 10)")
    #expect(
      await error("batch.bin", labels: "l")
        == "F/batch.bin: labels: CIFAR-10's binary form has its own labels (found 'F/l' as well)")
  }

  @Test("NumPy arrays of every kind")
  func arrays() throws {
    func array(_ golden: String) throws -> NumPyArray {
      try NumPyArrays(TestPictures.bytes(golden), file: "a.npy").array(named: "array")
    }
    #expect(try array(Goldens.int16NPY).integers == Array(-12..<12))
    #expect(try array(Goldens.int16NPY).shape == [2, 3, 4])
    #expect(try array(Goldens.uint8FortranNPY).values == .bytes(Array(0..<24)))
    #expect(try array(Goldens.float64BigEndianNPY).doubles == (0..<24).map { Double($0) / 8 - 1 })
    let half = try array(Goldens.float16NPY).floats
    #expect(Array(half.prefix(4)) == [0, 1.5, -2, 65504])
    #expect(abs(half[4] - 6e-8) < 1e-9 && abs(half[5] - 6.1e-5) < 1e-7)
    #expect(half[6] == .infinity && half[7] == -.infinity)
    #expect(try array(Goldens.version2NPY).floats == (0..<24).map(Float.init))
    #expect(try array(Goldens.version3NPY).integers == [1, 0])
    #expect(try array(Goldens.scalarNPY).shape == [] && array(Goldens.scalarNPY).integers == [-7])
    #expect(try array(Goldens.float16NPY).integers == nil)
  }

  @Test("NPZ images by pixel and by channel")
  func archives() async throws {
    try folder.write(TestPictures.bytes(Goldens.storedNPZ), to: "a.npz")
    let images = try await load("a.npz")
    #expect(images.labels == [3])
    #expect(images.picture(of: 0) == TestPictures.pattern(5, 4))
    try folder.write(TestPictures.bytes(Goldens.compressedNPZ), to: "b.npz")
    let floats = try await load("b.npz", Preprocessing(channels: .rgb, scale: 255))
    #expect(floats.labels == [0, 1])
    #expect(floats.shape == Shape(3, 4, 5))
    #expect(zip(floats.pixels(of: 0), images.pixels(of: 0)).allSatisfy { abs($0 - $1) < 1e-3 })
    let reversed = try await load("b.npz", Preprocessing(channels: .bgr))
    #expect(Array(reversed.pixels(of: 1).prefix(20)) == Array(try await load("b.npz").pixels(of: 1).suffix(20)))
    let names = try NumPyArrays(file: folder.path + "/b.npz")
    #expect(names.names == ["x_test", "y_test"])
    #expect(
      ImagesTests.message { _ = try names.array(named: "y_tset") }.hasSuffix("did you mean 'y_test'?"))
  }

  @Test("Bad NumPy files")
  func badArrays() async throws {
    try folder.write(TestPictures.bytes(Goldens.uint8FortranNPY), to: "a.npy")
    #expect(await error("a.npy").contains("F/a.npy: the file holds no labels"))
    try folder.write("1\n", to: "l")
    #expect(await error("a.npy", labels: "l").contains("F/l: the number of labels is not that of the images"))
    try folder.write("1\n0\n", to: "l")
    #expect(try await load("a.npy", labels: "l").shape == Shape(1, 3, 4))
    try folder.write(TestPictures.bytes(Goldens.int16NPY), to: "b.npy")
    #expect(
      await error("b.npy", labels: "l") == "F/b.npy: array: a sample is out of range (expected 0…255, found -12)")
    try folder.write(TestPictures.bytes(Goldens.scalarNPY), to: "c.npy")
    #expect(await error("c.npy", labels: "l").contains("array: the array does not hold images"))
    try folder.write(Array(TestPictures.bytes(Goldens.uint8FortranNPY).dropLast()), to: "d.npy")
    #expect(
      await error("d.npy", labels: "l")
        == "F/d.npy: the array's length does not fit its shape (expected 24 elements of 1 bytes for [2, 3, 4], "
        + "found 23 bytes)")
    try folder.write(TestPictures.bytes(Goldens.compressedNPZ), to: "e.npz")
    #expect(
      try await error("e.npz", Preprocessing(resize: .shorterSide(8)))
        == "e.npz[0]: images of floats are not resized (found 5x4); set --resize none, or give 8-bit images")
    var archive = try TestPictures.bytes(Goldens.storedNPZ)
    let sample = try #require(archive.firstRange(of: TestPictures.pattern(5, 4).pixels)).lowerBound
    archive[sample] ^= 1
    try folder.write(archive, to: "checksum.npz")
    #expect(await error("checksum.npz").hasSuffix("found another checksum)"))
    try folder.write([1, 2, 3], to: "f.npz")
    #expect(await error("f.npz").contains("F/f.npz: byte 0: the archive is corrupt or not supported"))
    try folder.write("x", to: "g.txt")
    #expect(await error("g.txt").contains("F/g.txt: the images are in no known form"))
  }

  @Test(
    "The table of a real game", .enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
  func realTable() throws {
    let arrays = try NumPyArrays(file: TestData.factsPath("resnet18_14_superpixels_1.npz"))
    #expect(arrays.names == ["values", "coalitions", "n_players", "normalization_value"])
    let values = try arrays.array(named: "values").doubles
    #expect(values.count == 1 << 14)
    let coalitions = try arrays.array(named: "coalitions")
    #expect(coalitions.shape == [1 << 14, 14])
    let members = try #require(coalitions.integers)
    let full = try #require(
      (0..<values.count).first { row in members[(row * 14)..<(row * 14 + 14)].allSatisfy { $0 == 1 } })
    #expect(values[full] == 0.9963155388832092)
    #expect(try arrays.array(named: "n_players").integers == [14])
  }
}

extension Preprocessing {
  /// The same normalisation without resize and crop.
  fileprivate var withoutSize: Preprocessing {
    get throws { try PreprocessingPieces(resize: "none", crop: "none").applied(to: self) }
  }
}
