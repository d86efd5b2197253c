/// A probe with one hidden layer: decisions = v · max(0, W x̃ + a) + b, with x̃ the standardised columns.
public struct MultilayerProbe: Sendable, Hashable, Codable {
  /// 1 for two classes and for regression, else the number of classes.
  public let outputCount: Int
  public let hiddenUnits: Int
  public let standardization: Standardization
  /// `[unit][column]`, per standard deviation of the column; 0 for a constant column.
  public let hiddenWeights: [Double]
  /// `[unit]`
  public let hiddenBiases: [Double]
  /// `[output][unit]`
  public let outputWeights: [Double]
  /// `[output]`
  public let outputBiases: [Double]

  /// - Precondition: a weight for every pair and a bias for every unit and output, at least one of each.
  public init(
    standardization: Standardization, hiddenWeights: [Double], hiddenBiases: [Double], outputWeights: [Double],
    outputBiases: [Double]
  ) {
    let units = hiddenBiases.count, columns = standardization.means.count
    precondition(units > 0 && !outputBiases.isEmpty && hiddenWeights.count == units * columns, "hidden weights")
    precondition(outputWeights.count == outputBiases.count * units, "output weights")
    self.standardization = standardization
    self.hiddenWeights = hiddenWeights
    self.hiddenBiases = hiddenBiases
    self.outputWeights = outputWeights
    self.outputBiases = outputBiases
    outputCount = outputBiases.count
    hiddenUnits = units
  }

  public var columnCount: Int { standardization.means.count }

  /// The decisions of all rows, `[row][output]`: log-odds, one score a class, or the predicted number.
  ///
  /// - Precondition: the matrix has the probe's columns.
  public func decisions(_ x: FeatureMatrix) -> [Double] { decisions(StoredRows(x)) }

  func decisions(_ x: StoredRows) -> [Double] {
    precondition(x.columnCount == columnCount, "a probe reads the columns that it was fitted to")
    return MultilayerMap(standardization, hiddenUnits: hiddenUnits, outputs: outputCount).decisions(
      hiddenWeights + hiddenBiases + outputWeights + outputBiases, x, 0..<x.count
    ).decisions
  }
}
