import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Probing
import Tensors

/// Asks a network how much concepts matter to classes: features, gradients, CAVs, tests, interventions.
public struct TCAVStudy: Sendable {
  /// The images of a concept that lie furthest along its direction, and least far.
  public struct Projection: Sendable, Hashable, Codable {
    public var layer: String
    public var concept: String
    /// Places among the concept images, the furthest first.
    public var most: [Int]
    /// The least far first.
    public var least: [Int]
    /// Places among the random images that lie furthest along it.
    public var random: [Int]
  }

  /// What a study yields.
  public struct Outcome: Sendable {
    public var result: TCAVResult
    public var interventions: [ConceptIntervention]
    public var projections: [Projection]
    /// For each class the share of its images that are recognised.
    public var classAccuracies: [Double]
  }

  /// What is being done, for a line of progress.
  public enum Phase: String, Sendable {
    case activations, gradients, vectors, interventions
  }

  /// The most memory that features and gradients may take.
  public static let maximumBytes = 4 << 30

  public let configuration: TCAVConfiguration
  public let plan: ExecutionPlan
  public let layers: [ActivationLayer]
  public let images: TCAVImages
  public let measuresInterventions: Bool
  /// Pictures of a kind for each concept and layer.
  static let pictureCount = 6
  /// Layers where none are named.
  public static let usualLayerCount = 6

  /// - Parameters:
  ///   - network: whose logits are asked about.
  ///   - layers: names; nil for layers of filters spread evenly over the depth, without the classifier.
  ///   - allLayers: whether these are all of them instead of at most ``usualLayerCount``.
  /// - Throws: ``InputErrors/InputError`` (usage) when a setting or a layer's name is wrong; (data) when the features would
  ///   not fit into memory.
  public init(
    _ network: Network, instructionSet: InstructionSet = .fastest, layers names: [String]?, allLayers: Bool = false,
    images: TCAVImages, configuration: TCAVConfiguration, measuresInterventions: Bool = true
  ) throws {
    try configuration.check()
    guard configuration.pooling != .positions else {
      throw InputError(
        .usage, "concepts have one direction for a whole layer", at: .init(key: "--pool"),
        expected: "mean, max or flatten", found: "'positions'")
    }
    plan = try ExecutionPlan(network, instructionSet: instructionSet, purpose: .differentiation)
    let catalog = LayerCatalog(plan)
    layers =
      try names.map { try $0.map { try Self.layer($0, catalog) } }
      ?? Self.candidates(catalog, network, most: allLayers ? .max : Self.usualLayerCount)
    for (place, layer) in layers.enumerated() where layers[..<place].contains(layer) {
      throw InputError(.usage, "the layer comes twice", at: .init(key: "--layers"), found: "'\(layer.name)'")
    }
    self.images = images
    self.configuration = configuration
    self.measuresInterventions = measuresInterventions
    let rows = images.conceptImages.count + images.random.count + images.classImages.count
    let bytes = layers.reduce(0) { $0 + configuration.pooling.featureCount($1.shape) * rows * 2 * 4 }
    guard bytes <= Self.maximumBytes else {
      throw InputError(
        .data, "the features of these images do not fit into memory",
        expected: "at most \(Self.maximumBytes >> 30) GiB", found: "\(bytes >> 20) MiB",
        hint: "use --pool mean, fewer --layers or fewer images")
    }
  }

  private static func layer(_ name: String, _ catalog: LayerCatalog) throws(InputError) -> ActivationLayer {
    do { return try catalog.layer(named: name) } catch {
      var error = error
      error.place.key = "--layers"
      throw error
    }
  }

  /// Layers of filters without the classifier, spread evenly over the depth.
  private static func candidates(_ catalog: LayerCatalog, _ network: Network, most: Int) -> [ActivationLayer] {
    let classifiers = Set(network.classifierSources.map { network.nodes[$0].name })
    let hidden = catalog.filterLayers.filter { !classifiers.contains($0.name) }
    let layers = hidden.isEmpty ? catalog.filterLayers : hidden
    let count = min(most, layers.count)
    return (0..<count).map { layers[($0 + 1) * layers.count / count - 1] }
  }

