import Images

/// Paints a scene exactly: every pixel has one of the ``FlatColour``s.
struct FlatPainter {
  private let scene: WorldScene

  init(_ scene: WorldScene) { self.scene = scene }

  func image() -> WorldImage {
    let side = FlatGeometry.side
    var samples: [UInt8] = []
    samples.reserveCapacity(3 * side * side)
    var masks: [WorldRegion: [UInt8]] = [:]
    for region in WorldRegion.allCases { masks[region] = [UInt8](repeating: 0, count: side * side) }
    for pixel in 0..<(side * side) {
      let colour = colour(x: pixel % side, y: pixel / side)
      let value = colour.samples
      for channel in 0..<3 { samples.append(value[channel]) }
      let region: WorldRegion =
        switch colour {
        case .surface, .ink: .object
        case .ground: .background
        case .mark: .mark
        case .frame: .frame
        }
      masks[region]?[pixel] = .max
    }
    return WorldImage(
      scene: scene, picture: Image(width: side, height: side, colour: .rgb, pixels: samples),
      masks: WorldMasks(side: side, visibility: 1, masks))
  }

  private func colour(x: Int, y: Int) -> FlatColour {
    let (columns, last) = (FlatGeometry.mark, FlatGeometry.side - 1)
    if scene.hasFrame, x == 0 || y == 0 || x == last || y == last { return .frame }
    if scene.hasMark, columns.contains(x), columns.contains(y) { return .mark }
    let (right, down) = (x - Int(scene.centreX), y - Int(scene.centreY))
    guard FlatGeometry.contains(scene.shape, right, down) else { return .ground(scene.background) }
    let hasInk = FlatGeometry.hasInk(scene.texture, isVertical: scene.hasVerticalStripes, right, down)
    return hasInk ? .ink : .surface(scene.colour)
  }
}
