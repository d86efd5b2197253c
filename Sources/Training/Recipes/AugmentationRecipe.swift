import InputErrors

/// What is changed at random in every image each time that it is trained on.
public struct AugmentationRecipe: Sendable, Hashable {
  /// Mirrors left and right, every second time.
  public var flip: Bool
  /// Surrounds the image with this many black pixels and cuts its own size out at a random place.
  public var cropPadding: Int
  /// b: all samples times a factor uniform in 1 ± b.
  public var brightness: Double
  /// c: distances from the image's mean grey times a factor uniform in 1 ± c.
  public var contrast: Double
  /// s: distances from each pixel's grey times a factor uniform in 1 ± s; nothing for grey images.
  public var saturation: Double

  public init(
    flip: Bool = false, cropPadding: Int = 0, brightness: Double = 0, contrast: Double = 0, saturation: Double = 0
  ) {
    self.flip = flip
    self.cropPadding = cropPadding
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
  }

  public static let none = AugmentationRecipe()
  var jitters: Bool { brightness > 0 || contrast > 0 || saturation > 0 }
}

extension AugmentationRecipe: Codable {
  private enum Key: String, CodingKey, CaseIterable { case flip, cropPadding, brightness, contrast, saturation }

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Key.allCases.map(\.rawValue), of: "the augmentation")
    flip = try object.flag("flip") ?? false
    cropPadding = try object.integer("cropPadding", in: 0...256) ?? 0
    brightness = try object.real("brightness", in: 0...1) ?? 0
    contrast = try object.real("contrast", in: 0...1) ?? 0
    saturation = try object.real("saturation", in: 0...1) ?? 0
  }
}
