import CKernels

/// A symmetric matrix of `size` rows, stored as the upper triangle of a padded square.
struct CurvatureMatrix: Sendable {
  let size: Int
  /// `size` rounded up to a multiple of eight; places beyond `size` are 0.
  let stride: Int
  private(set) var values: [Double]

  init(size: Int) {
    self.size = size
    stride = (size + 7) / 8 * 8
    values = [Double](repeating: 0, count: stride * stride)
  }

  /// Adds Σ row rowᵀ over the first `count` of these rows of `stride` numbers.
  mutating func add(_ rows: [Double], count: Int) {
    precondition(rows.count >= count * stride, "rows of the matrix's stride")
    ns_add_gram(rowInstructions, 1, Int64(count), Int64(stride), rows, Int64(stride), &values, Int64(stride))
  }

  /// Moves a point towards the minimum of slopes · step + ½ step · (this + square) step + absolute · |point|, where the
  /// last place is free of `square` and of the absolute values (coordinate descent).
  ///
  /// - Precondition: ``mirror()`` was called.
  func descend(
    _ point: inout [Double], slopes: [Double], square: Double, absolute: Double, tolerance: Double, sweeps: Int
  ) {
    precondition(point.count == size && slopes.count == size, "a number for each row")
    var values = values, slopes = slopes
    for row in 0..<size - 1 { values[row * stride + row] += square }
    ns_descend_coordinates(
      rowInstructions, Int64(size), values, Int64(stride), absolute, tolerance, Int64(sweeps), &point,
      &slopes)
  }

  /// Fills the lower triangle.
  mutating func mirror() {
    for row in 0..<size { for column in 0..<row { values[row * stride + column] = values[column * stride + row] } }
  }

  /// The factor of this matrix with `square` added to the diagonal of all rows but the last `free` ones, and with as
  /// little more on all of it as makes it positive definite; nil when it has numbers that are not finite.
  func factor(adding square: Double, free: Int = 1) -> CurvatureFactor? {
    var trace = 0.0
    for row in 0..<size { trace += values[row * stride + row] }
    guard trace.isFinite else { return nil }
    var extra = max(1e-13 * (trace / Double(size) + square), 1e-200)
    while extra.isFinite {
      var factor = values
      for row in 0..<stride {
        factor[row * stride + row] += row < size ? extra + (row < size - free ? square : 0) : 1
      }
      if ns_factor(rowInstructions, Int64(stride), &factor, Int64(stride)) == 1 {
        return CurvatureFactor(size: size, stride: stride, values: factor)
      }
      extra *= 100
    }
    return nil
  }
}

/// The triangular factor of a ``CurvatureMatrix``.
struct CurvatureFactor: Sendable {
  let size: Int
  let stride: Int
  /// The upper triangle u of uᵀu.
  let values: [Double]

  /// (uᵀu)⁻¹ v
  func solve(_ vector: [Double]) -> [Double] {
    var padded = vector + [Double](repeating: 0, count: stride - size)
    ns_solve(rowInstructions, Int64(stride), values, Int64(stride), &padded)
    padded.removeLast(stride - size)
    return padded
  }

  /// u⁻¹ v
  func solveUpper(_ vector: [Double]) -> [Double] {
    var padded = vector + [Double](repeating: 0, count: stride - size)
    ns_solve_upper(rowInstructions, Int64(stride), values, Int64(stride), &padded)
    padded.removeLast(stride - size)
    return padded
  }
}
