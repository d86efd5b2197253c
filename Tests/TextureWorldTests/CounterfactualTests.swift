import Images
import TextureWorld
import Testing

@Suite struct CounterfactualTests {
  /// Every change, in images of both styles, leaves each pixel alone that its masks do not touch.
  @Test(arguments: [WorldPreset.embedded, .flat], WorldChange.all)
  func pixelsOutsideTheMasksStay(preset: WorldPreset, change: WorldChange) {
    let world = World(preset, seed: 21)
    var changed = 0
    for index in 0..<60 {
      let before = world.image(at: index)
      let after = world.image(of: before.scene.changing(change))
      if after.scene == before.scene {
        #expect(after == before)
        continue
      }
      var touched = [Bool](repeating: false, count: before.masks.side * before.masks.side)
      for region in change.regions {
        for (pixel, coverage) in zip(touched.indices, before.masks[region]) where coverage > 0 { touched[pixel] = true }
        for (pixel, coverage) in zip(touched.indices, after.masks[region]) where coverage > 0 { touched[pixel] = true }
      }
      var differs = false
      for pixel in touched.indices {
        let (old, new) = (
          before.picture.pixels[3 * pixel..<3 * pixel + 3], after.picture.pixels[3 * pixel..<3 * pixel + 3]
        )
        if old != new {
          differs = true
          #expect(touched[pixel], "image \(index), pixel \(pixel)")
        }
      }
      if differs { changed += 1 }
      // The other regions are where they were.
      for region in WorldRegion.allCases where !change.regions.contains(region) {
        if case .shape = change, region == .background { continue }
        if case .mark = change { continue }
        if case .frame = change { continue }
        #expect(before.masks[region] == after.masks[region], "\(region)")
      }
    }
    #expect(changed >= 15, "the change shows")
  }

  @Test func everythingElseOfASceneStays() {
    let world = World(.embedded, seed: 4)
    for index in 0..<200 {
      let scene = world.scene(at: index)
      for change in WorldChange.all {
        // Changed and changed back is the scene as it was: nothing else went along.
        let back: WorldChange =
          switch change {
          case .shape: .shape(scene.shape)
          case .texture: .texture(scene.texture)
          case .colour: .colour(scene.colour)
          case .background: .background(scene.background)
          case .mark: .mark(scene.hasMark)
          case .frame: .frame(scene.hasFrame)
          }
        #expect(scene.changing(change).changing(back) == scene)
      }
    }
  }

  @Test func pairsHoldOnlyImagesThatChange() throws {
    let world = World(.embedded, seed: 5)
    let pairs = try world.counterfactuals(.texture(.plain), 0..<80) { world.classNames[$0.label] == "zebra" }
    #expect(pairs.count == 10 && pairs.after.count == 10)
    #expect(pairs.before.labels == pairs.after.labels && pairs.before.names == pairs.after.names)
    #expect(pairs.before.columns["texture"] == [String](repeating: "stripes", count: 10))
    #expect(pairs.after.columns["texture"] == [String](repeating: "plain", count: 10))
    #expect(pairs.before.columns["orientation"] == pairs.after.columns["orientation"])
    #expect(pairs.labelsAfter.allSatisfy { $0 != pairs.before.labels[0] })
    for pair in 0..<10 { #expect(pairs.before.picture(of: pair) != pairs.after.picture(of: pair)) }
    #expect(throws: (any Error).self) { try world.counterfactuals(.texture(.plain), 0..<80) { _ in false } }
  }
}
