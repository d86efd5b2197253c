/// One removal order of the published estimator, which evaluates the marginals of active players only.
struct PublishedOrder {
  private(set) var outcome: WalkOutcome
  private let playerCount: Int
  private let outputCount: Int
  private let componentCount: Int
  private var isActive: [Bool]
  private var values: [Double] = []

  init(game: GameDescription, active: [Int], componentCount: Int) {
    playerCount = game.playerCount
    outputCount = game.outputs.count
    self.componentCount = componentCount
    isActive = [Bool](repeating: false, count: playerCount)
    for player in active { isActive[player] = true }
    outcome = WalkOutcome(
      marginals: [Double](repeating: 0, count: playerCount * outputCount), grand: [], empty: nil, steps: active.count,
      stepsTruncated: active.count, evaluations: 0)
  }

  /// Walks `order` on the loaded components; what it does not reach keeps the marginal 0.
  mutating func walk(
    _ order: [Int], truncation: Truncation, guidingOutput: Int, on evaluator: inout some CoalitionEvaluator
  ) throws {
    var coalition = Coalition.full(playerCount: playerCount)
    var before = ComponentMeans(outputCount: outputCount)
    var after = before
    try evaluate(coalition, into: &before, on: &evaluator)
    outcome.grand = before.means
    var monitor = TruncationMonitor(truncation, grandValue: before[guidingOutput], emptyValue: 0)
    var isBeforeKnown = true
    for (step, player) in order.enumerated() {
      guard isActive[player] else {
        coalition.remove(player)
        isBeforeKnown = false
        continue
      }
      if !isBeforeKnown { try evaluate(coalition, into: &before, on: &evaluator) }
      coalition.remove(player)
      try evaluate(coalition, into: &after, on: &evaluator)
      for output in 0..<outputCount {
        outcome.marginals[output * playerCount + player] = before[output] - after[output]
      }
      outcome.stepsTruncated -= 1
      if step == order.count - 1 { outcome.empty = after.means }
      swap(&before, &after)
      isBeforeKnown = true
      if monitor.endsWalk(after: before[guidingOutput]) { return }
    }
  }

  private mutating func evaluate(
    _ coalition: Coalition, into means: inout ComponentMeans, on evaluator: inout some CoalitionEvaluator
  ) throws {
    try evaluator.values(.shared(coalition), into: &values)
    means.take(values)
    outcome.evaluations += componentCount
  }
}
