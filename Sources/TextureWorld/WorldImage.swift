import Images

/// An image with the truth about it.
public struct WorldImage: Sendable, Hashable {
  public let scene: WorldScene
  public let picture: Image
  public let masks: WorldMasks

  /// The share of the object that nothing covers and that lies inside the picture, 0…1.
  public var visibility: Double { masks.visibility }

  /// A quantity of the image.
  public func quantity(_ quantity: WorldQuantity) -> Double {
    switch quantity {
    case .size: scene.radius
    case .orientation: scene.orientation
    case .pebbles: Double(scene.fleckCount)
    case .light: scene.light
    case .visibility: visibility
    }
  }
}

/// A number that an image can be asked for.
public enum WorldQuantity: String, Sendable, Hashable, Codable, CaseIterable {
  /// The radius of a disc of the object's size, in pixels.
  case size
  /// By how much the object is turned, in degrees of −45…45.
  case orientation
  /// How many pebbles lie about, hidden ones too.
  case pebbles
  /// What all light is multiplied with.
  case light
  /// The share of the object that can be seen.
  case visibility
}

/// A part of an image.
public enum WorldRegion: String, Sendable, Hashable, Codable, CaseIterable {
  /// The object where nothing covers it.
  case object
  /// The object's shadow on the background, which goes with its shape.
  case shadow
  /// What neither object, twig, mark nor frame covers; shadows and pebbles lie on it.
  case background
  case mark
  case frame
  case twig
}

/// How much of each pixel belongs to each region: 0, not touched at all, to 255, wholly.
public struct WorldMasks: Sendable, Hashable {
  public let side: Int
  /// `side · side` values from the upper left, row by row.
  let coverage: [WorldRegion: [UInt8]]
  let visibility: Double

  /// - Precondition: one value a pixel for every region.
  init(side: Int, visibility: Double, _ coverage: [WorldRegion: [UInt8]]) {
    precondition(WorldRegion.allCases.allSatisfy { coverage[$0]?.count == side * side }, "a mask for every region")
    self.side = side
    self.visibility = visibility
    self.coverage = coverage
  }

  /// The coverage of a region, row by row.
  public subscript(region: WorldRegion) -> [UInt8] { coverage[region, default: []] }

  /// The mask as a grey picture.
  public func picture(of region: WorldRegion) -> Image {
    Image(width: side, height: side, colour: .grey, pixels: self[region])
  }
}

extension WorldImage {
  /// Where a concept shows itself: the coverage of its region, or zeros when the concept is not there.
  public func mask(of concept: WorldConcept) -> [UInt8] {
    scene.shows(concept) ? masks[concept.region] : [UInt8](repeating: 0, count: masks.side * masks.side)
  }
}
