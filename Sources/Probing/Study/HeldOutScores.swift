import InputErrors
import Statistics

/// What a probe answers on images that it was not trained on.
package struct HeldOutScores: Sendable {
  /// Balanced accuracy or R², one a fold of each repetition.
  package var values: [Double] = []
  /// The plain accuracy; empty for a quantity.
  var accuracies: [Double] = []
  /// The penalties that the folds chose.
  var strengths: [Double] = []
  /// Of the first repetition: 1 where the class is right, or the predicted quantity, for each row.
  var answers: [Double]
  /// Of the first repetition, by fold; for what is read from weights.
  var probes: [TrainedProbe] = []

  package var score: ResampledScore {
    let folds = values.count / repetitions
    guard !isQuantity else { return ResampledScore(values, folds: folds, limits: -Double.infinity...1) }
    // Agresti and Coull: two more right and two more wrong answers.
    let images = Double(answers.count) + 4
    let share = (values.reduce(0, +) / Double(values.count) * Double(answers.count) + 2) / images
    return ResampledScore(
      values, folds: folds, limits: 0...1, leastError: (share * (1 - share) / images).squareRoot())
  }
  private let repetitions: Int
  private let isQuantity: Bool

  /// Cross-validates: in every fold the penalty is chosen anew from the training rows alone.
  ///
  /// - Parameters:
  ///   - folds: for each repetition, the fold of each row.
  ///   - keepsProbes: whether ``probes`` are wanted.
  /// - Throws: as ``ProbeTrainer/train(_:_:seed:)``; `CancellationError`.
  package init(
    _ features: FeatureMatrix, _ target: ProbeTarget, folds: [[Int]], trainer: ProbeTrainer, seed: UInt64,
    keepsProbes: Bool = false
  ) throws {
    repetitions = folds.count
    if case .values = target { isQuantity = true } else { isQuantity = false }
    answers = [Double](repeating: 0, count: target.rowCount)
    for (repetition, assignment) in folds.enumerated() {
      for fold in 0..<((assignment.max() ?? 0) + 1) {
        try Task.checkCancellation()
        let training = assignment.indices.filter { assignment[$0] != fold }
        let testing = assignment.indices.filter { assignment[$0] == fold }
        let probe = try trainer.train(
          features.rows(training), target.rows(training), seed: seed &+ UInt64(repetition * 1000 + fold))
        let part = Self.answers(probe, features.rows(testing), target.rows(testing))
        values.append(part.score)
        if let accuracy = part.accuracy { accuracies.append(accuracy) }
        strengths.append(probe.chosenStrength)
        guard repetition == 0 else { continue }
        for (place, row) in testing.enumerated() { answers[row] = part.answers[place] }
        if keepsProbes { probes.append(probe) }
      }
    }
  }

  /// The score on some rows, and the answer for each.
  package static func answers(
    _ probe: TrainedProbe, _ features: FeatureMatrix, _ target: ProbeTarget
  ) -> (score: Double, accuracy: Double?, answers: [Double]) {
    switch target {
    case .classes(let labels, let count):
      let predicted = probe.classes(of: features)
      let right = zip(labels, predicted).map { $0 == $1 ? 1.0 : 0.0 }
      return (
        balancedAccuracy(labels, right, count), right.reduce(0, +) / Double(max(1, right.count)), right
      )
    case .values(let truth):
      let predicted = probe.values(of: features)
      return (determination(truth, predicted), nil, predicted)
    }
  }

  /// The mean over classes of the share of right answers; classes without images are left out.
  static func balancedAccuracy(_ labels: [Int], _ right: [Double], _ count: Int) -> Double {
    var sums = [Double](repeating: 0, count: count), sizes = [Int](repeating: 0, count: count)
    for (label, isRight) in zip(labels, right) {
      sums[label] += isRight
      sizes[label] += 1
    }
    let present = sizes.indices.filter { sizes[$0] > 0 }
    return present.reduce(0) { $0 + sums[$1] / Double(sizes[$1]) } / Double(max(1, present.count))
  }

  /// R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², with the mean of these rows.
  static func determination(_ truth: [Double], _ predicted: [Double]) -> Double {
    let mean = truth.reduce(0, +) / Double(max(1, truth.count))
    let total = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let rest = zip(truth, predicted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return total > 0 ? 1 - rest / total : 0
  }
}
