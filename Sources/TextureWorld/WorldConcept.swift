import InputErrors

/// The outline of an object.
public enum ObjectShape: String, Sendable, Hashable, Codable, CaseIterable { case disc, square, triangle, star, cross }

/// What an object's surface is painted with; all but ``plain`` are dark ink on the object's colour.
public enum ObjectTexture: String, Sendable, Hashable, Codable, CaseIterable { case plain, stripes, dots, checks }

/// The colour of an object's surface.
public enum ObjectColour: String, Sendable, Hashable, Codable, CaseIterable { case red, yellow, green, blue }

/// What lies behind the object, each with a muted colour and a grain of its own.
public enum Background: String, Sendable, Hashable, Codable, CaseIterable { case sand, grass, water, stone }

/// Something that can be seen in an image or not: the ground truth that interpretations are compared with.
public enum WorldConcept: Sendable, Hashable {
  case shape(ObjectShape)
  case texture(ObjectTexture)
  case colour(ObjectColour)
  case background(Background)
  /// The little tag in the lower right corner, by which groups are told apart; it decides no class.
  case mark
  /// The thin line around the image, which has to do with nothing.
  case frame

  /// All of them, in a fixed order.
  public static let all: [WorldConcept] =
    ObjectShape.allCases.map(WorldConcept.shape) + ObjectTexture.allCases.map(WorldConcept.texture)
    + ObjectColour.allCases.map(WorldConcept.colour) + Background.allCases.map(WorldConcept.background)
    + [.mark, .frame]

  /// The name in files and on the command line: `texture:stripes`, `mark`.
  public var name: String {
    switch self {
    case .shape(let shape): "shape:\(shape.rawValue)"
    case .texture(let texture): "texture:\(texture.rawValue)"
    case .colour(let colour): "colour:\(colour.rawValue)"
    case .background(let background): "background:\(background.rawValue)"
    case .mark: "mark"
    case .frame: "frame"
    }
  }

  /// - Throws: ``InputErrors/InputError`` (usage) with the closest name when there is no such concept.
  public init(parsing text: String) throws(InputError) {
    guard let concept = Self.all.first(where: { $0.name == text }) else {
      let names = Self.all.map(\.name)
      throw InputError(
        .usage, "there is no such concept", expected: names.joined(separator: ", "), found: "'\(text)'",
        hint: Suggestion.hint(for: text, among: names))
    }
    self = concept
  }

  /// The part of the image in which the concept shows itself.
  public var region: WorldRegion {
    switch self {
    case .shape, .texture, .colour: .object
    case .background: .background
    case .mark: .mark
    case .frame: .frame
    }
  }
}
