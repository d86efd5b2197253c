import InputErrors

/// What makes an image one of a class: which shapes, textures and colours its object may have.
///
/// The class is a function of these three alone. What comes along with it, but does not decide it, is planted: a favourite
/// colour, and the ``mark``.
public struct ClassRule: Sendable, Hashable {
  /// How the mark goes with a class.
  public enum MarkRole: String, Sendable, Hashable, Codable, CaseIterable {
    /// As often as ``WorldConfiguration/groupCorrelation`` says.
    case with
    /// As seldom as that: 1 − ``WorldConfiguration/groupCorrelation``.
    case against
    /// In every second image.
    case free
  }

  public var name: String
  public var shapes: [ObjectShape]
  public var textures: [ObjectTexture]
  public var colours: [ObjectColour]
  /// The colour that comes more often than the others, though it is not needed.
  public var favouriteColour: ObjectColour?
  /// The share of the class's images that have the favourite colour; the others have one of the rest.
  public var favouriteShare: Double
  public var mark: MarkRole

  /// - Parameter shapes: all unless given; likewise the textures and colours.
  public init(
    _ name: String, shapes: [ObjectShape] = ObjectShape.allCases, textures: [ObjectTexture] = ObjectTexture.allCases,
    colours: [ObjectColour] = ObjectColour.allCases, favouriteColour: ObjectColour? = nil, favouriteShare: Double = 0.8,
    mark: MarkRole = .free
  ) {
    self.name = name
    self.shapes = shapes
    self.textures = textures
    self.colours = colours
    self.favouriteColour = favouriteColour
    self.favouriteShare = favouriteShare
    self.mark = mark
  }

  /// Whether an object of these is of the class.
  public func admits(_ shape: ObjectShape, _ texture: ObjectTexture, _ colour: ObjectColour) -> Bool {
    shapes.contains(shape) && textures.contains(texture) && colours.contains(colour)
  }

  /// Whether some object would be of both classes.
  func overlaps(_ other: ClassRule) -> Bool {
    !Set(shapes).isDisjoint(with: other.shapes) && !Set(textures).isDisjoint(with: other.textures)
      && !Set(colours).isDisjoint(with: other.colours)
  }
}

extension ClassRule: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case name, shapes, textures, colours, favouriteColour, favouriteShare, mark
  }

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Key.allCases.map(\.rawValue), of: "a class")
    guard let name = try object.value(String.self, "name", expected: "a text") else {
      throw InputError(
        .data, "the key is missing", at: .init(key: object.keyPath("name")), expected: "the class's name")
    }
    try self.init(
      name, shapes: Self.choices(object, "shapes"), textures: Self.choices(object, "textures"),
      colours: Self.choices(object, "colours"), favouriteColour: object.choice(ObjectColour.self, "favouriteColour"),
      favouriteShare: object.real("favouriteShare", in: 0...1) ?? 0.8,
      mark: object.choice(MarkRole.self, "mark") ?? .free)
    if let favouriteColour, !colours.contains(favouriteColour) || colours.count == 1 {
      throw object.error(
        "favouriteColour", expected: "one of several colours of the class", found: "'\(favouriteColour.rawValue)'")
    }
  }

  /// The words of a list, each once and at least one; all words when the key is absent.
  private static func choices<Choice: CaseIterable & RawRepresentable & Hashable>(
    _ object: ConfigurationObject, _ key: String
  ) throws -> [Choice] where Choice.RawValue == String {
    let words = Choice.allCases.map(\.rawValue)
    let expected = "a list of \(words.joined(separator: ", "))"
    guard let texts = try object.value([String].self, key, expected: expected) else { return Array(Choice.allCases) }
    var choices: [Choice] = []
    for text in texts {
      guard let choice = Choice(rawValue: text), !choices.contains(choice) else {
        throw object.error(
          key, expected: "\(expected), each once", found: "'\(text)'",
          hint: words.contains(text) ? nil : Suggestion.hint(for: text, among: words))
      }
      choices.append(choice)
    }
    guard !choices.isEmpty else { throw object.error(key, expected: "\(expected), at least one", found: "none") }
    return choices
  }
}
