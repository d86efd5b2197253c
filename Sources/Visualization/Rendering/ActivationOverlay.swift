import Images

/// An image with a unit's map over it: the more active a place, the warmer, and what the unit sees framed.
public enum ActivationOverlay {
  /// - Parameters:
  ///   - map: `[mapHeight][mapWidth]`, before the activation function.
  ///   - showsBelowZero: whether what is below zero is shown, in blue; else what is above.
  ///   - field: what is framed; nil for nothing.
  public static func image(
    _ image: Image, map: [Float], mapHeight: Int, mapWidth: Int, showsBelowZero: Bool = false, field: ReceptiveField?
  ) -> Image {
    let sign: Float = showsBelowZero ? -1 : 1
    let positive = map.map { max(0, sign * $0) }
    let resizing = BilinearResizing(from: (mapHeight, mapWidth), to: (image.height, image.width))
    let heat = resizing.applied(to: positive, channels: 1)
    let largest = max(heat.max() ?? 0, .leastNormalMagnitude)
    let source = image.converted(to: .grey)
    var pixels = [UInt8](repeating: 0, count: image.width * image.height * 3)
    for place in heat.indices {
      let share = heat[place] / largest
      let light = Float(source.pixels[place]) * 0.72 + 28
      // From orange to yellow, and more of it the hotter.
      let warm: [Float] = sign > 0 ? [255, 96 + 140 * share, 24] : [40, 96 + 110 * share, 255]
      let strength = 0.8 * share.squareRoot() * (share > 0.04 ? 1 : share / 0.04)
      for channel in 0..<3 {
        pixels[3 * place + channel] = UInt8(min(255, max(0, light + strength * (warm[channel] - light))))
      }
    }
    if let field {
      func mark(_ row: Int, _ column: Int) {
        for channel in 0..<3 { pixels[3 * (row * image.width + column) + channel] = 255 }
      }
      for column in field.columns {
        mark(field.rows.lowerBound, column)
        mark(field.rows.upperBound - 1, column)
      }
      for row in field.rows {
        mark(row, field.columns.lowerBound)
        mark(row, field.columns.upperBound - 1)
      }
    }
    return Image(width: image.width, height: image.height, colour: .rgb, pixels: pixels)
  }
}
