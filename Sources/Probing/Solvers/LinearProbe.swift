/// A fitted linear map from features to one number an output: the log-odds of class 1 for two classes, one score a class
/// for more (softmax, symmetric parametrisation), the predicted number for regression.
public struct LinearProbe: Sendable, Hashable, Codable {
  /// 1 for two classes and for regression, else the number of classes.
  public let outputCount: Int
  public let standardization: Standardization
  /// `[output][column]`, per standard deviation of the column; 0 for a constant column.
  public let weights: [Double]
  /// `[output]`: the decision where every column has its mean.
  public let intercepts: [Double]

  /// - Precondition: a weight for every output and column, an intercept for every output, at least one output.
  public init(standardization: Standardization, weights: [Double], intercepts: [Double]) {
    precondition(!intercepts.isEmpty && weights.count == intercepts.count * standardization.means.count, "weights")
    outputCount = intercepts.count
    self.standardization = standardization
    self.weights = weights
    self.intercepts = intercepts
  }

  public var columnCount: Int { standardization.means.count }

  /// The decisions of all rows, `[row][output]`. Complexity: O(rows · columns · outputs).
  ///
  /// - Precondition: the matrix has the probe's columns.
  public func decisions(_ x: FeatureMatrix) -> [Double] { decisions(StoredRows(x)) }

  func decisions(_ x: StoredRows) -> [Double] {
    precondition(x.columnCount == columnCount, "a probe reads the columns that it was fitted to")
    var decisions = [Double](repeating: 0, count: x.count * outputCount)
    guard x.count > 0 else { return decisions }
    let directions = (0..<outputCount).map { direction($0) }
    x.products(0..<x.count, weights: directions.flatMap(\.vector), outputs: outputCount, into: &decisions)
    for row in 0..<x.count {
      for output in 0..<outputCount { decisions[row * outputCount + output] += directions[output].offset }
    }
    return decisions
  }

  /// The same map in the features' own units: decision = vector · x + offset. The vector is 0 at constant columns.
  ///
  /// - Precondition: `output < outputCount`.
  public func direction(_ output: Int) -> (vector: [Double], offset: Double) {
    precondition(output >= 0 && output < outputCount, "an output of the probe")
    let weights = weights[output * columnCount..<(output + 1) * columnCount]
    let vector = zip(weights, standardization.scales).map { $0 * $1 }
    let shift = zip(vector, standardization.means).reduce(0) { $0 + $1.0 * $1.1 }
    return (vector, intercepts[output] - shift)
  }
}
