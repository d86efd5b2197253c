import CooperativeGames

/// A game with several outputs whose units take very different times, so that workers finish out of order; it checks the
/// calls that it receives.
struct UnevenGame: CooperativeGame {
  let base: FunctionGame
  let laneCount: Int
  var outputCount = 2

  var description: GameDescription {
    GameDescription(
      playerCount: base.playerCount, componentCount: base.componentCount, laneCount: laneCount,
      outputs: (0..<outputCount).map { .init(name: "output \($0)") })
  }

  func makeEvaluator() -> Evaluator { Evaluator(base: base, outputCount: outputCount) }

  struct Evaluator: CoalitionEvaluator {
    let base: FunctionGame
    let outputCount: Int
    var components: [Int] = []
    var current: Coalitions?
    var multiplyAdds: UInt64 = 0

    mutating func load(_ components: [Int]) {
      self.components = components
      current = nil
    }

    mutating func values(_ coalitions: Coalitions, into values: inout [Double]) {
      values.removeAll(keepingCapacity: true)
      for (place, component) in components.enumerated() { append(coalitions.coalition(at: place), component, &values) }
      current = coalitions
    }

    mutating func values(toggling players: [Int], into values: inout [Double]) {
      guard let current else { preconditionFailure("toggling without a base") }
      values.removeAll(keepingCapacity: true)
      for player in players {
        for (place, component) in components.enumerated() {
          var coalition = current.coalition(at: place)
          coalition.toggle(player)
          append(coalition, component, &values)
        }
      }
    }

    mutating func firstOrder(of output: Int, at coalitions: Coalitions, into result: inout FirstOrder) {
      preconditionFailure("the game has no slopes")
    }

    private mutating func append(_ coalition: Coalition, _ component: Int, _ values: inout [Double]) {
      // Work that depends on the component, between nothing and some microseconds.
      var spin = 0.0
      for step in 0..<(component % 3 * 300) { spin += Double(step).squareRoot() }
      multiplyAdds += UInt64(1 + component)
      let value = base.value(of: coalition, component: component) + (spin < 0 ? 1 : 0)
      for output in 0..<outputCount { values.append(output == 0 ? value : Double(output) * value * value) }
    }
  }
}
