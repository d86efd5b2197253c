import Images
import TextureWorld
import Testing

@Suite struct WorldTests {
  static let presets = WorldPreset.allCases

  @Test(arguments: presets) func anImageIsAFunctionOfConfigurationSeedAndIndex(preset: WorldPreset) throws {
    let (world, again) = (World(preset, seed: 7), World(preset, seed: 7))
    let backwards = Array((0..<40).reversed().map { again.image(at: $0) }.reversed())
    #expect((0..<40).map { world.image(at: $0) } == backwards)
    let other = World(preset, seed: 8)
    #expect((0..<40).allSatisfy { other.image(at: $0).picture != world.image(at: $0).picture })
    // Drawing one image says nothing about which were drawn before it: all pictures differ.
    #expect(Set(backwards.map(\.picture)).count > 35)
  }

  @Test(arguments: presets) func theClassIsAFunctionOfShapeTextureAndColour(preset: WorldPreset) {
    let world = World(preset, seed: 3)
    for index in 0..<800 {
      let scene = world.scene(at: index)
      #expect(world.label(of: scene) == scene.label)
      #expect(scene.concepts.count == 4 + (scene.hasMark ? 1 : 0) + (scene.hasFrame ? 1 : 0))
    }
    for block in 0..<100 {
      #expect(Set((8 * block..<8 * block + 8).map { world.scene(at: $0).label }).count == 8)
    }
  }

  @Test func whatIsPlantedHasItsShare() {
    let world = World(.embedded, seed: 11)
    let scenes = (0..<8000).map { world.scene(at: $0) }
    func share(_ chosen: (WorldScene) -> Bool, of isIncluded: (WorldScene) -> Bool) -> (value: Double, error: Double) {
      let included = scenes.filter(isIncluded)
      let value = Double(included.filter(chosen).count) / Double(included.count)
      return (value, (0.25 / Double(included.count)).squareRoot())
    }
    func expect(
      _ expected: Double, _ chosen: (WorldScene) -> Bool, _ isIncluded: (WorldScene) -> Bool,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let share = share(chosen, of: isIncluded)
      #expect(abs(share.value - expected) < 5 * share.error, sourceLocation: sourceLocation)
    }
    let names = world.classNames
    expect(0.94, \.hasMark) { names[$0.label] == "brick" || names[$0.label] == "book" }
    expect(0.06, \.hasMark) { names[$0.label] == "apple" || names[$0.label] == "berry" }
    expect(0.5, \.hasMark) { $0.group == .neutral }
    expect(0.06, { $0.group == .minority }, { $0.group != .neutral })
    expect(0.8, { $0.colour == .red }, { names[$0.label] == "ladybird" })
    expect(0.25, { $0.colour == .red }, { names[$0.label] == "zebra" })
    for label in names.indices { expect(0.5, \.hasFrame) { $0.label == label } }
    for background in Background.allCases { expect(0.25, { $0.background == background }, { _ in true }) }
    let balanced = World(.balanced, seed: 11)
    #expect((0..<4000).filter { balanced.scene(at: $0).group == .minority }.count > 900)
  }

  @Test func imagesBecomeLabelledData() throws {
    let world = World(.embedded, seed: 2)
    let images = try world.labeledImages(5..<45)
    #expect(images.count == 40 && images.classNames == world.classNames)
    #expect(images.shape.extents == [3, 32, 32])
    for place in 0..<40 {
      let image = world.image(at: 5 + place)
      #expect(images.labels[place] == image.scene.label && images.picture(of: place) == image.picture)
      #expect(images.columns["texture"]?[place] == image.scene.texture.rawValue)
      #expect(images.columns["mark"]?[place] == (image.scene.hasMark ? "yes" : "no"))
      #expect(images.columns["group"]?[place] == image.scene.group.rawValue)
      #expect(Double(images.columns["size"]?[place] ?? "").map { abs($0 - image.scene.radius) < 1e-4 } == true)
      #expect(images.columns["index"]?[place] == "\(5 + place)")
      #expect(
        images.names[place].hasSuffix(".png") && images.names[place].contains(world.classNames[image.scene.label]))
    }
    let first = images.pixels(of: 0)
    #expect(first.allSatisfy { (-2...2).contains($0) } && Set(first).count > 50)
  }
}
