import CooperativeGames
import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Tensors
import TestSupport
import Testing

@Suite struct AblationEvaluatorTests {
  private static let metrics: [PerformanceMetric] = [.logit, .logLikelihood()]

  private func game(
    seed: UInt64, kind: Ablation, imageCount: Int = 11, selection: PlayerSelection = PlayerSelection(),
    ownCalibration: Bool = false, maximumBlocks: Int? = nil
  ) async throws -> (game: AblationGame, reference: AblationReference) {
    let plan = try ExecutionPlan(SmallNetworks.mixed(seed: seed))
    let images = try SmallNetworks.images(imageCount, seed: seed + 100)
    let calibration = ownCalibration ? images : try SmallNetworks.images(9, seed: seed + 200)
    let ablation = try await CalibratedAblation.measured(kind, plan: plan, on: calibration, seed: 5)
    let blockBytes = (kind == .resample ? 2 : 1) * plan.bytesPerBlock
    let game = try AblationGame(
      plan, players: FilterPlayers(plan, selection: selection), images: images, metrics: Self.metrics,
      ablation: ablation, maximumBytes: maximumBlocks.map { $0 * blockBytes })
    return (game, AblationReference(plan, kind, images: images, calibration: calibration))
  }

  @Test("A logit that is no number is no answer, right or wrong")
  func brokenNetworks() async throws {
    let shape = Shape(1, 4, 4)
    let network = try Network(
      name: "ratio",
      nodes: [
        Node("in", .input(shape), inputs: []),
        Node(
          "conv", .convolution(Convolution(weight: Tensor(repeating: 1, shape: Shape(2, 1, 1, 1)), bias: [3, 4])),
          inputs: [0]),
        Node("ratio", .combine(.divide), inputs: [1, 1]), Node("mean", .globalPool(.maximum), inputs: [2]),
        Node("flat", .reshape(Shape(2)), inputs: [3]),
        Node("out", .linear(Linear(weight: Tensor(repeating: 1, shape: Shape(2, 2)))), inputs: [4]),
      ])
    let plan = try ExecutionPlan(network)
    let images = try SmallNetworks.images(3, shape: shape, classCount: 2, seed: 1)
    let ablation = try await CalibratedAblation.measured(.zero, plan: plan, on: images)
    let game = try AblationGame(
      plan, players: FilterPlayers(plan), images: images, metrics: [.accuracy, .logit], ablation: ablation)
    var evaluator = game.makeEvaluator(), values: [Double] = []
    evaluator.load([0, 1, 2])
    evaluator.values(.shared(.full(playerCount: 2)), into: &values)
    #expect(values.allSatisfy { $0.isFinite })
    evaluator.values(.shared(.empty(playerCount: 2)), into: &values)
    #expect(values.count == 6 && values.allSatisfy { $0.isNaN })
  }

  private func coalition(_ random: inout SeededRandom, _ count: Int) -> Coalition {
    let share = random.int(0...10)
    return Coalition((0..<count).filter { _ in random.int(1...10) <= share }, playerCount: count)
  }

