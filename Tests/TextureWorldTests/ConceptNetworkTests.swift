import CooperativeGames
import Images
import Inference
import Networks
import NeuronShapley
import TextureWorld
import Testing

/// The whole chain, images to players to game to estimators, against Shapley values that follow from the truth about the
/// images alone.
@Suite struct ConceptNetworkTests {
  /// An estimator with how far its values may be from the truth.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let estimator: @Sendable (_ players: Int, _ images: Int) -> EstimatorChoice
    /// Standard errors that a value may be off; nil where values are exact, up to rounding.
    let standardErrors: Double?
    /// What a value may be off besides, where slopes stand for marginals.
    var bias = 0.0
    /// False where what truncated players are worth is spread over all of them, dummies too.
    var isFreeOfSharing = true
    var testDescription: String { name }
  }

  /// A new estimator is one line here.
  static let cases: [Case] = [
    Case(name: "exact", estimator: { _, _ in .exact() }, standardErrors: nil),
    Case(
      name: "permutation", estimator: { players, images in .permutation(.init(evaluations: 60 * players * images)) },
      standardErrors: 5),
    Case(
      name: "permutation, truncated",
      estimator: { players, images in
        .permutation(.init(evaluations: 60 * players * images, truncation: .towardsEmpty(tolerance: 0.5)))
      }, standardErrors: 5, isFreeOfSharing: false),
    Case(
      name: "tmab",
      estimator: { players, images in
        .tmab(
          .init(
            topCount: 4, componentsPerOrder: images,
            truncation: .consecutive(evaluations: 100, chance: 0, threshold: -1000),
            evaluations: 60 * players * images))
      }, standardErrors: 5),
    Case(
      name: "stars", estimator: { players, images in .stars(.init(evaluations: 240 * players * images)) },
      standardErrors: 5),
    Case(
      name: "stratified", estimator: { players, images in .stratified(.init(evaluations: 60 * players * images)) },
      standardErrors: 5),
    Case(
      name: "msr", estimator: { players, images in .msr(.init(evaluations: 60 * players * images)) },
      standardErrors: 5, isFreeOfSharing: false),
    Case(
      name: "svarm", estimator: { players, images in .svarm(.init(evaluations: 60 * players * images)) },
      standardErrors: 5, isFreeOfSharing: false),
    Case(
      name: "leverage", estimator: { players, images in .leverage(.init(evaluations: 60 * players * images)) },
      standardErrors: 5, isFreeOfSharing: false),
    Case(
      name: "regression-adjusted",
      estimator: { players, images in .regressionAdjusted(.init(evaluations: 60 * players * images)) },
      standardErrors: 5, isFreeOfSharing: false),
    Case(
      name: "racing", estimator: { players, images in .racing(.init(evaluations: 60 * players * images)) },
      standardErrors: 5, isFreeOfSharing: false),
    Case(
      name: "gradient", estimator: { players, images in .gradient(.init(evaluations: 60 * players * images)) },
      standardErrors: 5, bias: 0.6, isFreeOfSharing: false),
  ]

  /// Twelve of the detectors, so that all coalitions can be gone through: every kind that matters, and dummies.
  private static let chosen: [ConceptDetector] = [
    .colour(.red), .colour(.blue), .colour(.green), .mark, .frame, .background(.grass), .stripes(isVertical: false),
    .dots, .checks, .shape(.disc), .shape(.square), .shape(.star),
  ]

  private static func images(_ count: Int, seed: UInt64) throws -> (scenes: [WorldScene], images: LabeledImages) {
    let world = World(.flat, seed: seed)
    let scenes = (0..<count).map { world.scene(at: $0) }
    return (scenes, try world.labeledImages(of: scenes, preprocessing: .none))
  }

  private static func group(_ name: String) throws -> FilterGroup {
    FilterGroup(name: name, filters: [try Filter(parsing: name)])
  }

  @Test func everyDetectorAnswersToItsConceptAlone() throws {
    let concepts = try ConceptNetwork()
    let reference = ReferenceForward(concepts.network)
    let layer = try #require(concepts.network.index(ofNode: ConceptNetwork.conceptsLayer))
    let world = World(.flat, seed: 6)
    #expect(concepts.network.classCount == world.classNames.count)
    // Shapes, textures and colours in all combinations, not only those that have a class.
    for index in 0..<80 {
      var scene = world.scene(at: index)
      scene.shape = ObjectShape.allCases[index % 5]
      scene.texture = ObjectTexture.allCases[index / 5 % 4]
      scene.colour = ObjectColour.allCases[index / 20 % 4]
      let picture = world.image(of: scene).picture
      let input = try LabeledImages(images: [picture], labels: [0], preprocessing: .none).pixels(of: 0)
      let found = reference.activations(of: input)[layer]
      #expect(found == concepts.detectors.map { $0.finds(scene) ? 1 : 0 }, "\(scene)")
    }
  }

  @Test func theHeadTellsAllClassesApart() throws {
    let concepts = try ConceptNetwork()
    let (scenes, images) = try Self.images(64, seed: 9)
    let reference = ReferenceForward(concepts.network)
    for (place, scene) in scenes.enumerated() {
      let logits = reference.logits(of: images.pixels(of: place))
      #expect(logits == logits.indices.map { concepts.logit(of: $0, for: scene) })
      let others = logits.indices.filter { $0 != scene.label }.map { logits[$0] }
      #expect(logits[scene.label] >= (others.max() ?? .infinity) + 1)
    }
  }

  @Test(arguments: cases, [true, false])
  func theFiltersHaveTheValuesThatTheTruthGivesThem(testCase: Case, inOwnLayers: Bool) async throws {
    let concepts = try ConceptNetwork()
    let (scenes, images) = try Self.images(24, seed: 14)
    let all = concepts.shapleyValuesOfTheLogit(for: scenes)
    let places = Self.chosen.compactMap { concepts.detectors.firstIndex(of: $0) }
    let groups = try places.map { place in
      try Self.group(
        inOwnLayers
          ? concepts.filterName(of: concepts.detectors[place]) : "\(ConceptNetwork.conceptsLayer):\(place)")
    }
    let estimate = try await Self.estimate(
      concepts.network, images, .zero, groups, testCase.estimator(groups.count, images.count))
    try Self.expect(estimate, all: places.map { all[$0] }, testCase)
    // The mark is worth something, in spite of the minority; frame, background and checks are worth nothing.
    #expect(all[places[3]] > 0)
    guard testCase.isFreeOfSharing else { return }
    for place in [4, 5, 8] { #expect(estimate.values[place] == 0) }
  }

  @Test(arguments: cases)
  func underMeansTheFiltersHaveTheValuesThatTheTruthGivesThem(testCase: Case) async throws {
    let concepts = try ConceptNetwork()
    let (scenes, images) = try Self.images(24, seed: 15)
    let all = concepts.shapleyValuesOfTheLogitUnderMeans(for: scenes)
    let places = Self.chosen.compactMap { concepts.detectors.firstIndex(of: $0) }
    let groups = try places.map { try Self.group("\(ConceptNetwork.conceptsLayer):\($0)") }
    let estimate = try await Self.estimate(
      concepts.network, images, .mean, groups, testCase.estimator(groups.count, images.count))
    try Self.expect(estimate, all: places.map { all[$0] }, testCase)
  }

  @Test func aFilterSharesItsValueWithTheOneThatPassesItOn() async throws {
    // The same detector twice in a row: without either the concept is lost, so each has half of it, and a quarter of a pair.
    let concepts = try ConceptNetwork()
    let (scenes, images) = try Self.images(16, seed: 16)
    let all = concepts.shapleyValuesOfTheLogit(for: scenes)
    let chosen: [ConceptDetector] = [.dots, .mark, .stripes(isVertical: true)]
    let places = chosen.compactMap { concepts.detectors.firstIndex(of: $0) }
    let names =
      chosen.map { concepts.filterName(of: $0) } + places.map { "\(ConceptNetwork.conceptsLayer):\($0)" }
    let estimate = try await Self.estimate(concepts.network, images, .zero, names.map(Self.group), .exact())
    for (place, value) in places.enumerated().map({ ($0.offset, all[$0.element]) }) {
      #expect(abs(estimate.values[place] - value / 2) < 1e-6)
      #expect(abs(estimate.values[place + chosen.count] - value / 2) < 1e-6)
    }
  }

  private static func estimate(
    _ network: Network, _ images: LabeledImages, _ ablation: Ablation, _ groups: [FilterGroup],
    _ estimator: EstimatorChoice
  ) async throws -> ShapleyEstimate {
    let configuration = RankingConfiguration(
      metric: .logit, ablation: ablation, players: .init(grouping: .custom(groups)), estimator: estimator, seed: 3)
    let job = try await NeuronRankingJob.prepare(
      network: network, images: images, configuration: configuration, workers: 2)
    return try #require(try await job.run().result).estimate
  }

  private static func expect(_ estimate: ShapleyEstimate, all truth: [Double], _ testCase: Case) throws {
    #expect(truth.contains { abs($0) > 0.5 })
    for (player, expected) in zip(estimate.players, truth) {
      let allowed = (testCase.standardErrors ?? 0) * (player.standardError ?? 0) + testCase.bias + 1e-5
      #expect(abs(player.value - expected) <= allowed, "\(estimate.values) instead of \(truth)")
    }
    guard testCase.standardErrors != nil else { return }
    // The errors that are stated are of use: a tenth of the largest value at most.
    let largest = truth.map(abs).max() ?? 0
    #expect(estimate.players.allSatisfy { ($0.standardError ?? .infinity) < largest / 10 })
  }
}
