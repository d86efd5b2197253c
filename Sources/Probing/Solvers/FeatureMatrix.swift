/// What probes read: one row an image, one column a neuron.
///
/// Rows are contiguous; an element is `values[row * columnCount + column]`.
public struct FeatureMatrix: Sendable, Hashable {
  public let rowCount: Int
  public let columnCount: Int
  /// `[rows, columns]`, all finite.
  public let values: [Float]

  /// - Precondition: `values.count == rowCount * columnCount`, and all values are finite.
  public init(rowCount: Int, columnCount: Int, values: [Float]) {
    precondition(rowCount >= 0 && columnCount >= 0 && values.count == rowCount * columnCount, "a value for each place")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.values = values
  }

  public subscript(row: Int, column: Int) -> Float { values[row * columnCount + column] }

  /// The matrix of these rows, in this order. Complexity: O(rows · columns).
  ///
  /// - Precondition: every index is that of a row.
  public func rows(_ indices: [Int]) -> FeatureMatrix {
    var picked: [Float] = []
    picked.reserveCapacity(indices.count * columnCount)
    for row in indices { picked.append(contentsOf: values[row * columnCount..<(row + 1) * columnCount]) }
    return FeatureMatrix(rowCount: indices.count, columnCount: columnCount, values: picked)
  }

  /// The matrix of these columns, in this order. Complexity: O(rows · columns).
  ///
  /// - Precondition: every index is that of a column.
  public func columns(_ indices: [Int]) -> FeatureMatrix {
    var picked: [Float] = []
    picked.reserveCapacity(rowCount * indices.count)
    for row in 0..<rowCount { for column in indices { picked.append(values[row * columnCount + column]) } }
    return FeatureMatrix(rowCount: rowCount, columnCount: indices.count, values: picked)
  }

  /// One column's values. Complexity: O(rows).
  public func column(_ index: Int) -> [Float] { (0..<rowCount).map { values[$0 * columnCount + index] } }
}
