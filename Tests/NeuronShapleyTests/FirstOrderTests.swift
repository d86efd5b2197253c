import CooperativeGames
import Images
import Inference
import Networks
import NeuronShapley
import TestSupport
import Testing

@Suite struct FirstOrderTests {
  private func game(
    _ metrics: [PerformanceMetric], kind: Ablation = .mean, seed: UInt64 = 3,
    selection: PlayerSelection = PlayerSelection(includesLinearLayers: true)
  ) async throws -> AblationGame {
    let network = try SmallNetworks.mixed(seed: seed)
    let plan = try ExecutionPlan(network)
    let images = try SmallNetworks.images(11, seed: seed + 100)
    let ablation = try await CalibratedAblation.measured(kind, plan: plan, on: images, seed: 5)
    return try AblationGame(
      plan, players: FilterPlayers(plan, selection: selection), images: images, metrics: metrics, ablation: ablation,
      gradients: GradientPlan(
        try ExecutionPlan(network, purpose: .differentiation), towards: [], marginals: true))
  }

  private func coalitions(_ random: inout SeededRandom, _ components: [Int], _ players: Int) -> [Coalition] {
    components.map { _ in Coalition((0..<players).filter { _ in random.int(0...1) == 1 }, playerCount: players) }
  }

  @Test("Where the network is linear in a player, its slope is its marginal contribution", arguments: Ablation.allCases)
  func lastLayerIsExact(kind: Ablation) async throws {
    let game = try await game([.logit], kind: kind)
    let players = game.players.players.indices.filter { game.players.players[$0].layer == "hidden" }
    #expect(players.count == 6)
    var random = SeededRandom(4)
    let components = [3, 9, 1, 0, 5, 2, 8, 7, 10, 4, 6, 3]
    var evaluator = game.makeEvaluator(), firstOrder = FirstOrder(), base: [Double] = [], toggled: [Double] = []
    evaluator.load(components)
    for _ in 0..<3 {
      let coalitions = coalitions(&random, components, game.players.count)
      evaluator.values(.perComponent(coalitions), into: &base)
      evaluator.firstOrder(of: 0, at: .perComponent(coalitions), into: &firstOrder)
      evaluator.values(toggling: players, into: &toggled)
      for place in components.indices {
        #expect(abs(firstOrder.arguments[place] - base[place]) < 1e-4)
        for (index, player) in players.enumerated() {
          let change = toggled[index * components.count + place] - base[place]
          let marginal = coalitions[place].contains(player) ? -change : change
          let slope = firstOrder.slopes[place * game.players.count + player]
          #expect(abs(slope - marginal) < 1e-4, "image \(components[place]), \(game.players.players[player].name)")
        }
      }
    }
  }

  @Test("A player of several units has the sum of their slopes")
  func groupsAddUp() async throws {
    let filters = try await game([.margin])
    let layers = try await game([.margin], selection: PlayerSelection(grouping: .layers, includesLinearLayers: true))
    var first = filters.makeEvaluator(), second = layers.makeEvaluator()
    var fine = FirstOrder(), coarse = FirstOrder()
    first.load([0, 1])
    second.load([0, 1])
    first.firstOrder(of: 0, at: .shared(.full(playerCount: filters.players.count)), into: &fine)
    second.firstOrder(of: 0, at: .shared(.full(playerCount: layers.players.count)), into: &coarse)
    for place in 0..<2 {
      for (player, layer) in layers.players.players.enumerated() {
        let parts = filters.players.players.indices.filter { filters.players.players[$0].layer == layer.name }
        let sum = parts.reduce(0.0) { $0 + fine.slopes[place * filters.players.count + $1] }
        #expect(abs(sum - coarse.slopes[place * layers.players.count + player]) < 1e-4 * max(1, abs(sum)))
      }
    }
  }

  @Test("The score follows from the argument by the link, at every coalition")
  func linksGiveTheScore() async throws {
    let metrics: [PerformanceMetric] = [
      .accuracy, .logLikelihood(), .logLikelihood(floor: -1.5), .probability, .logit, .margin, .binary(2),
    ]
    let game = try await game(metrics)
    var random = SeededRandom(8)
    let components = Array(0..<11)
    var evaluator = game.makeEvaluator(), firstOrder = FirstOrder(), values: [Double] = []
    evaluator.load(components)
    for _ in 0..<4 {
      let coalitions = coalitions(&random, components, game.players.count)
      evaluator.values(.perComponent(coalitions), into: &values)
      for (output, description) in game.description.outputs.enumerated() {
        let link = try #require(description.link)
        evaluator.firstOrder(of: output, at: .perComponent(coalitions), into: &firstOrder)
        for place in components.indices {
          let value = values[place * metrics.count + output]
          #expect(abs(link.value(firstOrder.arguments[place]) - value) < 1e-4, "\(description.name), image \(place)")
        }
      }
    }
  }

  @Test("The base of toggles stays what it was, and costs are counted")
  func baseStays() async throws {
    let game = try await game([.logLikelihood()])
    let count = game.players.count
    var evaluator = game.makeEvaluator(), other = game.makeEvaluator()
    var values: [Double] = [], expected: [Double] = [], firstOrder = FirstOrder()
    evaluator.load([1, 2, 3])
    other.load([1, 2, 3])
    let base = Coalitions.shared(Coalition([0, 3, 5], playerCount: count))
    evaluator.values(base, into: &values)
    other.values(base, into: &expected)
    let before = evaluator.multiplyAdds
    evaluator.firstOrder(of: 0, at: .shared(.full(playerCount: count)), into: &firstOrder)
    #expect(evaluator.multiplyAdds - before > UInt64(3 * game.plan.multiplyAdds))
    evaluator.values(toggling: [0, 1], into: &values)
    other.values(toggling: [0, 1], into: &expected)
    #expect(values == expected)
  }

  @Test("A memory limit counts what slopes need")
  func memory() async throws {
    let network = try SmallNetworks.mixed(seed: 1)
    let plan = try ExecutionPlan(network), images = try SmallNetworks.images(9, seed: 4)
    let ablation = try await CalibratedAblation.measured(.mean, plan: plan, on: images)
    let gradients = GradientPlan(
      try ExecutionPlan(network, purpose: .differentiation), towards: [], marginals: true)
    let players = try FilterPlayers(plan)
    func make(_ bytes: Int, _ gradients: GradientPlan?) throws -> Bool {
      (try? AblationGame(
        plan, players: players, images: images, metric: .accuracy, ablation: ablation, gradients: gradients,
        maximumBytes: bytes)) != nil
    }
    let (small, large) = (plan.bytesPerBlock, plan.bytesPerBlock + gradients.bytesPerWorker)
    let plain = try make(small, nil), tooSmall = try make(large - 1, gradients), enough = try make(large, gradients)
    #expect(plain && !tooSmall && enough)
  }
}
