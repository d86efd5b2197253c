/// Removal walks over the loaded components of a unit, whose marginals are added up group by group.
///
/// Owns the buffers of a unit's walks, so that a walk over thousands of players allocates nothing per step.
struct GroupedWalk {
  private let playerCount: Int
  private let outputCount: Int
  private let componentCount: Int
  private let grouping: OutputGrouping
  /// The groups that occur in the unit, increasing.
  private let groups: [Int]
  /// For each loaded component the place of its group in ``groups``; empty where outputs are groups.
  private let slots: [Int]
  /// Of shape [place in groups][player].
  private var marginals: [Double]
  /// v(N) and v(∅), of shape [component][output]; `empty` is known after the first walk.
  private var grand: [Double] = []
  private var empty: [Double] = []
  private var coalitionsEvaluated = 0

  /// Evaluates v(N) on the components that are loaded.
  init(
    _ components: [Int], of game: GameDescription, grouping: OutputGrouping,
    evaluator: inout some CoalitionEvaluator
  ) throws {
    playerCount = game.playerCount
    outputCount = game.outputs.count
    componentCount = components.count
    self.grouping = grouping
    switch grouping {
    case .components(let assigned):
      let own = components.map { assigned[$0] }
      let groups = Set(own).sorted()
      self.groups = groups
      slots = own.map { group in groups.firstIndex(of: group) ?? 0 }
    case .outputs:
      groups = Array(0..<game.outputs.count)
      slots = []
    }
    marginals = [Double](repeating: 0, count: groups.count * game.playerCount)
    try evaluator.values(.shared(.full(playerCount: playerCount)), into: &grand)
    coalitionsEvaluated += 1
  }

  /// Walks `order` and adds `weight` times every marginal.
  mutating func walk(_ order: [Int], weight: Double, on evaluator: inout some CoalitionEvaluator) throws {
    var coalition = Coalition.full(playerCount: playerCount)
    var before = grand
    var after = grand
    for (step, player) in order.enumerated() {
      coalition.remove(player)
      let isLast = step == order.count - 1
      if isLast, !empty.isEmpty {
        after = empty
      } else {
        try evaluator.values(.shared(coalition), into: &after)
        coalitionsEvaluated += 1
      }
      if isLast { empty = after }
      add(before, after, player, weight)
      swap(&before, &after)
    }
  }

  private mutating func add(_ before: [Double], _ after: [Double], _ player: Int, _ weight: Double) {
    switch grouping {
    case .components:
      for component in 0..<componentCount {
        let place = component * outputCount
        marginals[slots[component] * playerCount + player] += weight * (before[place] - after[place])
      }
    case .outputs:
      for component in 0..<componentCount {
        for output in 0..<outputCount {
          let place = component * outputCount + output
          let marginal = before[place] - after[place]
          if marginal != 0 { marginals[output * playerCount + player] += weight * marginal }
        }
      }
    }
  }

  /// What was found, after at least one walk.
  var outcome: GroupedOutcome {
    let shares = groups.indices.map { place in
      let own = slots.isEmpty ? Array(0..<componentCount) : slots.indices.filter { slots[$0] == place }
      let output = grouping.output(ofGroup: groups[place])
      let range = place * playerCount..<(place + 1) * playerCount
      return GroupedOutcome.Share(
        group: groups[place], count: own.count, marginals: MarginalVector(marginals[range]),
        grand: own.reduce(0) { $0 + grand[$1 * outputCount + output] },
        empty: own.reduce(0) { $0 + empty[$1 * outputCount + output] })
    }
    return GroupedOutcome(shares: shares, evaluations: coalitionsEvaluated * componentCount)
  }
}
