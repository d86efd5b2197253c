import Networks

/// Finds where a unit's map is above a threshold once it is stretched to the extent of the image, bilinearly and with the
/// centres of half pixels aligned: output pixel p lies at (p + ½) · source / target − ½, held within the map.
///
/// That takes positions of the map for equal parts of the image, which they are but for the borders of padded layers. A
/// value between corners is never above the largest of them, not even by rounding, since fractions stay clear of 1: so a
/// cell without a corner above the threshold is passed over.
struct MapUpsampling: Sendable {
  /// One direction.
  struct Axis: Sendable {
    /// The pixels between position i and the next are those of `starts[i]..<starts[i + 1]`.
    let starts: [Int]
    /// How far each pixel lies towards the next position; 0 ≤ fraction < 1.
    let fractions: [Float]

    init(source: Int, target: Int) {
      var starts = [Int](repeating: target, count: source + 1), fractions: [Float] = []
      starts[0] = 0
      var last = 0
      for pixel in 0..<target {
        let place = (Double(pixel) + 0.5) * Double(source) / Double(target) - 0.5
        let held = min(max(place, 0), Double(source - 1))
        let position = Int(held)
        while last < position {
          last += 1
          starts[last] = pixel
        }
        fractions.append(Float(held - Double(position)))
      }
      self.starts = starts
      self.fractions = fractions
    }
  }

  let source: Extent
  let target: Extent
  private let rows: Axis
  private let columns: Axis

  init(from source: Extent, to target: Extent) {
    self.source = source
    self.target = target
    rows = Axis(source: source.height, target: target.height)
    columns = Axis(source: source.width, target: target.width)
  }

  /// Calls `body` with every pixel, row · width + column, where the stretched map is above the threshold.
  ///
  /// Complexity: O(positions + pixels of cells with a corner above the threshold).
  @inline(__always)
  func forEachPixel(
    above threshold: Float, in map: UnsafeBufferPointer<Float>, hot: inout [Bool], _ body: (_ pixel: Int) -> Void
  ) {
    let (height, width) = (source.height, source.width)
    for row in 0..<height where rows.starts[row] < rows.starts[row + 1] {
      let upper = row * width, lower = min(row + 1, height - 1) * width
      var isHot = false
      for column in 0..<width {
        let value = map[upper + column] > threshold || map[lower + column] > threshold
        hot[column] = value
        isHot = isHot || value
      }
      guard isHot else { continue }
      for column in 0..<width {
        let next = min(column + 1, width - 1)
        guard hot[column] || hot[next] else { continue }
        for y in rows.starts[row]..<rows.starts[row + 1] {
          let down = rows.fractions[y]
          let left = map[upper + column] + (map[lower + column] - map[upper + column]) * down
          let right = map[upper + next] + (map[lower + next] - map[upper + next]) * down
          for x in columns.starts[column]..<columns.starts[column + 1] {
            if left + (right - left) * columns.fractions[x] > threshold { body(y * target.width + x) }
          }
        }
      }
    }
  }
}
