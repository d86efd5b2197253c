#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import InputErrors
import Statistics

/// Trains a probe with one hidden layer: Adam on small batches, ended by the loss on an eighth of the rows that are held
/// back, and the parameters of the epoch that was best there.
///
/// The objective is (1/n)Σ loss + λ/2 times the squared weights of both layers. Numbers are standardised for the training
/// and predicted in their own unit.
enum MultilayerTraining {
  private static let batch = 64, mostEpochs = 300, patience = 20
  private static let rate = 0.003, firstDecay = 0.9, secondDecay = 0.999

  /// - Parameter index: the number of the random stream.
  static func train(
    _ x: StoredRows, _ target: ProbeTarget, hiddenUnits: Int, strength: Double, isBalanced: Bool, seed: UInt64,
    index: Int
  ) throws(InputError) -> MultilayerProbe {
    let scaling = TargetScaling(target)
    let (training, held) = try parts(target, seed: seed)
    let rows = StoredRows(x.values, columnCount: x.columnCount, rows: training.map { x.rows[$0] })
    let heldRows = StoredRows(x.values, columnCount: x.columnCount, rows: held.map { x.rows[$0] })
    let standardization = Standardization(of: rows)
    let scaled = scaling.scaled(target)
    let own = scaled.rows(training), heldTarget = scaled.rows(held)
    let loss = ProbeLoss(own, isBalanced: isBalanced)
    let map = MultilayerMap(standardization, hiddenUnits: hiddenUnits, outputs: loss.outputCount)

    var stream = RandomStream(seed: seed, purpose: .probeInitialWeights, index: index)
    var parameters = start(map, intercepts: loss.bestIntercepts, &stream)
    var best = parameters, bestLoss = Double.infinity, bestEpoch = 0
    var gradient = [Double](repeating: 0, count: map.parameterCount)
    var first = gradient, second = gradient
    var firstPower = 1.0, secondPower = 1.0
    for epoch in 0..<mostEpochs {
      let order = stream.permutation(of: rows.count)
      let dealt = StoredRows(x.values, columnCount: x.columnCount, rows: order.map { rows.rows[$0] })
      let dealtLoss = loss.rows(order)
      var begin = 0
      while begin < rows.count {
        let places = begin..<min(rows.count, begin + batch)
        _ = map.evaluate(
          parameters, dealt, places, loss: dealtLoss, share: Double(rows.count) / Double(places.count),
          square: strength, gradient: &gradient)
        firstPower *= firstDecay
        secondPower *= secondDecay
        let step = rate * (1 - secondPower).squareRoot() / (1 - firstPower)
        for place in parameters.indices {
          let slope = gradient[place]
          first[place] += (1 - firstDecay) * (slope - first[place])
          second[place] += (1 - secondDecay) * (slope * slope - second[place])
          parameters[place] -= step * first[place] / (second[place].squareRoot() + 1e-8)
        }
        begin = places.upperBound
      }
      let decisions = map.decisions(parameters, heldRows, 0..<heldRows.count).decisions
      let heldLoss = HeldOutScore(decisions, heldTarget, isBalanced: isBalanced).loss
      if heldLoss < bestLoss { (best, bestLoss, bestEpoch) = (parameters, heldLoss, epoch) }
      if epoch - bestEpoch >= patience { break }
    }
    return MultilayerProbe(
      standardization: standardization, hiddenWeights: Array(best[..<map.hiddenBiases.lowerBound]),
      hiddenBiases: Array(best[map.hiddenBiases]),
      outputWeights: best[map.outputWeights].map { $0 * scaling.deviation },
      outputBiases: best[map.outputBiases].map { $0 * scaling.deviation + scaling.mean })
  }

  /// Rows to learn from, and those that are held back.
  private static func parts(
    _ target: ProbeTarget, seed: UInt64
  ) throws(InputError) -> (training: [Int], held: [Int]) {
    let fewest = target.classCounts?.min() ?? target.rowCount
    guard fewest >= 2 else {
      throw InputError(
        .data, "a probe with hidden units holds rows of each class back", expected: "at least 2 of each",
        found: "\(fewest)")
    }
    let folds = try StratifiedFolds.assign(target, count: min(8, fewest), seed: seed)
    return (folds.indices.filter { folds[$0] != 0 }, folds.indices.filter { folds[$0] == 0 })
  }

  /// Weights from normal distributions that keep the values' size, 0 for constant columns.
  private static func start(
    _ map: MultilayerMap, intercepts: [Double], _ stream: inout RandomStream
  ) -> [Double] {
    var parameters = [Double](repeating: 0, count: map.parameterCount)
    let varying = map.scales.filter { $0 > 0 }.count
    let hidden = (2 / Double(max(1, varying))).squareRoot(), output = (1 / Double(map.hiddenUnits)).squareRoot()
    for place in 0..<map.hiddenBiases.lowerBound {
      let number = stream.normal()
      parameters[place] = map.scales[place % map.columns] > 0 ? hidden * number : 0
    }
    for place in map.outputWeights { parameters[place] = output * stream.normal() }
    for (place, intercept) in zip(map.outputBiases, intercepts) { parameters[place] = intercept }
    return parameters
  }
}

/// Mean and deviation of numbers that are learnt; 0 and 1 for classes.
private struct TargetScaling {
  var mean = 0.0
  var deviation = 1.0

  init(_ target: ProbeTarget) {
    guard case .values(let values) = target else { return }
    let count = Double(values.count), mean = values.reduce(0, +) / count
    let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    self.mean = mean
    deviation = spread > 0 ? spread : 1
  }

  func scaled(_ target: ProbeTarget) -> ProbeTarget {
    switch target {
    case .classes: target
    case .values(let values): .values(values.map { ($0 - mean) / deviation })
    }
  }
}
