import Images

/// Numbers of both signs as pictures: zero is the middle grey, the largest absolute value black or white.
public enum SignedPicture {
  /// Values of a picture's channels, channels first.
  ///
  /// - Parameter limit: what becomes black or white; nil for the largest absolute value.
  public static func image(_ values: [Float], channels: Int, height: Int, width: Int, limit: Float? = nil) -> Image {
    let largest = limit ?? values.reduce(0) { max($0, abs($1)) }
    // What is smaller than any normal number counts as zero: its reciprocal is none.
    let factor = largest >= .leastNormalMagnitude && largest.isFinite ? 0.5 / largest : 0
    return Image(
      picture: values.map { 0.5 + factor * $0 }, channels: channels, height: height, width: width)
  }

  /// Part of a map of values, channels first.
  static func part(_ values: [Float], channels: Int, height: Int, width: Int, _ field: ReceptiveField) -> [Float] {
    (0..<channels).flatMap { channel in
      field.rows.flatMap { row in
        field.columns.map { values[(channel * height + row) * width + $0] }
      }
    }
  }

  /// What a reconstruction has in a field: zero is grey; black or white are the largest ½ % of absolute values, since a few
  /// pixels are often far larger than all others.
  public static func image(
    _ values: [Float], channels: Int, height: Int, width: Int, in field: ReceptiveField
  ) -> Image {
    let own = part(values, channels: channels, height: height, width: width, field)
    let sizes = own.map { abs($0) }.sorted()
    let limit = sizes[min(sizes.count - 1, sizes.count * 995 / 1000)]
    return image(
      own, channels: channels, height: field.height, width: field.width, limit: limit > 0 ? limit : sizes.last)
  }
}
