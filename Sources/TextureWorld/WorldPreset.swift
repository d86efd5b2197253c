import InputErrors

/// Configurations that have a name.
public enum WorldPreset: String, Sendable, Hashable, Codable, CaseIterable {
  /// Eight classes for a small network to learn: one by its colour, two by their texture, one by its shape, four by
  /// shape and colour together; the mark nearly always comes with squares and hardly ever with discs.
  case embedded
  /// The same without correlation between mark and class: what a network is to be judged by, group by group.
  case balanced
  /// The same classes drawn exactly: for ``ConceptNetwork``.
  case flat

  /// One line about it.
  public var summary: String {
    switch self {
    case .embedded: "eight classes; the mark comes with squares and not with discs in 94 of 100 images"
    case .balanced: "the same, with the mark in every second image of every class"
    case .flat: "the same classes in exact colours and hard edges, without noise"
    }
  }

  public var configuration: WorldConfiguration {
    var configuration = WorldConfiguration(classes: Self.classes)
    switch self {
    case .embedded: break
    case .balanced: configuration.groupCorrelation = 0.5
    case .flat: configuration.style = .flat
    }
    return configuration
  }

  private static var classes: [ClassRule] {
    let unpatterned: [ObjectTexture] = [.plain, .checks]
    return [
      ClassRule("zebra", textures: [.stripes]),
      ClassRule("ladybird", textures: [.dots], favouriteColour: .red),
      ClassRule("leaf", shapes: [.disc, .square, .triangle, .cross], textures: unpatterned, colours: [.green]),
      ClassRule("star", shapes: [.star], textures: unpatterned),
      ClassRule("apple", shapes: [.disc], textures: unpatterned, colours: [.red], mark: .against),
      ClassRule("brick", shapes: [.square], textures: unpatterned, colours: [.red], mark: .with),
      ClassRule("berry", shapes: [.disc], textures: unpatterned, colours: [.blue], mark: .against),
      ClassRule("book", shapes: [.square], textures: unpatterned, colours: [.blue], mark: .with),
    ]
  }

  /// - Throws: ``InputErrors/InputError`` (usage) with the likely name when there is none of that name.
  public init(parsing text: String) throws(InputError) {
    guard let preset = WorldPreset(rawValue: text) else {
      let names = Self.allCases.map(\.rawValue)
      throw InputError(
        .usage, "there is no world of that name", expected: names.joined(separator: ", "), found: "'\(text)'",
        hint: Suggestion.hint(for: text, among: names))
    }
    self = preset
  }
}
