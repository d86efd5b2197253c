import Foundation
import Images
import InputErrors
import Tensors
import TestSupport
import Testing

@Suite("Images: the real data", .enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
struct RealImageTests {
  private func load(_ path: String, _ preset: PreprocessingPreset, limit: Int? = nil) async throws -> LoadedImages {
    var options = ImageLoadingOptions()
    options.limit = limit
    options.workers = 2
    return try await ImageLoading.load(
      ImageSource(path: TestData.path(path)), preprocessing: preset.preprocessing, options: options)
  }

  @Test(
    "JPEGs decode to the reference pixels exactly",
    arguments: ["0001_n01443537_goldfish/435137d9d4f4125e", "ed786d792c4309a4"])
  func reference(name: String) throws {
    let id = name.split(separator: "/").last.map(String.init) ?? name
    let folder = TestData.path("imagenet_nips17")
    let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
    let file = try #require(files.first { $0.hasSuffix("/\(id).jpg") })
    let image = try ImageDecoder.decode(file: folder + "/" + file)
    let expected = [UInt8](try Data(contentsOf: URL(fileURLWithPath: TestData.path("reference/\(id).rgb"))))
    #expect(image.width == 256 && image.height == 256 && image.colour == .rgb)
    let differences = zip(image.pixels, expected).map { abs(Int($0) - Int($1)) }
    #expect(differences.count == expected.count)
    #expect(differences.max() == 0)
  }

  @Test("The NIPS-17 images load by folder and by list alike")
  func folderAndList() async throws {
    let folder = try await load("imagenet_nips17", .imagenetCaffe)
    let list = try await load("imagenet_nips17/labels_imagenet_nips17.csv", .imagenetCaffe)
    #expect(folder.images.count == 601)
    #expect(folder.ignoredFileCount == 2)
    #expect(folder.images.shape == Shape(3, 224, 224))
    #expect(list.images.count == 601)
    #expect(list.images.columns["wnid"]?[0] == "n01443537")
    let labels = Dictionary(uniqueKeysWithValues: zip(list.images.names, list.images.labels))
    #expect(zip(folder.images.names, folder.images.labels).allSatisfy { labels["imagenet_nips17/" + $0] == $1 })
    #expect(folder.images.className(of: 1) == "n01443537_goldfish")
  }

  @Test("The other sets have the sizes that their makers state")
  func sizes() async throws {
    #expect(try await load("imagenet_sample", .imagenet).images.count == 420)
    #expect(try await load("concepts/labels_zebra.csv", .imagenet).images.labels == [Int](repeating: 340, count: 90))
    #expect(try await load("cifar10/test_open.bin", .cifar10).images.count == 600)
    #expect(try await load("cifar10/train_batch0.bin", .none).images.count == 1000)
    #expect(try await load("mnist/t10k_open-images-idx3-ubyte.gz", .mnist).images.count == 5999)
    let fashion = try await load("fashion_mnist/t10k_open-images-idx3-ubyte.gz", .none)
    #expect(fashion.images.count == 6000)
    #expect(Array(fashion.images.labels.prefix(5)) == [1, 3, 4, 6, 6])
    #expect(fashion.images.shape == Shape(1, 28, 28))
  }
}