  /// Compares values `[component][output]` with the reference.
  private func expectMatch(
    _ values: ArraySlice<Double>, _ coalitions: Coalitions, _ components: [Int], _ game: AblationGame,
    _ reference: AblationReference, _ comment: Comment
  ) {
    let donors = game.ablation.donors?.donors(
      of: components, isOwnSet: game.ablation.calibrationDigest == reference.images.digest)
    for (place, component) in components.enumerated() {
      let coalition = coalitions.coalition(at: place)
      let removed = Set((0..<game.players.count).filter { !coalition.contains($0) }.flatMap { game.players.units[$0] })
      let logits = reference.logits(of: component, removing: removed, donor: donors?[place])
      let scale = logits.map(abs).max() ?? 0
      let label = reference.images.labels[component]
      let expected = logits.map(Float.init).withUnsafeBufferPointer { logits in
        Self.metrics.map { $0.score(logits: logits, label: label) }
      }
      for output in expected.indices {
        let value = values[values.startIndex + place * expected.count + output]
        #expect(
          abs(value - expected[output]) <= 1e-5 * max(1, scale), "\(comment): image \(component), output \(output)")
      }
    }
  }

  @Test(arguments: Ablation.allCases)
  func valuesMatchTheReferenceInAnyOrderOfCoalitions(kind: Ablation) async throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let (game, reference) = try await game(seed: seed, kind: kind)
      var random = SeededRandom(seed)
      var evaluator = game.makeEvaluator()
      var values: [Double] = []
      let count = game.players.count
      for components in [[3, 9, 1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 3], [2]] {
        evaluator.load(components)
        var shared = Coalition.full(playerCount: count)
        for step in 0..<8 {
          let coalitions: Coalitions
          switch step % 4 {
          case 0, 1:
            shared.remove(random.int(0...count - 1))
            coalitions = .shared(shared)
          case 2: coalitions = .perComponent(components.map { _ in coalition(&random, count) })
          default:
            shared = coalition(&random, count)
            coalitions = .shared(shared)
          }
          evaluator.values(coalitions, into: &values)
          #expect(values.count == components.count * Self.metrics.count)
          expectMatch(values[...], coalitions, components, game, reference, "\(kind), seed \(seed), step \(step)")
        }
      }
    }
  }

  @Test(arguments: [Ablation.mean, .resample])
  func togglingEvaluatesEachPlayerAloneAgainstTheBase(kind: Ablation) async throws {
    let (game, reference) = try await game(seed: 4, kind: kind)
    var random = SeededRandom(9)
    var evaluator = game.makeEvaluator()
    var values: [Double] = []
    let components = Array(0..<10), count = game.players.count
    evaluator.load(components)
    for isShared in [true, false] {
      let base = components.map { _ in coalition(&random, count) }
      let coalitions: Coalitions = isShared ? .shared(base[0]) : .perComponent(base)
      evaluator.values(coalitions, into: &values)
      let baseValues = values
      let players = [count - 1, 0, 7, 7, 3]
      evaluator.values(toggling: players, into: &values)
      let stride = components.count * Self.metrics.count
      #expect(values.count == players.count * stride)
      for (index, player) in players.enumerated() {
        let toggled = components.indices.map { place in
          var coalition = coalitions.coalition(at: place)
          coalition.toggle(player)
          return coalition
        }
        expectMatch(
          values[index * stride..<(index + 1) * stride], .perComponent(toggled), components, game, reference,
          "toggling \(player)")
      }
      evaluator.values(coalitions, into: &values)
      #expect(values == baseValues)
    }
  }

  @Test(arguments: [Ablation.mean, .resample])
  func streamingGivesTheBitsOfResidentBlocks(kind: Ablation) async throws {
    let resident = try await game(seed: 6, kind: kind, imageCount: 30)
    let streaming = try await game(seed: 6, kind: kind, imageCount: 30, maximumBlocks: 2)
    var first = resident.game.makeEvaluator(), second = streaming.game.makeEvaluator()
    var random = SeededRandom(2)
    let components = (0..<30).shuffled(using: &random), count = resident.game.players.count
    first.load(components)
    second.load(components)
    var expected: [Double] = [], found: [Double] = []
    for step in 0..<4 {
      let coalitions: Coalitions =
        step == 1
        ? .perComponent(components.map { _ in coalition(&random, count) }) : .shared(coalition(&random, count))
      first.values(coalitions, into: &expected)
      second.values(coalitions, into: &found)
      #expect(found == expected)
      first.values(toggling: [0, 5, count - 1], into: &expected)
      second.values(toggling: [0, 5, count - 1], into: &found)
      #expect(found == expected)
    }
    #expect(second.multiplyAdds > first.multiplyAdds)
  }

  @Test func resultsDependOnlyOnTheCallsSinceLoad() async throws {
    let (game, _) = try await game(seed: 7, kind: .resample, ownCalibration: true)
    var fresh = game.makeEvaluator(), used = game.makeEvaluator()
    var random = SeededRandom(3)
    var values: [Double] = []
    used.load(Array(0..<9))
    for _ in 0..<3 { used.values(.shared(coalition(&random, game.players.count)), into: &values) }
    used.values(toggling: [1], into: &values)
    let before = used.multiplyAdds
    var expected: [Double] = []
    let last = coalition(&random, game.players.count)
    for components in [[4, 2, 0, 1]] {
      fresh.load(components)
      used.load(components)
      for coalition in [Coalition.full(playerCount: game.players.count), last] {
        fresh.values(.shared(coalition), into: &expected)
        used.values(.shared(coalition), into: &values)
        #expect(values == expected)
      }
    }
    #expect(used.multiplyAdds - before == fresh.multiplyAdds)
  }

  @Test func aStepOfAWalkCostsLessThanAFullPass() async throws {
    let (game, _) = try await game(seed: 8, kind: .mean)
    let count = game.players.count
    var evaluator = game.makeEvaluator()
    var values: [Double] = []
    evaluator.load(Array(0..<8))
    evaluator.values(.shared(.full(playerCount: count)), into: &values)
    let full = evaluator.multiplyAdds
    #expect(full == UInt64(8 * game.plan.multiplyAdds))
    // The last player belongs to the last convolution: only what follows it is computed anew.
    evaluator.values(.shared(Coalition(0..<count - 1, playerCount: count)), into: &values)
    #expect(evaluator.multiplyAdds - full < full / 2)
  }

  @Test func donorsAreOtherImagesAndDependOnTheLoadAlone() throws {
    let images = try SmallNetworks.images(6, seed: 1)
    let donors = DonorImages(images: images, seed: 3)
    var seen: Set<Int> = []
    for rotation in 0..<60 {
      let loaded = (0..<6).map { ($0 * 5 + rotation) % 6 } + [rotation % 6]
      let drawn = donors.donors(of: loaded, isOwnSet: true)
      #expect(drawn == donors.donors(of: loaded, isOwnSet: true))
      #expect(zip(drawn, loaded).allSatisfy { $0 != $1 && (0..<6).contains($0) })
      seen.formUnion(donors.donors(of: loaded.map { $0 + 10 * rotation }, isOwnSet: false))
    }
    #expect(seen == Set(0..<6))
    #expect(
      donors.donors(of: [0, 1, 2, 3], isOwnSet: true)
        != DonorImages(images: images, seed: 4).donors(of: [0, 1, 2, 3], isOwnSet: true))
  }

  @Test func groupsAndHiddenUnitsAreRemovedTogether() async throws {
    let groups = [
      FilterGroup(name: "early", filters: [Filter(layer: "stem", channel: 1), Filter(layer: "depthwise", channel: 0)]),
      FilterGroup(name: "late", filters: [Filter(layer: "hidden", channel: 4), Filter(layer: "up", channel: 2)]),
    ]
    for selection in [
      PlayerSelection(grouping: .custom(groups)), PlayerSelection(grouping: .layers),
      PlayerSelection(includesLinearLayers: true, includesClassifier: true),
    ] {
      let (game, reference) = try await game(seed: 9, kind: .mean, selection: selection)
      var random = SeededRandom(1)
      var evaluator = game.makeEvaluator()
      var values: [Double] = []
      evaluator.load([0, 5])
      for _ in 0..<4 {
        let coalitions = Coalitions.shared(coalition(&random, game.players.count))
        evaluator.values(coalitions, into: &values)
        expectMatch(values[...], coalitions, [0, 5], game, reference, "\(selection.grouping)")
      }
    }
  }
}
