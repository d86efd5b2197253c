import Images
import InputErrors
import Synchronization
import Testing

@Suite("Image loading")
struct ImageLoadingTests {
  private let folder: TemporaryFolder

  /// Twelve pictures of two classes that all differ.
  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<12 {
      let picture = Image(width: 8, height: 8, colour: .rgb, pixels: (0..<192).map { UInt8(($0 + index * 9) % 256) })
      try folder.write(PNGEncoder.encode(picture), to: "\(index % 2)_c/\(index + 10).png")
    }
  }

  private func load(_ change: (inout ImageLoadingOptions) -> Void = { _ in }) async throws -> LoadedImages {
    var options = ImageLoadingOptions()
    change(&options)
    return try await ImageLoading.load(
      ImageSource(path: folder.path), preprocessing: .preset(named: "cifar10"), options: options)
  }

  private func error(_ change: (inout ImageLoadingOptions) -> Void = { _ in }) async -> String {
    await message { _ = try await load(change) }.replacing(folder.path, with: "F")
  }

  private func message(_ body: () async throws -> Void) async -> String { await ImagesTests.message(ofLoading: body) }

  @Test("The number of workers changes nothing", arguments: [2, 3, 8, 40])
  func workers(count: Int) async throws {
    let one = try await load().images
    let many = try await load { $0.workers = count }.images
    #expect(many.digest == one.digest && many.names == one.names && many.labels == one.labels)
    #expect((0..<12).allSatisfy { many.pixels(of: $0) == one.pixels(of: $0) })
  }

  @Test("Progress is told once an image, in order")
  func progress() async throws {
    let calls = Calls()
    _ = try await ImageLoading.load(
      ImageSource(path: folder.path), preprocessing: .none,
      options: {
        var options = ImageLoadingOptions()
        options.workers = 3
        return options
      }()
    ) { done, total in calls.record(done, total) }
    #expect(calls.all == (1...12).map { [$0, 12] })
  }

  @Test("Limit and sample choose before decoding, so that what is not chosen may be corrupt")
  func choice() async throws {
    let whole = try await load().images
    #expect(try await load { $0.limit = 4 }.images.digest == whole.limit(4).digest)
    let drawn = try await load {
      $0.sample = 5
      $0.seed = 3
    }
    #expect(drawn.images.digest == whole.sample(5, seed: 3).digest)
    try folder.write("no picture", to: "1_c/99.png")
    #expect(try await load { $0.limit = 12 }.images.digest == whole.digest)
  }

  @Test("The first corrupt file is an error whatever the workers; on request corrupt files are left out and listed")
  func corrupt() async throws {
    try folder.write("no picture", to: "0_c/14b.png")
    try folder.write([], to: "1_c/13b.png")
    for workers in [1, 2, 5] {
      #expect(
        await error { $0.workers = workers }
          == "F/0_c/14b.png: the file is no image (expected JPEG or PNG, found other first bytes)")
      let loaded = try await load {
        $0.workers = workers
        $0.skipCorrupt = true
      }
      #expect(loaded.images.count == 12)
      #expect(loaded.skipped.map(\.index) == [3, 9])
      #expect(loaded.skipped.map { $0.error.place.file?.hasSuffix("b.png") } == [true, true])
      #expect(loaded.images.labels == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
      #expect(loaded.images.names[3] == "0_c/16.png")
    }
  }

  @Test("What is not corrupt but wrong is an error even when corrupt files are left out")
  func notSkipped() async throws {
    try folder.write(PNGEncoder.encode(TestPictures.pattern(3, 3)), to: "0_c/small.png")
    #expect(
      await error { $0.skipCorrupt = true }
        == "0_c/small.png: the images differ in shape (expected 3×8×8, as 0_c/10.png, found 3×3×3); "
        + "set --resize, --crop or --channels so that all become alike")
    var options = ImageLoadingOptions()
    options.skipCorrupt = true
    let line = await message {
      _ = try await ImageLoading.load(
        ImageSource(path: folder.path), preprocessing: Preprocessing(crop: .init(width: 5, height: 5)), options: options
      )
    }
    #expect(line.contains("0_c/small.png: the crop is larger than the image (expected at least 5x5, found 3x3)"))
  }

  @Test("Nothing but corrupt files is an error")
  func allCorrupt() async throws {
    let bad = try TemporaryFolder()
    try bad.write("x", to: "a/x.png")
    var options = ImageLoadingOptions()
    options.skipCorrupt = true
    let line = await message {
      _ = try await ImageLoading.load(ImageSource(path: bad.path), preprocessing: .none, options: options)
    }
    #expect(line.hasSuffix("every image is corrupt (found 1 of 1)"))
  }

  @Test("Labels are moved by the offset and must stay within the classes")
  func offset() async throws {
    let images = try await load { $0.labelOffset = 1 }.images
    #expect(Set(images.labels) == [1, 2])
    #expect(images.className(of: 2) == "c")
    #expect(
      await error { $0.labelOffset = -1 }
        == "0_c/10.png: the label is negative (expected 0 or more, found 0 with offset -1)")
    #expect(
      await error { $0.classCount = 1 } == "1_c/11.png: the label is outside the classes (expected 0…0, found 1)")
    #expect(try await load { $0.classCount = 2 }.images.count == 12)
    #expect(
      await error { $0.labelOffset = .max }.contains("1_c/11.png: the label is negative (expected 0 or more, found 1"))
  }

  @Test("Options out of range")
  func options() async {
    #expect(await error { $0.limit = 0 } == "limit: the number is out of range (expected 1 or more, found 0)")
    #expect(await error { $0.sample = -3 } == "sample: the number is out of range (expected 1 or more, found -3)")
    #expect(await error { $0.workers = 0 } == "workers: the number is out of range (expected 1 or more, found 0)")
  }
}

/// Calls of a progress closure, in order.
final class Calls: Sendable {
  private let calls = Mutex<[[Int]]>([])
  func record(_ done: Int, _ total: Int) { calls.withLock { $0.append([done, total]) } }
  var all: [[Int]] { calls.withLock { $0 } }
}
