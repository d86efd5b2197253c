import InputErrors

/// How well a concept can be read from a layer's first few neurons, by one way to order them.
public struct NeuronSufficiency: Sendable, Hashable, Codable {
  public let order: NeuronOrder
  /// Neurons from the most important on, read from all images; the first ``NeuronSufficiency/mostListed``.
  public let leading: [Int]
  /// The numbers of neurons that were tried.
  public let counts: [Int]
  /// The mean score on held-out images with so many neurons, ordered on the training images of each fold.
  public let scores: [Double]
  /// The smallest number tried that reaches ``share`` of the score of all neurons (of a quantity's R², of a class's
  /// balanced accuracy); nil where none does.
  public let sufficient: Int?

  public static let mostListed = 50
  public static let share = 0.9

  /// 1, 2, 4, … and all.
  static func counts(_ columns: Int) -> [Int] {
    var counts: [Int] = []
    var next = 1
    while next < columns {
      counts.append(next)
      next *= 2
    }
    return counts + [columns]
  }

  /// Measures all orders with the probes of one cross-validation.
  ///
  /// - Parameters:
  ///   - held: with its probes, whose penalties serve the smaller probes too.
  ///   - whole: a probe of all rows, for the lists.
  /// - Throws: as ``ProbeTrainer``. Complexity: orders · folds · log₂ columns trainings.
  package static func measured(
    _ features: FeatureMatrix, _ target: ProbeTarget, folds: [Int], held: HeldOutScores, whole: TrainedProbe,
    trainer: ProbeTrainer, seed: UInt64
  ) throws -> [NeuronSufficiency] {
    let counts = counts(features.columnCount)
    let full = held.values.prefix(held.probes.count).reduce(0, +) / Double(max(1, held.probes.count))
    return try NeuronOrder.allCases.map { order in
      var sums = [Double](repeating: 0, count: counts.count)
      for (fold, probe) in held.probes.enumerated() {
        let training = folds.indices.filter { folds[$0] != fold }
        let testing = folds.indices.filter { folds[$0] == fold }
        let trained = features.rows(training), tested = features.rows(testing)
        let known = target.rows(training), asked = target.rows(testing)
        let ranked = try order.order(trained, known, probe: probe)
        for (place, count) in counts.enumerated() {
          try Task.checkCancellation()
          guard count < features.columnCount else {
            sums[place] += held.values[fold]
            continue
          }
          let leading = Array(ranked.prefix(count))
          let smaller = try trainer.train(
            trained.columns(leading), known, strength: probe.chosenStrength, seed: seed &+ UInt64(fold))
          sums[place] += HeldOutScores.answers(smaller, tested.columns(leading), asked).score
        }
      }
      let scores = sums.map { $0 / Double(max(1, held.probes.count)) }
      return NeuronSufficiency(
        order: order,
        leading: Array(try order.order(features, target, probe: whole).prefix(mostListed)), counts: counts,
        scores: scores, sufficient: zip(counts, scores).first { $0.1 >= share * full }?.0)
    }
  }
}
