import CooperativeGames
import Foundation
import Statistics

/// The hidden units of a small random network as players: 3 inputs, ReLU units, 3 classes, one component an input, and
/// the log-likelihood and the correctness of its label as outputs. Most of the structure of the real game in microseconds.
struct NetworkLikeGame: CooperativeGame {
  let playerCount: Int
  private let inputs: [[Double]]
  private let labels: [Int]
  /// The outputs of every coalition and component, of shape [coalition as bits][component][output].
  private let table: [Double]
  private let first: [[Double]]
  private let second: [[Double]]
  /// Units that nothing reads.
  let dummies: Set<Int>

  init(playerCount: Int, componentCount: Int, dummies: Set<Int> = [], seed: UInt64) {
    self.playerCount = playerCount
    self.dummies = dummies
    var stream = RandomStream(seed: seed, purpose: .test)
    func normals(_ count: Int) -> [Double] { (0..<count).map { _ in stream.normal() } }
    inputs = (0..<componentCount).map { _ in normals(3) + [1] }
    first = (0..<playerCount).map { _ in normals(4) }
    second = (0..<playerCount).map { dummies.contains($0) ? [0, 0, 0] : normals(3).map { $0 * 0.7 } }
    let untrained = NetworkLikeGame(
      playerCount: playerCount, inputs: inputs, labels: [], first: first, second: second, dummies: dummies)
    let whole = Coalition.full(playerCount: playerCount)
    // Three of four labels are what the whole network says.
    let labels = inputs.indices.map { component in
      let scores = untrained.logits(whole, component), largest = scores.max()
      return stream.bernoulli(0.75) ? scores.firstIndex { $0 == largest } ?? 0 : stream.uniform(below: 3)
    }
    let labelled = NetworkLikeGame(
      playerCount: playerCount, inputs: inputs, labels: labels, first: first, second: second, dummies: dummies)
    self.labels = labels
    table = (0..<UInt64(1) << UInt64(playerCount)).flatMap { mask in
      labels.indices.flatMap {
        labelled.computed(Coalition(mask: mask, playerCount: labelled.playerCount), $0)
      }
    }
  }

  private init(
    playerCount: Int, inputs: [[Double]], labels: [Int], first: [[Double]], second: [[Double]], dummies: Set<Int>
  ) {
    self.playerCount = playerCount
    self.inputs = inputs
    self.labels = labels
    self.first = first
    self.second = second
    self.dummies = dummies
    table = []
  }

  var description: GameDescription {
    GameDescription(
      playerCount: playerCount, componentCount: inputs.count, laneCount: 8,
      outputs: [.init(name: "log-likelihood"), .init(name: "accuracy", range: 0...1)])
  }

  func makeEvaluator() -> Evaluator { Evaluator(game: self) }

  /// Exact values of an output, by enumeration.
  func shapleyValues(output: Int) -> [Double] {
    let game = FunctionGame(playerCount: playerCount, componentCount: inputs.count) {
      Array(self.values($0, $1))[output]
    }
    return RandomGames.shapleyValues(of: game)
  }

  fileprivate func values(_ coalition: Coalition, _ component: Int) -> ArraySlice<Double> {
    let start = (Int(coalition.mask ?? 0) * inputs.count + component) * 2
    return table[start..<start + 2]
  }

  private func computed(_ coalition: Coalition, _ component: Int) -> [Double] {
    let scores = logits(coalition, component), label = labels[component]
    let largest = max(scores[0], scores[1], scores[2])
    let normalizer = largest + log(scores.reduce(0) { $0 + exp($1 - largest) })
    return [scores[label] - normalizer, scores[label] == largest ? 1 : 0]
  }

  private func logits(_ coalition: Coalition, _ component: Int) -> [Double] {
    let input = inputs[component]
    var scores = [0.1, 0, -0.1]
    for unit in coalition {
      let weights = first[unit]
      let activation = max(
        0, input[0] * weights[0] + input[1] * weights[1] + input[2] * weights[2] + input[3] * weights[3])
      for place in 0..<3 { scores[place] += activation * second[unit][place] }
    }
    return scores
  }

  struct Evaluator: CoalitionEvaluator {
    let game: NetworkLikeGame
    private var components: [Int] = []
    private var base: Coalitions?
    private(set) var multiplyAdds: UInt64 = 0

    init(game: NetworkLikeGame) { self.game = game }

    mutating func load(_ components: [Int]) {
      self.components = components
      base = nil
    }

    mutating func values(_ coalitions: Coalitions, into values: inout [Double]) {
      values.removeAll(keepingCapacity: true)
      for (place, component) in components.enumerated() { append(coalitions.coalition(at: place), component, &values) }
      base = coalitions
    }

    mutating func values(toggling players: [Int], into values: inout [Double]) {
      guard let base else { preconditionFailure("toggling without a base") }
      values.removeAll(keepingCapacity: true)
      for player in players {
        for (place, component) in components.enumerated() {
          var coalition = base.coalition(at: place)
          coalition.toggle(player)
          append(coalition, component, &values)
        }
      }
    }

    mutating func firstOrder(of output: Int, at coalitions: Coalitions, into result: inout FirstOrder) {
      preconditionFailure("the game has no slopes")
    }

    private mutating func append(_ coalition: Coalition, _ component: Int, _ values: inout [Double]) {
      multiplyAdds += UInt64(7 * coalition.count)
      values += game.values(coalition, component)
    }
  }
}
