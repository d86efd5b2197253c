import Images
import TextureWorld

/// A picture of a world: images of every class, one image with one thing changed at a time, and its masks.
public struct WorldSheet: Sendable {
  private static let cell = 64.0
  private static let gap = 4.0
  private static let left = 132.0
  private static let columns = 9
  private static let padding = 14.0

  private let world: World
  private let first: Int
  /// How many images may be looked at to find enough of each class.
  private let count: Int

  /// - Parameters:
  ///   - first: the index from which on images are shown.
  ///   - count: how many images there are.
  public init(_ world: World, first: Int = 0, count: Int) {
    self.world = world
    self.first = first
    self.count = count
  }

  /// - Throws: ``InputErrors/InputError`` when an image cannot be encoded.
  public func drawing() throws -> SVGDrawing {
    let step = Self.cell + Self.gap
    let width = Self.left + Double(Self.columns) * step + Self.padding
    let changes = changes()
    let rows = Double(world.classNames.count)
    let top = Self.padding + rows * step + 44
    var drawing = SVGDrawing(
      width: width, height: top + 2 * step + 92, title: "A world with known truth",
      summary: "Images of \(world.classNames.count) classes, an image with one thing changed at a time, and its masks.")
    for (label, scenes) in examples().enumerated() {
      let y = Self.padding + Double(label) * step
      drawing.text(Self.padding, y + Self.cell / 2 - 3, world.classNames[label], "heading")
      for (line, text) in rule(world.configuration.classes[label]).enumerated() {
        drawing.text(Self.padding, y + Self.cell / 2 + 12 + 13 * Double(line), text, "soft")
      }
      for (column, scene) in scenes.enumerated() {
        try add(world.image(of: scene).picture, at: (x(column), y), tip: caption(scene), to: &drawing)
      }
    }
    let scene = world.scene(at: changedIndex())
    let image = world.image(of: scene)
    drawing.text(Self.padding, top - 14, "One thing changed, every other pixel as it was", "heading")
    drawing.text(Self.padding, top + Self.cell / 2, world.classNames[scene.label], "soft")
    try add(image.picture, at: (x(0), top), tip: caption(scene), to: &drawing)
    name("as drawn", 0, top, &drawing)
    for (column, change) in changes.enumerated() {
      let changed = scene.changing(change)
      try add(world.image(of: changed).picture, at: (x(column + 1), top), tip: change.name, to: &drawing)
      name(label(change), column + 1, top, &drawing)
    }
    let below = top + step + 60
    drawing.text(Self.padding, below - 14, "What is where: its masks", "heading")
    let withAll = world.image(of: scene.changing(.mark(true)).changing(.frame(true)))
    for (column, region) in WorldRegion.allCases.enumerated() {
      try add(withAll.masks.picture(of: region), at: (x(column), below), tip: region.rawValue, to: &drawing)
      name(region.rawValue, column, below, &drawing)
    }
    return drawing
  }

  private func x(_ column: Int) -> Double { Self.left + Double(column) * (Self.cell + Self.gap) }

  private func add(
    _ picture: Image, at place: (x: Double, y: Double), tip: String, to drawing: inout SVGDrawing
  ) throws {
    drawing.picture(place.x, place.y, Self.cell, Self.cell, png: try PNGEncoder.encode(picture), tip: tip)
  }

  private func name(_ text: String, _ column: Int, _ y: Double, _ drawing: inout SVGDrawing) {
    drawing.text(x(column) + Self.cell / 2, y + Self.cell + 14, text, "soft", anchor: .middle)
  }

  /// The first images of each class.
  private func examples() -> [[WorldScene]] {
    var rows = [[WorldScene]](repeating: [], count: world.classNames.count)
    for index in first..<(first + count) {
      let scene = world.scene(at: index)
      if rows[scene.label].count < Self.columns { rows[scene.label].append(scene) }
      if rows.allSatisfy({ $0.count == Self.columns }) { break }
    }
    return rows
  }

  /// An image of the first class with a large object, neither mark nor frame, and a twig if there is one like that.
  private func changedIndex() -> Int {
    let large = Double(world.configuration.side) * 0.29
    let fitting = (first..<(first + min(count, 2000))).filter {
      let scene = world.scene(at: $0)
      return scene.label == 0 && scene.radius >= large && !scene.hasMark && !scene.hasFrame
    }
    return fitting.first { world.scene(at: $0).hasTwig } ?? fitting.first ?? first
  }

  /// One change of each kind, and two of those that matter most.
  private func changes() -> [WorldChange] {
    let scene = world.scene(at: changedIndex())
    func other<Choice: CaseIterable & Equatable>(_ own: Choice) -> [Choice] { Choice.allCases.filter { $0 != own } }
    var changes: [WorldChange] = []
    changes += other(scene.texture).prefix(2).map(WorldChange.texture)
    changes += other(scene.colour).suffix(1).map(WorldChange.colour)
    changes += other(scene.shape).suffix(2).map(WorldChange.shape)
    changes += other(scene.background).suffix(1).map(WorldChange.background)
    return changes + [.mark(!scene.hasMark), .frame(!scene.hasFrame)]
  }

  private func label(_ change: WorldChange) -> String {
    switch change {
    case .shape(let shape): shape.rawValue
    case .texture(let texture): texture.rawValue
    case .colour(let colour): colour.rawValue
    case .background(let background): background.rawValue
    case .mark(let isOn): isOn ? "mark" : "no mark"
    case .frame(let isOn): isOn ? "frame" : "no frame"
    }
  }

  private func caption(_ scene: WorldScene) -> String {
    "\(world.classNames[scene.label]): \(scene.colour.rawValue) \(scene.shape.rawValue), \(scene.texture.rawValue), on "
      + scene.background.rawValue + (scene.hasMark ? ", mark" : "") + (scene.hasFrame ? ", frame" : "")
  }

  /// What decides the class, in at most two short lines.
  private func rule(_ rule: ClassRule) -> [String] {
    var needs: [String] = []
    func add<Word: CaseIterable & RawRepresentable>(_ words: [Word], most: Int) where Word.RawValue == String {
      if words.count <= most { needs.append(words.map(\.rawValue).joined(separator: " or ")) }
    }
    add(rule.colours, most: 1)
    add(rule.textures, most: 1)
    add(rule.shapes, most: 1)
    var lines = [needs.joined(separator: " ")]
    if let favourite = rule.favouriteColour { lines.append("often \(favourite.rawValue)") }
    switch rule.mark {
    case .free: break
    case .with: lines.append("mostly with mark")
    case .against: lines.append("rarely with mark")
    }
    return lines
  }
}
