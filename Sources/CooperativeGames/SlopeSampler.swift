import Statistics

/// Takes slopes at coalitions of the loaded components and sums them up by player.
struct SlopeSampler {
  private(set) var outcome: SlopeOutcome
  private let game: GameDescription
  private let output: Int
  private var firstOrder = FirstOrder()
  private var values: [Double] = []

  init(game: GameDescription, output: Int) {
    self.game = game
    self.output = output
    outcome = SlopeOutcome(playerCount: game.playerCount)
  }

  /// A random coalition for each of `count` components: a uniform size from 0 to n, then a uniform coalition of it.
  static func coalitions(_ game: GameDescription, seed: UInt64, unit: Int, count: Int) -> [Coalition] {
    (0..<count).map { place in
      var stream = RandomStream(seed: seed, purpose: .slopeCoalition, index: unit, subindex: place)
      let size = stream.uniform(below: game.playerCount + 1)
      return Coalition(stream.sample(size, of: game.playerCount), playerCount: game.playerCount)
    }
  }

  /// Evaluates v(N) and v(∅) on the loaded components.
  mutating func askForWorths(_ componentCount: Int, on evaluator: inout some CoalitionEvaluator) throws {
    var means = ComponentMeans(outputCount: game.outputs.count)
    try evaluator.values(.shared(.full(playerCount: game.playerCount)), into: &values)
    means.take(values)
    let grand = means[output]
    try evaluator.values(.shared(.empty(playerCount: game.playerCount)), into: &values)
    means.take(values)
    outcome.worths = SlopeOutcome.Worths(grand: grand, empty: means[output])
    outcome.evaluations += 2 * componentCount
  }

  /// Adds the slopes at one coalition a loaded component.
  mutating func add(_ coalitions: [Coalition], on evaluator: inout some CoalitionEvaluator) throws {
    guard let link = game.outputs[output].link else { preconditionFailure("slopes of an output that has them") }
    try evaluator.firstOrder(of: output, at: .perComponent(coalitions), into: &firstOrder)
    outcome.evaluations += FirstOrder.evaluations * coalitions.count
    let playerCount = game.playerCount
    for (place, coalition) in coalitions.enumerated() {
      let argument = firstOrder.arguments[place]
      let present = Double(playerCount + 1) / Double(max(1, coalition.count))
      let absent = Double(playerCount + 1) / Double(max(1, playerCount - coalition.count))
      for player in 0..<playerCount {
        let slope = firstOrder.slopes[place * playerCount + player]
        let isPresent = coalition.contains(player)
        let marginal = link.smoothMarginal(argument: argument, slope: slope, isPresent: isPresent)
        if isPresent {
          outcome.present[player].add(marginal, weight: present)
        } else {
          outcome.absent[player].add(marginal, weight: absent)
        }
      }
    }
  }
}

/// What the slopes of one unit of work add up to.
public struct SlopeOutcome: Codable, Sendable {
  /// A weighted sum of slopes and the sum of the weights, encoded as `[sum, weight]`.
  struct Side: Codable, Sendable {
    var sum = 0.0
    var weight = 0.0

    mutating func add(_ marginal: Double, weight: Double) {
      sum += weight * marginal
      self.weight += weight
    }

    init() {}

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      sum = try container.decode(Double.self)
      weight = try container.decode(Double.self)
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      try container.encode(sum)
      try container.encode(weight)
    }
  }

  /// v(N) and v(∅), means over the unit's components.
  struct Worths: Codable, Sendable {
    var grand: Double
    var empty: Double
  }

  /// From coalitions without and with each player.
  var absent: [Side]
  var present: [Side]
  /// On the first visit of its components.
  var worths: Worths?
  var evaluations = 0

  init(playerCount: Int) {
    absent = [Side](repeating: Side(), count: playerCount)
    present = absent
  }
}