  /// - Parameter progress: phase, done and total.
  /// - Throws: ``InputErrors/InputError``; `CancellationError`.
  public func outcome(
    workers: Int = 1, progress: (@Sendable (_ phase: Phase, _ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> Outcome {
    let pooling = configuration.pooling
    let conceptCount = images.conceptImages.count, randomCount = images.random.count
    let total = conceptCount + randomCount
    let reading = try readingPlan()
    var features = try await LayerActivations.collected(
      reading, layers: layers, pooling: pooling, images: images.conceptImages.inputImages, workers: workers
    ) { progress?(.activations, $0, total) }.map(\.features)
    let random = try await LayerActivations.collected(
      reading, layers: layers, pooling: pooling, images: images.random.inputImages, workers: workers
    ) { progress?(.activations, conceptCount + $0, total) }.map(\.features)
    for place in features.indices {
      features[place] = FeatureMatrix(
        rowCount: total, columnCount: features[place].columnCount,
        values: features[place].values + random[place].values)
    }
    let labels = images.classImages.labels
    let gradients = try await ClassGradients.collected(
      plan, layers: layers, pooling: pooling, images: images.classImages.inputImages, labels: labels, workers: workers
    ) { progress?(.gradients, $0, labels.count) }
    let classes = images.classes.map { label in
      TCAVData.ImageClass(
        images.className(of: label), rows: labels.indices.filter { labels[$0] == label })
    }
    let data = TCAVData(
      concepts: images.concepts.map { .init($0.name, rows: $0.places) },
      randomRows: Array(conceptCount..<total), classes: classes,
      layers: layers.indices.map {
        .init(name: layers[$0].name, features: features[$0], gradients: gradients.layers[$0])
      })
    let result = try await TCAVAnalysis(configuration).result(data, workers: workers) { progress?(.vectors, $0, $1) }
    var interventions: [ConceptIntervention] = []
    if measuresInterventions {
      for place in layers.indices {
        interventions += try await self.interventions(data, place, result, workers) { done in
          progress?(.interventions, place * labels.count + done, layers.count * labels.count)
        }
      }
    }
    return Outcome(
      result: result, interventions: interventions, projections: projections(data, result, conceptCount),
      classAccuracies: classes.map { own in
        Double(own.rows.count { gradients.areRight[$0] }) / Double(own.rows.count)
      })
  }

  /// A plan that ends at the last of the layers: what lies behind it is not needed to read them. The whole one where a
  /// layer's result would not be stored there.
  private func readingPlan() throws -> ExecutionPlan {
    guard let last = layers.map(\.node).max(), last > 0 else { return plan }
    let network = try Network(name: plan.network.name, nodes: Array(plan.network.nodes[...last]))
    let short = try ExecutionPlan(network, instructionSet: plan.instructionSet)
    return layers.allSatisfy { short.isStored(node: $0.node) } ? short : plan
  }

  private func interventions(
    _ data: TCAVData, _ place: Int, _ result: TCAVResult, _ workers: Int,
    progress: @escaping @Sendable (_ imagesDone: Int) -> Void
  ) async throws -> [ConceptIntervention] {
    let layer = layers[place]
    let directions = data.concepts.compactMap { concept -> ConceptInterventionMeasurement.Direction? in
      guard let vector = result.vector(layer: layer.name, concept: concept.name), !vector.isWithheld else { return nil }
      return .init(
        concept: concept.name, vector: vector.direction,
        slopes: data.layers[place].gradients.products(vector.direction))
    }
    let measurement = ConceptInterventionMeasurement(
      plan.network, instructionSet: plan.instructionSet, layer: layer,
      mean: try await meanActivations(data, place, workers))
    return try await measurement.measured(
      directions, randomDirections: result.randomDirections[place], images: images.classImages.inputImages,
      labels: images.classImages.labels, classes: data.classes, resamples: configuration.resampleCount,
      seed: configuration.seed, workers: workers, progress: progress)
  }

  /// The mean activations of random images: of each channel over positions, or of each element.
  private func meanActivations(_ data: TCAVData, _ place: Int, _ workers: Int) async throws -> [Float] {
    let features: FeatureMatrix
    switch configuration.pooling {
    case .mean, .flatten: features = data.layers[place].features.rows(data.randomRows)
    case .max, .positions:
      features = try await LayerActivations.collected(
        plan, layers: [layers[place]], pooling: .mean, images: images.random.inputImages, workers: workers)[0].features
    }
    return Standardization(of: features).means.map(Float.init)
  }

  private func projections(_ data: TCAVData, _ result: TCAVResult, _ conceptCount: Int) -> [Projection] {
    data.layers.flatMap { layer in
      data.concepts.compactMap { concept -> Projection? in
        guard let vector = result.vector(layer: layer.name, concept: concept.name), !vector.isWithheld else {
          return nil
        }
        let amounts = layer.features.products(vector.direction)
        func sorted(_ rows: [Int]) -> [Int] { rows.sorted { (amounts[$1], $0) < (amounts[$0], $1) } }
        let own = sorted(concept.rows), count = min(Self.pictureCount, own.count / 2)
        return Projection(
          layer: layer.name, concept: concept.name, most: Array(own.prefix(count)), least: own.suffix(count).reversed(),
          random: sorted(data.randomRows).prefix(count).map { $0 - conceptCount })
      }
    }
  }
}
