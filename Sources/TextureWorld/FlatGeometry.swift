/// The exact measures of the style `flat`: whole pixels, one size, no turning.
enum FlatGeometry {
  /// The side of every image, in pixels.
  static let side = 32
  /// No pixel of an object is further than this from its centre, down or across.
  static let reach = 7
  /// Rows and columns in which an object's centre may lie: clear of frame and mark.
  static let centres = 9...17
  /// Rows and columns of the mark.
  static let mark = 26...29

  /// Whether a shape has the pixel so far to the right of and below its centre.
  static func contains(_ shape: ObjectShape, _ x: Int, _ y: Int) -> Bool {
    guard max(abs(x), abs(y)) <= reach else { return false }
    switch shape {
    case .disc: return x * x + y * y <= 44
    case .square: return max(abs(x), abs(y)) <= 6
    case .triangle: return y <= 6 && 2 * abs(x) <= y + 7
    case .star: return abs(x) + abs(y) <= 7 || (abs(abs(x) - abs(y)) <= 1 && max(abs(x), abs(y)) <= 6)
    case .cross: return min(abs(x), abs(y)) <= 2
    }
  }

  /// Whether a texture has ink on the pixel so far to the right of and below its object's centre.
  static func hasInk(_ texture: ObjectTexture, isVertical: Bool, _ x: Int, _ y: Int) -> Bool {
    // Bands of two pixels: 0 and 1 have ink, 2 and 3 have none, and so on both ways.
    func isInked(_ coordinate: Int) -> Bool { coordinate & 2 == 0 }
    switch texture {
    case .plain: return false
    case .stripes: return isInked(isVertical ? x : y)
    case .dots: return isInked(x) && isInked(y)
    case .checks: return isInked(x) != isInked(y)
    }
  }
}
