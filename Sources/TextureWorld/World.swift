import Images
import Statistics

/// A world of procedural images with known truth: a pure function of configuration, seed and image index.
///
/// An image shows one object (a shape with a texture and a colour) before a textured background, perhaps with a mark in
/// the corner, a frame, a twig across the object and pebbles. The class is a function of shape, texture and colour; what
/// else goes with it is planted (``ClassRule``). Fresh images are those of another seed or of indices not used before.
public struct World: Sendable {
  public let configuration: WorldConfiguration
  public let seed: UInt64
  let appearance: WorldAppearance

  /// - Throws: ``InputErrors/InputError`` (data) naming the setting that is out of range.
  public init(_ configuration: WorldConfiguration, seed: UInt64 = 0) throws {
    try configuration.validate()
    self.init(valid: configuration, seed: seed)
  }

  /// A world of a preset.
  public init(_ preset: WorldPreset = .embedded, seed: UInt64 = 0) {
    self.init(valid: preset.configuration, seed: seed)
  }

  private init(valid configuration: WorldConfiguration, seed: UInt64) {
    self.configuration = configuration
    self.seed = seed
    appearance = WorldAppearance(configuration)
  }

  /// The names of the classes, by label.
  public var classNames: [String] { configuration.classes.map(\.name) }

  /// What becomes of samples before a network reads them: (sample / 255 − ½) · 4, the preset `world`.
  public static let preprocessing = PreprocessingPreset.world.preprocessing

  /// The class of a scene as it now is, or nil when no class admits its object; unlike the scene's own label it follows
  /// what has been changed.
  public func label(of scene: WorldScene) -> Int? { configuration.label(scene.shape, scene.texture, scene.colour) }

  /// The image at an index, with its scene and masks.
  ///
  /// - Precondition: `index` is not negative. Complexity: O(pixels).
  public func image(at index: Int) -> WorldImage { image(of: scene(at: index)) }

  /// The image of any scene, also of a changed one.
  public func image(of scene: WorldScene) -> WorldImage {
    switch configuration.style {
    case .painted: ScenePainter(scene, side: configuration.side, noise: appearance.noise).image()
    case .flat: FlatPainter(scene).image()
    }
  }
}
