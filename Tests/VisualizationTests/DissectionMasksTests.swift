import Foundation
import Images
import InputErrors
import Networks
import NeuronShapley
import ModelFormats
import TestSupport
import Testing
import TextureWorld
import Visualization

@Suite("Masks of concepts")
struct DissectionMasksTests {
  /// A folder that goes away with its user.
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("masks-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ image: Image, to name: String) throws {
      let url = URL(fileURLWithPath: path).appendingPathComponent(name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(try PNGEncoder.encode(image)).write(to: url)
    }
  }

  private static func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  private static func images(_ count: Int) throws -> LabeledImages {
    let picture = Image(width: 2, height: 2, colour: .grey, pixels: [1, 2, 3, 4])
    return try LabeledImages(
      images: (0..<count).map { _ in picture }, labels: [Int](repeating: 0, count: count),
      names: (0..<count).map { "\($0).jpg" }, columns: [("kind", (0..<count).map { $0 % 2 == 0 ? "cat" : "dog" })])
  }

  @Test("an index is a concept, and indices beyond the list are none")
  func indices() throws {
    let folder = Folder()
    try folder.write(Image(width: 2, height: 2, colour: .grey, pixels: [0, 1, 2, 255]), to: "0.png")
    let masks = try ConceptMasks.indices(folder: folder.path, names: ["sky", "tree"], images: try Self.images(1))
    #expect(masks.names == ["sky", "tree"] && masks.maps == [[1, 2, 0, 0]])
    let many = (0..<33).map { "c\($0)" }, images = try Self.images(1)
    #expect(
      Self.message { _ = try ConceptMasks.indices(folder: folder.path, names: many, images: images) }
        == "\(folder.path): there are too many concepts (expected at most 32, found 33: c0, c1, c2, …)")
    try folder.write(Image(width: 2, height: 2, colour: .grey, pixels: [9, 9, 9, 9]), to: "0.png")
    #expect(
      Self.message { _ = try ConceptMasks.indices(folder: folder.path, names: ["sky"], images: images) }
        == "\(folder.path): no pixel of any image has a concept (expected sky); "
        + "check the list of names against the masks' values")
    let most = (0..<32).map { "c\($0)" }
    try folder.write(Image(width: 2, height: 2, colour: .grey, pixels: [31, 9, 9, 9]), to: "0.png")
    #expect(try ConceptMasks.indices(folder: folder.path, names: most, images: images).maps[0][0] == 1 << 31)
  }

  @Test("a region is a concept, or one for every value of a column, where it is covered by half")
  func regions() throws {
    let folder = Folder(), images = try Self.images(3)
    for image in 0..<3 {
      try folder.write(
        Image(width: 2, height: 2, colour: .grey, pixels: [255, 128, 127, 0]), to: "object/\(image).png")
      try folder.write(Image(width: 2, height: 2, colour: .grey, pixels: [0, 255, 0, 255]), to: "frame/\(image).png")
    }
    func masks(_ texts: String...) throws -> ConceptMasks {
      try .regions(folder: folder.path, concepts: try texts.map { try RegionConcept(parsing: $0) }, images: images)
    }
    let both = try masks("frame", "object=kind")
    #expect(both.names == ["frame", "kind=cat", "kind=dog"])
    #expect(both.maps == [[2, 3, 0, 1], [4, 5, 0, 1], [2, 3, 0, 1]])
    #expect(
      Self.message { _ = try masks("objct") }
        == "\(folder.path): the folder of masks has no such region (expected frame, object, found 'objct'); "
        + "did you mean 'object'?")
    #expect(
      Self.message { _ = try masks("object=knd") }
        == "the images have no such column (expected kind, found 'knd'); did you mean 'kind'?")
    #expect(Self.message { _ = try masks("object=") }.hasPrefix("this names no region"))
    #expect(Self.message { _ = try masks("=kind") }.hasPrefix("this names no region"))
    #expect(
      Self.message { _ = try masks("frame", "frame") }
        == "\(folder.path): two concepts have the same name (found 'frame')")
    #expect(Self.message { _ = try masks() } == "\(folder.path): there are no concepts (expected 1 to 32)")
    try FileManager.default.removeItem(atPath: folder.path + "/frame/1.png")
    #expect(
      Self.message { _ = try masks("frame") }
        == "1.jpg: the image has no mask (expected \(folder.path)/frame/1.png)")
  }

  @Test("masks that 'world' writes are those of the images in memory")
  func world() throws {
    let world = World(.embedded, seed: 3), folder = Folder()
    let drawn = (0..<12).map { world.image(at: $0) }
    for image in drawn {
      for region in WorldRegion.allCases {
        try folder.write(image.masks.picture(of: region), to: "\(region.rawValue)/\(world.name(of: image.scene))")
      }
    }
    let images = try world.labeled(drawn)
    let masks = try ConceptMasks.regions(
      folder: folder.path,
      concepts: ["object=shape", "background=background", "twig"].map { try RegionConcept(parsing: $0) }, images: images
    )
    for (place, image) in drawn.enumerated() {
      for (bit, name) in masks.names.enumerated() {
        let region: WorldRegion = name == "twig" ? .twig : name.hasPrefix("shape=") ? .object : .background
        let isShown =
          name == "twig" || name == "shape=\(image.scene.shape.rawValue)"
          || name == "background=\(image.scene.background.rawValue)"
        let truth = image.masks[region].map { isShown && $0 >= 128 }
        let read = masks.maps[place].map { $0 >> UInt32(bit) & 1 == 1 }
        #expect(read == truth, "\(name), image \(place)")
      }
    }
  }

  @Test(
    "SqueezeNet has detectors of what lies in streets",
    .enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
  func streets() async throws {
    var options = ImageLoadingOptions()
    options.ignoresLabels = true
    let images = try await ImageLoading.load(
      .init(path: TestData.path("camvid/images")), preprocessing: try .preset(named: "imagenet-caffe"), options: options
    ).images
    let names = [
      "Sky", "Building", "Pole", "Road", "Pavement", "Tree", "SignSymbol", "Fence", "Car", "Pedestrian", "Bicyclist",
    ]
    let masks = try ConceptMasks.indices(folder: TestData.path("camvid/annot"), names: names, images: images)
    let network = try ONNXReader().read(file: TestData.path("models/squeezenet1_1_imagenet.onnx"))
    let result = try await NetworkDissection(
      network, images: images, masks: masks,
      configuration: .init(units: .layers(["conv1_1", "fire9/expand1x1_1"]), seed: 1)
    ).run(workers: 2)
    #expect(result.units.count == 320 && result.concepts[3].share > 0.2)
    let detectors = result.detectorCount, chance = try #require(result.chanceDetectorCount)
    #expect(detectors >= 30 && detectors > 3 * chance, "\(detectors) detectors, \(chance) by chance")
    #expect(result.layers[1].detected.map(\.concept).contains("Car"))
  }
}
