import Images

/// Pictures side by side in rows, each in a tile of equal size, as one picture.
public struct PictureSheet: Sendable, Hashable {
  /// Pixels between tiles.
  public static let gap = 4
  /// Behind tiles that are not full, and between them: white.
  private static let ground: UInt8 = 255

  public let columnCount: Int
  public let tileHeight: Int
  public let tileWidth: Int
  private var tiles: [Image?] = []

  /// - Precondition: positive numbers.
  public init(columnCount: Int, tileHeight: Int, tileWidth: Int) {
    precondition(columnCount > 0 && tileHeight > 0 && tileWidth > 0, "a sheet of tiles")
    self.columnCount = columnCount
    self.tileHeight = tileHeight
    self.tileWidth = tileWidth
  }

  /// Adds a tile: a picture no larger than it, put into its middle; nil leaves it empty.
  public mutating func append(_ image: Image?) {
    precondition(image.map { $0.height <= tileHeight && $0.width <= tileWidth } ?? true, "a picture fits its tile")
    tiles.append(image)
  }

  public var isEmpty: Bool { tiles.allSatisfy { $0 == nil } }

  /// The sheet; grey when all of its pictures are.
  ///
  /// - Precondition: at least one tile.
  public var image: Image {
    precondition(!tiles.isEmpty, "a sheet has a tile")
    let colour: Image.Colour = tiles.allSatisfy { $0.map { $0.colour == .grey } ?? true } ? .grey : .rgb
    let columns = min(columnCount, tiles.count), rows = (tiles.count + columnCount - 1) / columnCount
    let width = columns * (tileWidth + Self.gap) - Self.gap, height = rows * (tileHeight + Self.gap) - Self.gap
    let channels = colour.channels
    var pixels = [UInt8](repeating: Self.ground, count: width * height * channels)
    for (place, tile) in tiles.enumerated() {
      guard let tile = tile?.converted(to: colour) else { continue }
      let left = place % columnCount * (tileWidth + Self.gap) + (tileWidth - tile.width) / 2
      let top = place / columnCount * (tileHeight + Self.gap) + (tileHeight - tile.height) / 2
      for row in 0..<tile.height {
        let source = row * tile.width * channels, target = ((top + row) * width + left) * channels
        for byte in 0..<tile.width * channels { pixels[target + byte] = tile.pixels[source + byte] }
      }
    }
    return Image(width: width, height: height, colour: colour, pixels: pixels)
  }
}
