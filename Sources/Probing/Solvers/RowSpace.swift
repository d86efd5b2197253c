import CKernels

/// Fewer coordinates for fits with squared weights as penalty where there are more columns than rows: the best weights
/// are sums of rows (the representer theorem), so a fit needs no more coordinates than rows.
///
/// With the standardised rows X and the triangular factor L of XXᵀ, weights Xᵀα have the decisions Lu and the length ‖u‖
/// for u = Lᵀα: the same problem, on the rows of L.
package struct RowSpace: Sendable {
  /// Rows of L: the features of the smaller problem, standardised as they are.
  let rows: StoredRows
  private let x: StoredRows
  private let means: [Double]
  private let scales: [Double]
  /// Lᵀ
  private let factor: CurvatureFactor

  /// How many evaluations of the full problem the products of all rows cost; nil where they save nothing.
  static func cost(for x: StoredRows) -> Double? {
    x.columnCount >= 2 * x.count && x.count <= 4096 ? Double(x.count) / 8 : nil
  }

  /// The coordinates of all rows.
  package init?(_ x: FeatureMatrix) { self.init(StoredRows(x), Standardization(of: x)) }

  /// Nil where a number is not finite.
  init?(_ x: StoredRows, _ standardization: Standardization) {
    self.x = x
    means = standardization.means
    scales = standardization.scales
    let count = x.count
    var products = CurvatureMatrix(size: count)
    // Some columns at a time, turned so that the products of rows are products of columns.
    let block = 64
    var turned = [Double](repeating: 0, count: block * products.stride)
    var first = 0
    while first < x.columnCount {
      let columns = first..<min(x.columnCount, first + block)
      let part = x.standardized(columns: columns, means: means, scales: scales)
      for row in 0..<count {
        for column in 0..<columns.count { turned[column * products.stride + row] = part[row * columns.count + column] }
      }
      products.add(turned, count: columns.count)
      first = columns.upperBound
    }
    guard let factor = products.factor(adding: 0) else { return nil }
    self.factor = factor
    var lower = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0...row { lower[row * count + column] = factor.values[column * factor.stride + row] }
    }
    rows = StoredRows(.doubles(lower), columnCount: count, rows: Array(0..<Int32(count)))
  }

  /// What coordinates decide, one a row.
  package func decisions(_ coordinates: [Double]) -> [Double] {
    var decisions = [Double](repeating: 0, count: x.count)
    rows.products(0..<x.count, weights: coordinates, outputs: 1, into: &decisions)
    return decisions
  }

  /// The full problem's parameters `[output][column, then intercept]` for those of the smaller one.
  func parameters(_ reduced: [Double]) -> [Double] {
    var full: [Double] = []
    for first in stride(from: 0, to: reduced.count, by: rows.columnCount + 1) {
      full += weights(Array(reduced[first..<first + rows.columnCount]))
      full.append(reduced[first + rows.columnCount])
    }
    return full
  }

  /// The weights per standard deviation that belong to these coordinates.
  package func weights(_ coordinates: [Double]) -> [Double] {
    let shares = factor.solveUpper(coordinates)
    var sums = [Double](repeating: 0, count: x.columnCount)
    x.addSums(0..<x.count, factors: shares, outputs: 1, to: &sums)
    let total = shares.reduce(0, +)
    for column in sums.indices { sums[column] = (sums[column] - means[column] * total) * scales[column] }
    return sums
  }
}
