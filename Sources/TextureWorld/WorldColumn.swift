/// A fact about images as a column of texts.
enum WorldColumn: Sendable, Hashable {
  case className, shape, texture, colour, background, mark, frame, twig, group
  case quantity(WorldQuantity)
  case index

  static let all: [WorldColumn] =
    [.className, .shape, .texture, .colour, .background, .mark, .frame, .twig, .group]
    + WorldQuantity.allCases.map(WorldColumn.quantity) + [.index]

  var name: String {
    switch self {
    case .className: "class"
    case .shape: "shape"
    case .texture: "texture"
    case .colour: "colour"
    case .background: "background"
    case .mark: "mark"
    case .frame: "frame"
    case .twig: "twig"
    case .group: "group"
    case .quantity(let quantity): quantity.rawValue
    case .index: "index"
    }
  }

  func text(of image: WorldImage, in world: World) -> String {
    let scene = image.scene
    return switch self {
    case .className: world.classNames[scene.label]
    case .shape: scene.shape.rawValue
    case .texture: scene.texture.rawValue
    case .colour: scene.colour.rawValue
    case .background: scene.background.rawValue
    case .mark: Self.text(scene.hasMark)
    case .frame: Self.text(scene.hasFrame)
    case .twig: Self.text(scene.hasTwig)
    case .group: scene.group.rawValue
    case .quantity(let quantity): Self.text(image.quantity(quantity))
    case .index: String(scene.index)
    }
  }

  private static func text(_ isThere: Bool) -> String { isThere ? "yes" : "no" }

  /// Four decimals at most; whole numbers without any.
  private static func text(_ value: Double) -> String {
    let rounded = (value * 10_000).rounded() / 10_000
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
}
