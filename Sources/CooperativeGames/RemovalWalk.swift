import Statistics

/// Removes the players one after the other from the grand coalition; a player's marginal contribution is the worth
/// before minus the worth after.
///
/// Owns the buffers of a unit's walks, so that a walk over thousands of players allocates nothing per step.
struct RemovalWalk {
  /// How the walk treats what is worth next to nothing.
  let truncation: Truncation
  let rest: TruncatedRest
  /// The output whose value the truncation rule looks at.
  let guidingOutput: Int
  /// v(N) and v(∅), means over the unit's components.
  private(set) var grand: ComponentMeans
  private(set) var empty: ComponentMeans
  /// Steps whose marginal was not evaluated.
  private(set) var stepsTruncated = 0
  /// Coalitions evaluated.
  private(set) var coalitionsEvaluated = 0

  private let playerCount: Int
  private let outputCount: Int
  private var isEmptyKnown: Bool
  private var values: [Double] = []

  /// Evaluates v(N), and v(∅) first when a truncation rule needs it, on the components that are loaded.
  init(
    playerCount: Int, outputCount: Int, truncation: Truncation, rest: TruncatedRest, guidingOutput: Int,
    evaluator: inout some CoalitionEvaluator
  ) throws {
    self.playerCount = playerCount
    self.outputCount = outputCount
    self.truncation = truncation
    self.rest = rest
    self.guidingOutput = guidingOutput
    grand = ComponentMeans(outputCount: outputCount)
    empty = ComponentMeans(outputCount: outputCount)
    isEmptyKnown = truncation != .none
    if isEmptyKnown {
      try evaluator.values(.shared(.empty(playerCount: playerCount)), into: &values)
      empty.take(values)
      coalitionsEvaluated += 1
    }
    try evaluator.values(.shared(.full(playerCount: playerCount)), into: &values)
    grand.take(values)
    coalitionsEvaluated += 1
  }

  /// Walks `order` and adds `weight` times every marginal to `marginals`, of shape [output][player].
  ///
  /// `coin` is drawn from at most once, at a truncation under the roulette.
  mutating func walk(
    _ order: [Int], weight: Double, coin: inout RandomStream, on evaluator: inout some CoalitionEvaluator,
    addingTo marginals: inout [Double]
  ) throws {
    var coalition = Coalition.full(playerCount: playerCount)
    var before = grand
    var after = ComponentMeans(outputCount: outputCount)
    var monitor = TruncationMonitor(truncation, grandValue: grand[guidingOutput], emptyValue: empty[guidingOutput])
    // After a won roulette: the share of each remaining player, and 1 / continuation.
    var equalShare: [Double] = []
    var scale = 1.0
    var isDecided = false
    for (step, player) in order.enumerated() {
      let mayEnd =
        isDecided ? false : step == 0 ? monitor.endsWalkAtStart : monitor.endsWalk(after: before[guidingOutput])
      if mayEnd {
        isDecided = true
        let remaining = order[step...]
        switch rest {
        case .recordZero:
          stepsTruncated += remaining.count
          return
        case .spread(let continuation):
          equalShare = (0..<outputCount).map { (before[$0] - empty[$0]) / Double(remaining.count) }
          guard coin.bernoulli(continuation) else {
            stepsTruncated += remaining.count
            for player in remaining {
              for output in 0..<outputCount { marginals[output * playerCount + player] += weight * equalShare[output] }
            }
            return
          }
          scale = 1 / continuation
        }
      }
      coalition.remove(player)
      let isLast = step == order.count - 1
      if isLast, isEmptyKnown {
        after = empty
      } else {
        try evaluator.values(.shared(coalition), into: &values)
        after.take(values)
        coalitionsEvaluated += 1
      }
      if isLast {
        empty = after
        isEmptyKnown = true
      }
      for output in 0..<outputCount {
        let marginal = before[output] - after[output]
        let share = equalShare.isEmpty ? 0 : equalShare[output]
        marginals[output * playerCount + player] += weight * (share + (marginal - share) * scale)
      }
      swap(&before, &after)
    }
  }
}
