import Foundation
import Images
import InputErrors
import NeuronShapley
import ScenarioRunner
import TextureWorld
import Testing

@Suite struct WorldSampleTests {
  private func sample(varied: Bool = false, count: Int = 20) -> WorldSample {
    WorldSample(
      configuration: WorldPreset.embedded.configuration, seed: 7, first: 3, count: count, isVaried: varied)
  }

  @Test func imagesDoNotDependOnTheWorkers() async throws {
    let one = try await sample(count: 70).labeledImages(workers: 1)
    let many = try await sample(count: 70).labeledImages(workers: 3)
    let world = World(.embedded, seed: 7)
    let direct = try world.labeledImages(3..<73)
    #expect(one.digest == many.digest)
    #expect(one.digest == direct.digest)
    #expect(one.names == direct.names)
  }

  @Test func filesHoldTheSameImagesWithTheirTruth() async throws {
    let folder = try TemporaryFolder()
    let files = try await CachedWorldImages(sample(), in: ContentCache(folder.path)).files(
      workers: 2, check: {}, progress: nil)
    let loaded = try await ImageLoading.load(
      ImageSource(path: files.images, classes: files.classes), preprocessing: World.preprocessing)
    let drawn = try await sample().labeledImages()
    #expect(loaded.images.digest == drawn.digest)
    #expect(loaded.images.classNames == drawn.classNames)
    #expect(loaded.images.columns["texture"] == drawn.columns["texture"])
    #expect(loaded.images.columns["group"] == drawn.columns["group"])
  }

  @Test func aGroupKeepsItsImages() async throws {
    let folder = try TemporaryFolder()
    var sample = sample(count: 60)
    sample.configuration.groupCorrelation = 0.5
    let all = try await sample.labeledImages()
    sample.group = .minority
    let drawn = try await sample.labeledImages()
    #expect(drawn.names == all.names.indices.filter { all.columns["group"]?[$0] == "minority" }.map { all.names[$0] })
    #expect(drawn.count > 0)
    let files = try await CachedWorldImages(sample, in: ContentCache(folder.path)).files(
      workers: 2, check: {}, progress: nil)
    let loaded = try await ImageLoading.load(
      ImageSource(path: files.images, classes: files.classes), preprocessing: World.preprocessing)
    #expect(loaded.images.digest == drawn.digest)
    sample.count = 1
    sample.configuration.groupCorrelation = 1
    await #expect(throws: InputError.self) { _ = try await sample.labeledImages() }
  }

  @Test func variationsSetEveryFactorToEveryValue() async throws {
    let folder = try TemporaryFolder()
    let files = try await CachedWorldImages(sample(varied: true, count: 4), in: ContentCache(folder.path)).files(
      workers: 2, check: {}, progress: nil)
    var options = ImageLoadingOptions()
    options.ignoresLabels = true
    let loaded = try await ImageLoading.load(
      ImageSource(path: files.images), preprocessing: World.preprocessing, options: options)
    let variations = try ImageVariations(loaded.images)
    #expect(variations.sceneCount == 4)
    #expect(variations.factors.map(\.name) == ["shape", "texture", "colour", "background", "mark", "frame"])
    #expect(variations.factors.map(\.values.count) == [5, 4, 4, 4, 2, 2])
    #expect(variations.concepts.count == 19)
    // Every image is that of its scene with the one thing changed.
    let world = World(.embedded, seed: 7)
    let place = try #require(
      loaded.images.names.indices.first {
        loaded.images.columns["factor"]?[$0] == "texture" && loaded.images.columns["value"]?[$0] == "dots"
      })
    let index = try #require(loaded.images.columns["scene"].flatMap { Int($0[place]) })
    let expected = world.image(of: world.scene(at: index).changing(.texture(.dots))).picture
    let found = loaded.images.picture(of: place)
    #expect(found == expected)
  }
}
