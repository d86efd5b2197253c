import Images
import Inference
import InputErrors
import Probing
import Tensors
import Testing

@Suite struct ProbeStudyTests {
  private func study(
    _ names: [String], seed: UInt64 = 1, images: Int = 120, pooling: ActivationPooling = .mean, repetitions: Int = 2
  ) throws -> ProbeStudy {
    let world = try PlantedWorld(seed: seed, count: images)
    let plan = try ExecutionPlan(PlantedWorld.network())
    var configuration = PlantedWorld.configuration(seed: seed, repetitions: repetitions)
    configuration.pooling = pooling
    return try ProbeStudy(
      plan, images: world.images, layers: [ProbedLayer(try LayerCatalog(plan).layer(named: "conv1"))],
      concepts: try names.map { try #require(world.concepts[$0]) }, configuration: configuration)
  }

  @Test func plantedConceptsAreLearnedAndTheirNeuronsFound() async throws {
    let study = try study(["used", "unused", "amount", "nothing"], images: 300)
    let found = try await study.run(workers: 2)
    for (place, first) in [(0, 0), (1, 2)] {
      let layer = try #require(found[place].best)
      #expect(layer.score.mean > 0.85 && layer.verdict == .learned)
      #expect(layer.aboveInput.lower > 0 && layer.aboveUntrained.lower > 0 && layer.selectivity.lower > 0)
      #expect(abs(layer.controls.shuffled.mean - 0.5) < 0.15)
      #expect(found[place].input.mean < 0.7, "no linear map of the image tells how far it goes")
      let order = try #require(layer.sufficiencies.first { $0.order == .weightMass })
      #expect(Set(order.leading.prefix(2)) == [first, first + 1])
      #expect((order.sufficient ?? 99) <= 4)
      let compression = try #require(layer.descriptionLength).compression
      #expect(compression > 1.2)
      let best = try #require(layer.units.max { $0.balancedAccuracy < $1.balancedAccuracy })
      #expect([first, first + 1].contains(best.unit))
    }
    let amount = try #require(found[2].best)
    #expect(found[2].chance == 0 && amount.descriptionLength == nil && amount.units.isEmpty)
    #expect(found[2].input.mean > 0.7, "a quantity along a direction of the image")
    let nothing = try #require(found[3].best)
    #expect(nothing.verdict == .notFound)
    #expect(try #require(nothing.descriptionLength).compression < 1.2)
    // Holm over all four: adjusted probabilities are no smaller.
    #expect(found.flatMap(\.layers).allSatisfy { $0.adjustedPValue >= $0.pValue })
  }

  /// Labels that have nothing to do with the image, in thirty independent studies.
  @Test func nothingIsNeverFound() async throws {
    var falseFinds = 0
    for seed in 100..<130 {
      let found = try await study(["nothing"], seed: UInt64(seed), repetitions: 1).run(workers: 2)
      if found[0].layers[0].verdict != .notFound { falseFinds += 1 }
    }
    // At a rate of 5 %, more than five of thirty come once in 400 times.
    #expect(falseFinds <= 5, "\(falseFinds) of 30")
  }

  @Test func theResultIsTheSameForAnyNumberOfWorkersAndAnyMemory() async throws {
    let study = try study(["used", "amount"], repetitions: 1)
    let one = try await study.run(workers: 1)
    let three = try await study.run(workers: 3)
    #expect(one == three)
    let error = await #expect(throws: InputError.self) { try await study.run(workers: 1, memory: 1000) }
    #expect(error?.description.contains("conv1") == true)
  }

  @Test func everyCellOfAMapIsProbed() async throws {
    let found = try await study(["used"], pooling: .positions, repetitions: 1).run(workers: 2)
    let layer = found[0].layers[0]
    #expect(layer.cells.count == 4 && layer.cellColumns == 2 && layer.featureCount == 4 * 32)
    #expect(layer.cells.allSatisfy { $0.mean > 0.8 }, "the planted images are the same at every position")
  }

  @Test func recurringIdentitiesAreMemorised() async throws {
    // Four identities, and each of them has one of four clearly different activations.
    let world = try PlantedWorld(seed: 5)
    let plan = try ExecutionPlan(PlantedWorld.network())
    let concept = try #require(world.concepts["used"])
    guard case .classes(let labels, _) = concept.target, case .classes(let others, _) = world.concepts["unused"]?.target
    else { return }
    let identities = zip(labels, others).map { 2 * $0 + $1 }
    let study = try ProbeStudy(
      plan, images: world.images, layers: [ProbedLayer(try LayerCatalog(plan).layer(named: "conv1"))],
      concepts: [concept], identities: ("kind", identities), configuration: PlantedWorld.configuration())
    let layer = try await study.run(workers: 2)[0].layers[0]
    #expect(layer.controls.controlTask.mean > 0.7, "random labels of four kinds that the layer tells apart")
    let error = #expect(throws: InputError.self) {
      try ProbeStudy(
        plan, images: world.images, layers: study.layers, concepts: [concept],
        identities: ("each", Array(0..<120)), configuration: PlantedWorld.configuration())
    }
    #expect(error?.description.contains("recurs") == true)
  }

  @Test func tooFewImagesNameTheClassAndTheNumber() throws {
    let world = try PlantedWorld(seed: 1)
    let plan = try ExecutionPlan(PlantedWorld.network())
    let concept = ProbedConcept(
      name: "rare", rows: Array(0..<20), target: .classes((0..<20).map { $0 < 3 ? 1 : 0 }, count: 2),
      classNames: ["common", "rare"])
    let error = #expect(throws: InputError.self) {
      try ProbeStudy(
        plan, images: world.images, layers: [ProbedLayer(try LayerCatalog(plan).layer(named: "conv1"))],
        concepts: [concept], configuration: PlantedWorld.configuration())
    }
    #expect(error?.description.contains("'rare'") == true && error?.expected == "at least 5" && error?.found == "3")
  }

  @Test func aLayerThatNeverChangesIsNotFoundAndFinite() async throws {
    let world = try PlantedWorld(seed: 2)
    let plan = try ExecutionPlan(PlantedWorld.network(learnt: 1).silenced)
    let study = try ProbeStudy(
      plan, images: world.images, layers: [ProbedLayer(try LayerCatalog(plan).layer(named: "conv1"))],
      concepts: [try #require(world.concepts["used"])], configuration: PlantedWorld.configuration(repetitions: 1))
    let layer = try await study.run()[0].layers[0]
    #expect(layer.verdict == .notFound && layer.score.mean == 0.5 && layer.pValue >= 0.5)
    #expect(layer.units.allSatisfy { $0.weight == 0 && $0.threshold == nil })
  }
}
