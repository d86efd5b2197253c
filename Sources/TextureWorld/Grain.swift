import Statistics

/// Smooth random values over the plane: uniform numbers on a lattice with smooth interpolation between.
struct Grain: Sendable {
  private let columns: Int
  private let rows: Int
  private let cell: SIMD2<Double>
  private let values: [Double]

  /// - Parameters:
  ///   - cell: the lattice's width and height, in pixels.
  ///   - stream: draws a value for every lattice point of a picture of that side.
  init(side: Int, cell: SIMD2<Double>, stream: inout RandomStream) {
    self.cell = cell
    columns = Int((Double(side) / cell.x).rounded(.up)) + 1
    rows = Int((Double(side) / cell.y).rounded(.up)) + 1
    values = (0..<columns * rows).map { _ in 2 * stream.uniform() - 1 }
  }

  /// A value of −1…1 at a point of the picture, in pixels.
  func value(_ x: Double, _ y: Double) -> Double {
    let (u, v) = (x / cell.x, y / cell.y)
    let (column, row) = (min(Int(u), columns - 2), min(Int(v), rows - 2))
    let (s, t) = (Self.smooth(u - Double(column)), Self.smooth(v - Double(row)))
    let place = row * columns + column
    let above = values[place] + (values[place + 1] - values[place]) * s
    let below = values[place + columns] + (values[place + columns + 1] - values[place + columns]) * s
    return above + (below - above) * t
  }

  private static func smooth(_ t: Double) -> Double { t * t * (3 - 2 * t) }
}
