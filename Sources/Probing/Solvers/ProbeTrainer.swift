#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import InputErrors

/// Trains probes: chooses the penalty by cross-validation, then fits all rows.
///
/// Columns are standardised by the training rows of each fit. Each fold's path is fitted from the strongest penalty to
/// the weakest, each from the last one's end. Trained probes depend on their arguments alone; it uses one thread.
public struct ProbeTrainer: Sendable {
  public let configuration: ProbeConfiguration

  public init(_ configuration: ProbeConfiguration) { self.configuration = configuration }

  /// Trains with the strength that stratified cross-validation chooses.
  ///
  /// - Throws: ``InputError`` (data) for a target from which nothing can be learnt, a class with fewer rows than folds,
  ///   no column, or numbers that are not finite; (usage) for a configuration that is wrong or does not fit the target.
  public func train(_ x: FeatureMatrix, _ target: ProbeTarget, seed: UInt64) throws(InputError) -> TrainedProbe {
    try check(x, target)
    let folds = try StratifiedFolds.assign(target, count: configuration.foldCount, seed: seed)
    return try train(x, target, folds: folds, seed: seed)
  }

  /// The same with folds of your own, for instance so that pictures of one origin stay together.
  ///
  /// - Parameter folds: the fold of each row, `0..<n` for some n of at least 2, each with a row; every class has rows
  ///   outside each fold.
  public func train(
    _ x: FeatureMatrix, _ target: ProbeTarget, folds: [Int], seed: UInt64
  ) throws(InputError) -> TrainedProbe {
    try check(x, target)
    let foldCount = (folds.max() ?? 0) + 1
    guard folds.count == x.rowCount, foldCount >= 2, Set(folds) == Set(0..<foldCount) else {
      throw InputError(.usage, "the folds are wrong", expected: "a fold from 0 on for each row, none without rows")
    }
    var whole = ModelPath(StoredRows(x), target, configuration, seed: seed, index: 0)
    let strengths = strengths(largestSlope: whole.largestSlope)
    var losses = [[Double]](repeating: [], count: strengths.count), scores = losses
    for fold in 0..<foldCount {
      let training = folds.indices.filter { folds[$0] != fold }, held = folds.indices.filter { folds[$0] == fold }
      let heldTarget = target.rows(held), heldRows = StoredRows(x, rows: held)
      let trainingTarget = target.rows(training)
      if let absent = trainingTarget.classCounts?.firstIndex(of: 0) {
        throw InputError(.data, "all rows of class \(absent) are in one fold", hint: "use more rows or other folds")
      }
      var path = ModelPath(
        StoredRows(x, rows: training), trainingTarget, configuration, seed: seed, index: fold + 1)
      for (place, strength) in strengths.enumerated() {
        let model = try path.model(strength: strength)
        let score = HeldOutScore(model.decisions(heldRows), heldTarget, isBalanced: configuration.isBalanced)
        losses[place].append(score.loss)
        scores[place].append(score.score)
      }
    }
    var points: [PathPoint] = []
    for (place, strength) in strengths.enumerated() {
      let fit = try configuration.kind.l1Ratio > 0 ? whole.model(strength: strength).fit : nil
      points.append(
        PathPoint(
          strength: strength, foldLosses: losses[place], foldScores: scores[place],
          nonzeroColumns: fit.map { Self.nonzeroColumns($0.probe) } ?? whole.varyingColumns, fit: fit))
    }
    let chosen = points[configuration.choice.place(in: points)]
    let model: TrainedProbe.Model
    if let fit = chosen.fit { model = .linear(fit) } else { model = try whole.model(strength: chosen.strength) }
    return TrainedProbe(
      classCount: target.classCounts?.count, path: points, chosenStrength: chosen.strength, model: model)
  }

  /// Trains with a given strength λ.
  ///
  /// - Throws: as above.
  public func train(
    _ x: FeatureMatrix, _ target: ProbeTarget, strength: Double, seed: UInt64
  ) throws(InputError) -> TrainedProbe {
    try check(x, target)
    let penalty = try ElasticNetPenalty(strength: strength, l1Ratio: configuration.kind.l1Ratio)
    var path = ModelPath(StoredRows(x), target, configuration, seed: seed, index: 0)
    return TrainedProbe(
      classCount: target.classCounts?.count, path: [], chosenStrength: strength,
      model: try path.model(strength: penalty.strength))
  }

  private func check(_ x: FeatureMatrix, _ target: ProbeTarget) throws(InputError) {
    try configuration.check(for: target)
    try target.check(against: x)
  }

  /// The path's strengths, the strongest first, each once.
  private func strengths(largestSlope: Double) -> [Double] {
    switch configuration.path {
    case .strengths(let strengths): return Set(strengths).sorted(by: >)
    case .relative(let ratio, let count):
      // Columns that say nothing at all leave every strength as good as any other.
      let largest = largestSlope > 0 ? largestSlope / max(0.1, configuration.kind.l1Ratio) : 1
      guard count > 1 else { return [largest] }
      return (0..<count).map { largest * pow(ratio, Double($0) / Double(count - 1)) }
    }
  }

  private static func nonzeroColumns(_ probe: LinearProbe) -> Int {
    (0..<probe.columnCount).reduce(0) { total, column in
      let isUsed = (0..<probe.outputCount).contains { probe.weights[$0 * probe.columnCount + column] != 0 }
      return total + (isUsed ? 1 : 0)
    }
  }
}
