/// The colours of natural images, made independent of each other: what the parameters of colour pictures are given in
/// (Olah et al., Feature Visualization, 2017; the numbers are those of their lucid, a square root of the covariance of
/// ImageNet's colours divided by the norm of its largest column).
///
/// The first coordinate is lightness with warmth, the second red against blue, the third green against the others.
public enum ColourBasis {
  /// Red, green and blue (rows) of each coordinate (columns), row by row.
  public static let toColours: [Float] = scaled.map { Float($0) }

  /// The inverse of ``toColours``: coordinates (rows) of red, green and blue (columns).
  public static let toCoordinates: [Float] = inverse(scaled).map { Float($0) }

  private static let scaled: [Double] = {
    let root = [0.26, 0.09, 0.02, 0.27, 0.00, -0.05, 0.27, -0.09, 0.03]
    let norms = (0..<3).map { column in
      (0..<3).map { root[3 * $0 + column] * root[3 * $0 + column] }.reduce(0, +).squareRoot()
    }
    let largest = norms.max() ?? 1
    return root.map { $0 / largest }
  }()

  private static func inverse(_ m: [Double]) -> [Double] {
    func cofactor(_ row: Int, _ column: Int) -> Double {
      let (r, s, c, d) = ((row + 1) % 3, (row + 2) % 3, (column + 1) % 3, (column + 2) % 3)
      return m[3 * r + c] * m[3 * s + d] - m[3 * r + d] * m[3 * s + c]
    }
    let determinant = (0..<3).map { m[$0] * cofactor(0, $0) }.reduce(0, +)
    return (0..<9).map { cofactor($0 % 3, $0 / 3) / determinant }
  }

  /// Multiplies each pixel of three planes of `area` values by a matrix; transposed for the adjoint.
  static func apply(
    _ matrix: [Float], transposed: Bool = false, to planes: UnsafeMutableBufferPointer<Float>, area: Int
  ) {
    precondition(planes.count == 3 * area, "three channels")
    let m = transposed ? (0..<9).map { matrix[3 * ($0 % 3) + $0 / 3] } : matrix
    let (a, b, c, d, e, f, g, h, i) = (m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8])
    guard let first = planes.baseAddress else { return }
    let second = first + area, third = second + area
    for pixel in 0..<area {
      let (x, y, z) = (first[pixel], second[pixel], third[pixel])
      first[pixel] = a * x + b * y + c * z
      second[pixel] = d * x + e * y + f * z
      third[pixel] = g * x + h * y + i * z
    }
  }
}
