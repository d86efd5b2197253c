import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Testing

@Suite struct RemovalCurveTests {
  @Test(arguments: [Ablation.mean, .meanMap, .zero, .resample])
  func everyPointIsTheRemovalOfAllBeforeIt(kind: Ablation) async throws {
    let plan = try ExecutionPlan(SmallNetworks.mixed(seed: 31))
    let players = try FilterPlayers(plan)
    let images = try SmallNetworks.images(21, seed: 32)
    let ablation = try await CalibratedAblation.measured(kind, plan: plan, on: try SmallNetworks.images(9, seed: 33))
    let order = Array(players.players.indices.reversed())
    let orders = [order, order.reversed()]
    let counts = [0, 1, 4, players.count]
    var found: [[RemovalScores]] = []
    for workers in [1, 3] {
      found.append(
        try await RemovalScores.measured(
          plan, players: players, orders: orders, counts: counts, ablation: ablation, metric: .logLikelihood(),
          on: images, workers: workers))
    }
    #expect(found[0] == found[1])
    for (order, scores) in zip(orders, found[0]) {
      for (count, mean) in zip(counts, scores.means) {
        let effect = try await RemovalEffect.measured(
          plan, players: players, removing: Array(order.prefix(count)), ablation: ablation, metric: .logLikelihood(),
          on: images)
        #expect(effect.score.mean == mean)
      }
    }
  }

  /// The whole network scores 1 on its own predictions; with everything removed, all images get the same answer.
  @Test func theTestComparesWithBaselinesImageByImage() async throws {
    let network = try SmallNetworks.mixed(seed: 41)
    let plan = try ExecutionPlan(network)
    let players = try FilterPlayers(plan)
    let images = try SmallNetworks.images(40, seed: 42)
    let ablation = try await CalibratedAblation.measured(.mean, plan: plan, on: images)
    let baselines = try BaselineScores(network, players: players, images: images, ablation: ablation, workers: 2)
    let configuration = AblationTest.Configuration(
      metric: .probability, steps: 4, randomOrders: 3, seed: 5, resamples: 200)
    let ranking = try await baselines.order(.taylor)
    var tests: [AblationTest] = []
    for workers in [1, 2] {
      tests.append(
        try await AblationTest.measured(
          configuration, plan: plan, players: players, ranking: ranking, baselines: baselines, ablation: ablation,
          on: images, workers: workers))
    }
    let test = tests[0]
    #expect(test == tests[1])
    #expect(test.curves.count == 2 * (1 + RemovalBaseline.allCases.count))
    for curve in test.curves {
      // All orders begin and end at the same two networks.
      #expect(curve.points.first?.metric.value == test.curves[0].points.first?.metric.value)
      #expect(curve.points.last?.metric.value == test.curves[0].points.last?.metric.value)
      #expect(curve.points.allSatisfy { $0.metric.lower <= $0.metric.value && $0.metric.value <= $0.metric.upper })
      if curve.baseline == .taylor { #expect(curve.difference?.value == 0 && curve.difference?.upper == 0) }
      if curve.baseline == .random { #expect(curve.orderCount == 3 && curve.points[1].smallest != nil) }
      if let difference = curve.difference?.value, let own = test.ranking(curve.direction) {
        #expect(abs(curve.area.value - own.area.value - difference) < 1e-12)
      }
    }
    // The area by hand, from the points.
    let points = test.curves[0].points
    var area = 0.0
    for (before, after) in zip(points, points.dropFirst()) {
      area +=
        Double(after.removed - before.removed) / Double(players.count) * (before.metric.value + after.metric.value) / 2
    }
    #expect(abs(area - test.curves[0].area.value) < 1e-12)
  }

  @Test func gridsBeginAtNothingAndHoldRoundNumbers() {
    #expect(RemovalGrid.counts(most: 688, steps: 4) == [0, 1, 2, 5, 10, 20, 43, 50, 100, 172, 387, 688])
    #expect(RemovalGrid.counts(most: 3, steps: 30) == [0, 1, 2, 3])
  }

  @Test func badInputIsRefused() async throws {
    let plan = try ExecutionPlan(SmallNetworks.mixed(seed: 51))
    let players = try FilterPlayers(plan)
    let images = try SmallNetworks.images(8, seed: 52)
    let ablation = try await CalibratedAblation.measured(.zero, plan: plan, on: images)
    let order = Array(players.players.indices)
    await #expect(throws: InputError.self) {
      _ = try await RemovalScores.measured(
        plan, players: players, orders: [order], counts: [0, 1], ablation: ablation, metric: .classAccuracy(0),
        on: images)
    }
    let network = plan.network
    let baselines = try BaselineScores(network, players: players, images: images, ablation: ablation)
    await #expect(throws: InputError.self) {
      _ = try await AblationTest.measured(
        .init(baselines: [], most: players.count + 1), plan: plan, players: players, ranking: order,
        baselines: baselines, ablation: ablation, on: images)
    }
  }
}
