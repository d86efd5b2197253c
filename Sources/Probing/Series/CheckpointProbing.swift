import Images
import Inference
import InputErrors
import Networks

/// A network at one step of its training.
public struct ProbedCheckpoint: Sendable {
  /// Steps of training that lie behind it; ascending in a series.
  public let step: Double
  /// What the checkpoint is called: its file.
  public let name: String
  public let network: Network

  public init(step: Double, name: String, network: Network) {
    self.step = step
    self.name = name
    self.network = network
  }
}

/// What, when and where: which concepts can be read from which layers after which steps of training.
///
/// McGrath et al. 2022 asked this of a chess network. Scores are held-out, on the same folds at every step and layer; their
/// height is above what the same probe reads from the images themselves.
public struct CheckpointProbing: Sendable {
  public let images: LabeledImages
  public let concepts: [ProbedConcept]
  public let configuration: ProbeStudyConfiguration

  public init(images: LabeledImages, concepts: [ProbedConcept], configuration: ProbeStudyConfiguration)
    throws(InputError)
  {
    guard !concepts.isEmpty else { throw InputError(.usage, "there is no concept to look for") }
    for concept in concepts { try configuration.validate(concept) }
    self.images = images
    self.concepts = concepts
    self.configuration = configuration
  }

  /// Probes all layers of all checkpoints.
  ///
  /// - Parameters:
  ///   - checkpoints: in the order of training; called for one after another, so that one network is in memory at a time.
  ///   - layers: the names of the layers, which every checkpoint has; nil for all of filters.
  /// - Throws: ``InputErrors/InputError`` when a layer is missing, or as ``ProbeStudy``; `CancellationError`.
  public func run(
    checkpointCount: Int, layers names: [String]?, workers: Int = 1,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil, checkpoint: (Int) throws -> ProbedCheckpoint
  ) async throws -> [WhatWhenWhere] {
    let input = LayerActivations.input(images.inputImages)
    let (concepts, configuration) = (concepts, configuration)
    @Sendable func held(_ features: FeatureMatrix, _ concept: ProbedConcept) throws -> HeldOutScores {
      try HeldOutScores(
        features.rows(concept.rows), concept.target, folds: try concept.folds(configuration),
        trainer: ProbeTrainer(configuration.probe(for: concept)), seed: configuration.seed)
    }
    let baselines = try await ParallelWork.map(count: concepts.count, workers: workers) {
      try held(input, concepts[$0])
    }
    var series: [WhatWhenWhere.Builder] = zip(concepts, baselines).map {
      .init(concept: $0, input: $1, configuration: configuration)
    }
    var layerNames = names
    for index in 0..<checkpointCount {
      let checkpoint = try checkpoint(index)
      let plan = try ExecutionPlan(checkpoint.network)
      let catalog = LayerCatalog(plan)
      let layers: [ActivationLayer]
      do {
        layers = try layerNames.map { names in try names.map { try catalog.layer(named: $0) } } ?? catalog.filterLayers
      } catch let error as InputError { throw error.inFile(checkpoint.name) }
      layerNames = layerNames ?? layers.map(\.name)
      let features: [FeatureMatrix]
      do {
        features = try await LayerActivations.collected(
          plan, layers: layers, pooling: configuration.pooling, images: images.inputImages, workers: workers
        ).map(\.features)
      } catch let error as InputError { throw error.inFile(checkpoint.name) }
      let before = index * layers.count * concepts.count
      let scores = try await ParallelWork.map(
        count: layers.count * concepts.count, workers: workers,
        progress: { progress?(before + $0, checkpointCount * layers.count * concepts.count) }
      ) { piece in try held(features[piece / concepts.count], concepts[piece % concepts.count]) }
      for place in concepts.indices {
        series[place].add(
          checkpoint, layers.map(\.name), layers.indices.map { scores[$0 * concepts.count + place] })
      }
    }
    return series.map { $0.result }
  }
}
