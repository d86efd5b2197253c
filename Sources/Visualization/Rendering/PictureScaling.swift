import Images

extension Image {
  /// A part of the picture.
  ///
  /// - Precondition: rows and columns of the picture, at least one of each.
  package func part(_ field: ReceptiveField) -> Image {
    precondition(
      field.rows.upperBound <= height && field.columns.upperBound <= width && !field.rows.isEmpty
        && !field.columns.isEmpty, "a part of the picture")
    var samples: [UInt8] = []
    samples.reserveCapacity(field.height * field.width * channels)
    for row in field.rows {
      let start = (row * width + field.columns.lowerBound) * channels
      samples += pixels[start..<start + field.width * channels]
    }
    return Image(width: field.width, height: field.height, colour: colour, pixels: samples)
  }

  /// Every pixel as a square of so many pixels.
  package func enlarged(_ factor: Int) -> Image {
    guard factor > 1 else { return self }
    var samples = [UInt8](repeating: 0, count: pixels.count * factor * factor)
    let wide = width * factor
    for row in 0..<height * factor {
      for column in 0..<wide {
        let source = (row / factor * width + column / factor) * channels, target = (row * wide + column) * channels
        for channel in 0..<channels { samples[target + channel] = pixels[source + channel] }
      }
    }
    return Image(width: wide, height: height * factor, colour: colour, pixels: samples)
  }

  /// The picture at another size, smoothly.
  package func resized(height: Int, width: Int) -> Image {
    guard height != self.height || width != self.width else { return self }
    let resizing = BilinearResizing(from: (self.height, self.width), to: (height, width))
    return Image(
      picture: resizing.applied(to: picture, channels: channels), channels: channels, height: height, width: width)
  }

  /// The picture made to fit a tile: small ones enlarged by a whole factor, so that pixels stay pixels, large ones
  /// made smaller.
  ///
  /// - Parameters:
  ///   - side: of the tile.
  ///   - reference: what would fill the tile; the picture keeps its size in proportion to it. Nil for its own.
  package func fitted(to side: Int, reference: Int? = nil) -> Image {
    let largest = max(reference ?? 0, height, width)
    if largest <= side { return enlarged(side / largest) }
    let factor = Double(side) / Double(largest)
    func scaled(_ extent: Int) -> Int { max(1, min(side, Int((Double(extent) * factor).rounded()))) }
    return resized(height: scaled(height), width: scaled(width))
  }
}
