import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Probing
import Tensors
import Testing

extension Network {
  /// The planted network with filters that are 0 everywhere.
  var silenced: Network {
    get throws {
      var nodes = self.nodes
      guard case .convolution(var layer) = nodes[1].layer else { return self }
      layer.weight = Tensor(repeating: 0, shape: layer.weight.shape)
      nodes[1].layer = .convolution(layer)
      return try Network(name: name, nodes: nodes)
    }
  }
}

@Suite struct ConceptEffectTests {
  private func effect(_ name: String, ownDecisions: Bool, network: Network) async throws -> ConceptEffect {
    let world = try PlantedWorld(seed: 3)
    let plan = try ExecutionPlan(network)
    let layer = try LayerCatalog(plan).layer(named: "conv1")
    let features = try await LayerActivations.collected(
      plan, layers: [layer], pooling: .mean, images: world.images.inputImages)[0].features
    let measurement = try await ConceptEffectMeasurement(
      plan, images: world.images, usesOwnDecisions: ownDecisions, metric: .logLikelihood(floor: nil), ablation: .mean,
      seed: 1)
    let concept = try #require(world.concepts[name])
    return try await measurement.measured(
      concept, at: layer, features: features,
      configuration: PlantedWorld.configuration().probe(for: concept), workers: 2)
  }

  @Test(arguments: [false, true]) func whatTheClassifierReadsIsUsed(_ ownDecisions: Bool) async throws {
    let used = try await effect("used", ownDecisions: ownDecisions, network: PlantedWorld.network())
    #expect(used.verdict == .used && used.isJudgedByOwnDecisions == ownDecisions)
    #expect(used.direction.pValue <= 0.025 && used.direction.random.count == 39)
    #expect(used.before - used.direction.after > 0.08)
    #expect(Set(used.neuronNames).isSuperset(of: ["conv1:0", "conv1:1"]))
    #expect(used.imageCount < 120, "judged on the images that show it")
  }

  @Test func aConceptIsJudgedOnTheImagesThatShowIt() async throws {
    let world = try PlantedWorld(seed: 3)
    let plan = try ExecutionPlan(PlantedWorld.network())
    let measurement = try await ConceptEffectMeasurement(
      plan, images: world.images, usesOwnDecisions: false, metric: .accuracy, ablation: .mean, imageCount: 20, seed: 1)
    let concept = try #require(world.concepts["unused"])
    guard case .classes(let labels, _) = concept.target else { return }
    let judged = measurement.judgedImages(concept)
    #expect(judged.count == 20 && judged.allSatisfy { labels[$0] == 1 })
    let amount = try #require(world.concepts["amount"])
    #expect(Set(measurement.judgedImages(amount)).count == 20)
  }

  @Test func whatItDoesNotReadIsHarmless() async throws {
    let unused = try await effect("unused", ownDecisions: false, network: PlantedWorld.network())
    #expect(unused.verdict == .notShown)
    #expect(abs(unused.before - unused.direction.after) < 0.05)
  }

  @Test func fromALayerThatNeverChangesNothingIsRemoved() async throws {
    let silent = try await effect("used", ownDecisions: false, network: PlantedWorld.network().silenced)
    #expect(silent.verdict == .notShown && silent.direction.removedCount == 0)
    #expect(silent.direction.after == silent.before && silent.direction.pValue == 1)
  }

  @Test func whatWasNotFoundIsNotSaidToBeUsed() async throws {
    let world = try PlantedWorld(seed: 3)
    let plan = try ExecutionPlan(PlantedWorld.network())
    let layer = try LayerCatalog(plan).layer(named: "conv1")
    let features = try await LayerActivations.collected(
      plan, layers: [layer], pooling: .mean, images: world.images.inputImages)[0].features
    let measurement = try await ConceptEffectMeasurement(
      plan, images: world.images, usesOwnDecisions: false, metric: .logLikelihood(floor: nil),
      ablation: .mean, seed: 1)
    let concept = try #require(world.concepts["used"])
    let effect = try await measurement.measured(
      concept, at: layer, features: features, configuration: PlantedWorld.configuration().probe(for: concept),
      isFound: false)
    #expect(effect.verdict == .notShown && effect.direction.after < effect.before)
  }
}
