/// The objective that a probe with hidden units is trained on, over all rows: mean loss plus strength/2 times the squared
/// weights.
package struct MultilayerObjective: Sendable {
  private let x: StoredRows
  private let loss: ProbeLoss
  private let map: MultilayerMap
  private let strength: Double

  /// - Precondition: the target fits the rows.
  package init(_ x: FeatureMatrix, _ target: ProbeTarget, hiddenUnits: Int, isBalanced: Bool, strength: Double) {
    self.x = StoredRows(x)
    loss = ProbeLoss(target, isBalanced: isBalanced)
    map = MultilayerMap(Standardization(of: self.x), hiddenUnits: hiddenUnits, outputs: loss.outputCount)
    self.strength = strength
  }

  package var parameterCount: Int { map.parameterCount }

  /// Value and gradient; parameters as in ``MultilayerProbe``: hidden weights and biases, output weights and biases.
  package func evaluate(_ parameters: [Double]) -> (value: Double, gradient: [Double]) {
    var gradient = [Double](repeating: 0, count: parameterCount)
    let value = map.evaluate(
      parameters, x, 0..<x.count, loss: loss, share: 1, square: strength, gradient: &gradient)
    return (value, gradient)
  }
}
