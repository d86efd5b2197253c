/// How good decisions are on rows that were not fitted.
struct HeldOutScore: Sendable {
  /// Mean log-loss in nats, or mean squared error.
  let loss: Double
  /// Accuracy, balanced accuracy or R².
  let score: Double

  /// - Parameter decisions: `[row][output]`, one row a row of the target.
  /// - Parameter isBalanced: every class of the target that has rows counts the same.
  init(_ decisions: [Double], _ target: ProbeTarget, isBalanced: Bool) {
    switch target {
    case .classes(let labels, let count):
      let log = ClassDecisions.logProbabilities(decisions, classes: count)
      let classes = ClassDecisions.classes(decisions, classes: count)
      let counts = target.classCounts ?? []
      let present = counts.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
      var loss = 0.0, score = 0.0
      for (row, label) in labels.enumerated() {
        let weight = isBalanced ? 1 / Double(present * counts[label]) : 1 / Double(labels.count)
        loss -= weight * log[row * count + label]
        score += classes[row] == label ? weight : 0
      }
      self.loss = loss
      self.score = score
    case .values(let values):
      let mean = values.reduce(0, +) / Double(max(1, values.count))
      var errors = 0.0, spread = 0.0
      for (value, decision) in zip(values, decisions) {
        errors += (value - decision) * (value - decision)
        spread += (value - mean) * (value - mean)
      }
      loss = errors / Double(max(1, values.count))
      score = spread > 0 ? 1 - errors / spread : errors == 0 ? 1 : 0
    }
  }
}
