/// What is drawn in one image: the whole truth about it, as a value.
///
/// A picture is a function of its scene (and the configuration): grain, noise and the like come from streams that are
/// numbered by ``seed`` and ``index``. So a scene of which one thing is changed gives the same picture but for that thing.
public struct WorldScene: Sendable, Hashable {
  /// The seed of the world, which numbers the streams of grain and noise.
  public let seed: UInt64
  /// The place of the image in its world, from 0.
  public let index: Int
  /// The class that the image was drawn for; it stays when something is changed.
  public let label: Int
  /// Whether the class's rule has the mark, has it not, or does not care.
  public let markRole: ClassRule.MarkRole

  public var shape: ObjectShape
  public var texture: ObjectTexture
  public var colour: ObjectColour
  public var background: Background
  public var hasMark: Bool
  public var hasFrame: Bool

  /// The object's place, in pixels from the upper left corner.
  public let centreX: Double
  public let centreY: Double
  /// The radius of a disc of the object's size, in pixels.
  public let radius: Double
  /// By how much the object is turned clockwise, in degrees of −45…45.
  public let orientation: Double
  /// Whether stripes run along the object's vertical axis rather than its horizontal one.
  public let hasVerticalStripes: Bool
  /// Where the texture begins, as shares of its period.
  let phase: SIMD2<Double>
  /// The texture's period in pixels.
  let period: Double
  /// How dark the texture's ink is, 0…1.
  let contrast: Double
  /// What red, green and blue of the object differ from their colour's, as shares of white.
  let colourShift: SIMD3<Double>
  /// What all light is multiplied with.
  public let light: Double
  /// How many pebbles lie about.
  public let fleckCount: Int
  /// The twig across the object, if any.
  let twig: Twig?

  /// A straight piece of wood with round ends.
  struct Twig: Sendable, Hashable {
    let start: SIMD2<Double>
    let end: SIMD2<Double>
    /// Half its width, in pixels.
    let halfWidth: Double
  }

  public var hasTwig: Bool { twig != nil }

  /// Whether a concept is there.
  public func shows(_ concept: WorldConcept) -> Bool {
    switch concept {
    case .shape(let shape): self.shape == shape
    case .texture(let texture): self.texture == texture
    case .colour(let colour): self.colour == colour
    case .background(let background): self.background == background
    case .mark: hasMark
    case .frame: hasFrame
    }
  }

  /// The concepts that are there, in the order of ``WorldConcept/all``.
  public var concepts: [WorldConcept] { WorldConcept.all.filter(shows) }

  public var group: WorldGroup {
    switch markRole {
    case .free: .neutral
    case .with: hasMark ? .majority : .minority
    case .against: hasMark ? .minority : .majority
    }
  }
}

/// Whether the mark says the truth about an image's class.
public enum WorldGroup: String, Sendable, Hashable, Codable, CaseIterable {
  /// The mark agrees with the class, as in most images.
  case majority
  /// The mark disagrees: who relies on it is wrong.
  case minority
  /// The mark says nothing about the class.
  case neutral
}
