import InputErrors

/// One thing that is changed in an image while everything else stays.
public enum WorldChange: Sendable, Hashable {
  case shape(ObjectShape)
  case texture(ObjectTexture)
  case colour(ObjectColour)
  case background(Background)
  /// The mark is put in or taken away.
  case mark(Bool)
  /// The frame is put in or taken away.
  case frame(Bool)

  /// All of them, in a fixed order.
  public static let all: [WorldChange] =
    ObjectShape.allCases.map(WorldChange.shape) + ObjectTexture.allCases.map(WorldChange.texture)
    + ObjectColour.allCases.map(WorldChange.colour) + Background.allCases.map(WorldChange.background)
    + [.mark(true), .mark(false), .frame(true), .frame(false)]

  /// The change that puts a concept in.
  public init(puttingIn concept: WorldConcept) {
    switch concept {
    case .shape(let shape): self = .shape(shape)
    case .texture(let texture): self = .texture(texture)
    case .colour(let colour): self = .colour(colour)
    case .background(let background): self = .background(background)
    case .mark: self = .mark(true)
    case .frame: self = .frame(true)
    }
  }

  /// The name on the command line: `texture:plain`, `mark:on`.
  public var name: String {
    switch self {
    case .shape(let shape): "shape:\(shape.rawValue)"
    case .texture(let texture): "texture:\(texture.rawValue)"
    case .colour(let colour): "colour:\(colour.rawValue)"
    case .background(let background): "background:\(background.rawValue)"
    case .mark(let isOn): isOn ? "mark:on" : "mark:off"
    case .frame(let isOn): isOn ? "frame:on" : "frame:off"
    }
  }

  /// - Throws: ``InputErrors/InputError`` (usage) with the likely name when there is no such change.
  public init(parsing text: String) throws(InputError) {
    guard let change = Self.all.first(where: { $0.name == text }) else {
      let names = Self.all.map(\.name)
      throw InputError(
        .usage, "there is no such change", expected: names.joined(separator: ", "), found: "'\(text)'",
        hint: Suggestion.hint(for: text, among: names))
    }
    self = change
  }

  /// Where pixels may differ after the change: nowhere else does one.
  ///
  /// A shape takes its shadow along, so that those of the old and of the new shape count; the other regions are the same
  /// before and after, except that a mark or frame is there only in one of the two.
  public var regions: [WorldRegion] {
    switch self {
    case .shape: [.object, .shadow]
    case .texture, .colour: [.object]
    case .background: [.background]
    case .mark: [.mark]
    case .frame: [.frame]
    }
  }
}

extension WorldScene {
  /// The scene with one thing changed: all else, to the last grain, stays as it is.
  public func changing(_ change: WorldChange) -> WorldScene {
    var scene = self
    switch change {
    case .shape(let shape): scene.shape = shape
    case .texture(let texture): scene.texture = texture
    case .colour(let colour): scene.colour = colour
    case .background(let background): scene.background = background
    case .mark(let isOn): scene.hasMark = isOn
    case .frame(let isOn): scene.hasFrame = isOn
    }
    return scene
  }
}
