import InputErrors

/// Everything that decides the images of a world but the seed: configuration alone, read from one JSON file.
public struct WorldConfiguration: Sendable, Hashable {
  /// How images are drawn.
  public enum Style: String, Sendable, Hashable, Codable, CaseIterable {
    /// Smooth edges, light and shadow, grain, noise, things in the way: what a network has to cope with.
    case painted
    /// One value a colour, hard edges, one size, no noise: what a network built by hand can tell exactly
    /// (``ConceptNetwork``). Needs 32 pixels; difficulty and what it decides have no effect.
    case flat
  }

  /// Extents that images may have, in pixels.
  public static let sides = 24...128
  public static let mostClasses = 64
  public static let mostFlecks = 20

  /// Width and height, in pixels.
  public var side = 32
  public var style = Style.painted
  public var classes: [ClassRule]
  /// How often the mark agrees with the classes that it goes ``ClassRule/MarkRole/with`` or ``ClassRule/MarkRole/against``;
  /// ½ for no correlation. Images where it disagrees are the minority.
  public var groupCorrelation = 0.94
  /// The share of images with a frame, whatever the class.
  public var frameShare = 0.5
  /// One knob from 0, clean, to 1, hard: what decides the settings below that are nil.
  public var difficulty = 0.5
  /// The standard deviation of the noise of each sample, as a share of white.
  public var noise: Double?
  /// The share of images in which a twig lies across the object.
  public var occlusion: Double?
  /// The most that red, green and blue of an object differ from their colour's, as a share of white.
  public var colourSpread: Double?
  /// The least contrast of a texture's ink; the most is 1.
  public var textureContrast: Double?
  /// The smallest radius of an object as a share of the side; the largest is 0.34.
  public var smallestRadius: Double?
  /// The most that the light is stronger or weaker, as a share.
  public var lightSpread: Double?
  /// The most pebbles that lie about.
  public var flecks: Int?

  public init(classes: [ClassRule]) { self.classes = classes }

  /// The largest radius of an object, as a share of the side.
  static let largestRadius = 0.34

  /// The class of an object, or nil when no class admits it.
  public func label(_ shape: ObjectShape, _ texture: ObjectTexture, _ colour: ObjectColour) -> Int? {
    classes.firstIndex { $0.admits(shape, texture, colour) }
  }

  /// Reads a configuration's JSON; keys that are absent have their defaults, those of the classes the first preset's.
  ///
  /// - Parameter file: the name for errors.
  /// - Throws: ``InputErrors/InputError`` (data) naming the file and the key: an unknown key with the likely one, a value
  ///   that is of another type or out of range, classes that overlap.
  public init(json bytes: [UInt8], file: String) throws {
    self = try ConfigurationFile.decode(WorldConfiguration.self, json: bytes, file: file, what: "the configuration")
  }

  /// - Throws: ``InputErrors/InputError`` (data) naming the key of a value that is out of range, or of two classes that
  ///   have an object in common. What is read from a file has been checked.
  public func validate() throws {
    // The reader checks everything, so what was set in code goes through it as well.
    _ = try WorldConfiguration(json: try json(), file: "configuration")
  }
}
