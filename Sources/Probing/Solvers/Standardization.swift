/// Means and standard deviations of columns, so that a probe's weights can be compared with each other.
public struct Standardization: Sendable, Hashable, Codable {
  /// `[columns]`, in the features' units.
  public let means: [Double]
  /// `[columns]`, in the features' units (divided by n, not n − 1); 0 for a constant column, which no probe reads.
  public let deviations: [Double]

  /// - Precondition: as many deviations as means, none negative.
  public init(means: [Double], deviations: [Double]) {
    precondition(means.count == deviations.count, "a deviation for each mean")
    self.means = means
    self.deviations = deviations
  }

  /// The means and deviations of all rows. A column that varies by no more than the rounding of its floats counts as
  /// constant. Complexity: O(rows · columns).
  public init(of x: FeatureMatrix) { self.init(of: StoredRows(x)) }

  init(of x: StoredRows) {
    let count = x.count, columns = x.columnCount
    let share = [Double](repeating: 1 / Double(max(1, count)), count: count)
    var means = [Double](repeating: 0, count: columns)
    x.addSums(0..<count, factors: share, outputs: 1, to: &means)
    let squares = x.squareSums(centre: means)
    self.init(
      means: means,
      deviations: zip(means, squares).map { mean, square in
        let deviation = (square / Double(max(1, count))).squareRoot()
        return deviation > abs(mean) * 0x1p-22 ? deviation : 0
      })
  }

  /// 1 / deviation, and 0 for a constant column.
  var scales: [Double] { deviations.map { $0 > 0 ? 1 / $0 : 0 } }
}
