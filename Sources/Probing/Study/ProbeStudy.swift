import Images
import Inference
import InputErrors
import Statistics
import Tensors

/// Asks of several layers what they know of several concepts, with all controls.
public struct ProbeStudy: Sendable {
  /// How far a study has come.
  public enum Progress: Sendable, Hashable {
    /// Images whose activations were read.
    case reading(done: Int, total: Int)
    /// Pieces of work among all layers and concepts.
    case probing(done: Int, total: Int)
  }

  public let plan: ExecutionPlan
  public let images: LabeledImages
  public let layers: [ProbedLayer]
  public let concepts: [ProbedConcept]
  /// The identities of the control task by image and where they come from; nil for mirror images.
  public let identities: (column: String, numbers: [Int])?
  public let configuration: ProbeStudyConfiguration

  /// - Parameter identities: a column whose values recur, with a number for each image.
  /// - Throws: ``InputErrors/InputError`` when images do not fit the network, there is no layer or concept, a concept has
  ///   too few images, or the identities do not recur.
  public init(
    _ plan: ExecutionPlan, images: LabeledImages, layers: [ProbedLayer], concepts: [ProbedConcept],
    identities: (column: String, numbers: [Int])? = nil, configuration: ProbeStudyConfiguration
  ) throws(InputError) {
    guard !layers.isEmpty else { throw InputError(.usage, "there is no layer to probe") }
    guard !concepts.isEmpty else { throw InputError(.usage, "there is no concept to look for") }
    for concept in concepts { try configuration.validate(concept) }
    if let identities {
      for concept in concepts {
        let used = concept.rows.map { identities.numbers[$0] }
        let different = Set(used).count
        guard different >= max(2, concept.classCount ?? 2), used.count >= 2 * different else {
          throw InputError(
            .data, "the column '\(identities.column)' names nothing that recurs among the images of '\(concept.name)'",
            at: .init(key: "--identity"), expected: "some values, with two images each or more on average",
            found: "\(different) different values of \(used.count) images")
        }
      }
    }
    self.plan = plan
    self.images = images
    self.layers = layers
    self.concepts = concepts
    self.identities = identities
    self.configuration = configuration
  }

  /// The layers in groups whose features fit into `memory` bytes together.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when one layer alone does not.
  func groups(memory: Int) throws(InputError) -> [[ProbedLayer]] {
    var groups: [[ProbedLayer]] = [], taken = 0
    for layer in layers {
      // Of the network, of the untrained one and of mirror images; each twice while blocks are put together.
      let bytes = 6 * 4 * images.count * layer.featureCount(configuration.pooling)
      guard bytes <= memory else {
        throw InputError(
          .usage, "the activations of '\(layer.name)' do not fit in memory", at: .init(key: "--memory"),
          expected: "\(bytes >> 10) KiB", found: "\(memory >> 10) KiB",
          hint: configuration.pooling == .mean
            ? "use fewer images or more memory" : "use --pooling mean, fewer images or more memory")
      }
      if groups.isEmpty || taken + bytes > memory {
        groups.append([])
        taken = 0
      }
      groups[groups.count - 1].append(layer)
      taken += bytes
    }
    return groups
  }

  /// Runs everything.
  ///
  /// - Parameters:
  ///   - workers: tasks; results do not depend on it.
  ///   - memory: bytes that features may take at a time; more layers than fit take a forward pass each group.
  /// - Throws: ``InputErrors/InputError``; `CancellationError`.
  public func run(
    workers: Int = 1, memory: Int = 2 << 30, progress: (@Sendable (Progress) -> Void)? = nil
  ) async throws -> [ConceptProbes] {
    let groups = try groups(memory: memory)
    let untrained = try ExecutionPlan(
      plan.network.untrained(seed: configuration.seed), instructionSet: plan.instructionSet)
    let mirrored = identities == nil ? images.inputImages.mirrored : nil
    let baselines = try await inputs(workers: workers)
    let passCount = groups.count * (mirrored == nil ? 2 : 3)
    let pieceCount = concepts.count * layers.count * LayerWork.Piece.allCases.count
    var results = concepts.map { _ in [LayerProbe]() }
    var passes = 0, pieces = 0
    for group in groups {
      let parts = group.flatMap(\.parts)
      var sources: [[FeatureMatrix]] = []
      for (plan, images) in [(plan, images.inputImages), (untrained, images.inputImages)]
        + (mirrored.map { [(plan, $0)] } ?? [])
      {
        let before = passes * self.images.count, total = passCount * self.images.count
        sources.append(
          try await LayerActivations.collected(
            plan, layers: parts, pooling: configuration.pooling, images: images, workers: workers,
            progress: { progress?(.reading(done: before + $0, total: total)) }
          ).map(\.features))
        passes += 1
      }
      let works = layerWorks(group, sources, baselines)
      let done = pieces
      let outcomes = try await ParallelWork.map(
        count: works.count * LayerWork.Piece.allCases.count, workers: workers,
        progress: { progress?(.probing(done: done + $0, total: pieceCount)) }
      ) { piece in
        let kinds = LayerWork.Piece.allCases
        return try works[piece / kinds.count].run(kinds[piece % kinds.count])
      }
      pieces += outcomes.count
      for (place, work) in works.enumerated() {
        let count = LayerWork.Piece.allCases.count
        results[place % concepts.count].append(
          work.result(Array(outcomes[place * count..<(place + 1) * count])))
      }
    }
    return judged(results, baselines)
  }

  /// The works of a group, layer by layer and within a layer concept by concept.
  private func layerWorks(
    _ group: [ProbedLayer], _ sources: [[FeatureMatrix]], _ baselines: [HeldOutScores]
  ) -> [LayerWork] {
    var start = 0
    return group.flatMap { layer in
      let range = start..<start + layer.parts.count
      start = range.upperBound
      let matrices = sources.map { FeatureMatrix.joined(Array($0[range])) }
      return concepts.enumerated().map { place, concept in
        LayerWork(
          concept: concept, layer: layer, features: matrices[0], untrained: matrices[1],
          mirrored: matrices.count > 2 ? matrices[2] : nil, identities: identities, input: baselines[place].score,
          configuration: configuration)
      }
    }
  }

  /// What can be read of every concept from the images themselves.
  private func inputs(workers: Int) async throws -> [HeldOutScores] {
    let features = LayerActivations.input(images.inputImages)
    let (concepts, configuration) = (concepts, configuration)
    return try await ParallelWork.map(count: concepts.count, workers: workers) { place in
      let concept = concepts[place]
      return try HeldOutScores(
        features.rows(concept.rows), concept.target, folds: try concept.folds(configuration),
        trainer: ProbeTrainer(configuration.probe(for: concept)), seed: configuration.seed)
    }
  }

  /// Corrects for the number of layers and concepts, and says what may be said.
  private func judged(_ results: [[LayerProbe]], _ baselines: [HeldOutScores]) -> [ConceptProbes] {
    let adjusted = MultipleTesting.holm.adjusted(results.joined().map(\.pValue))
    var next = 0
    return zip(concepts, zip(results, baselines)).map { concept, found in
      let layers = found.0.map { probe in
        var probe = probe
        probe.adjustedPValue = adjusted[next]
        next += 1
        if probe.adjustedPValue <= configuration.errorRate {
          probe.verdict = probe.aboveInput.lower > 0 && probe.aboveUntrained.lower > 0 ? .learned : .decodable
        }
        return probe
      }
      return ConceptProbes(
        concept: concept.name, classNames: concept.classNames,
        imageCounts: concept.classCount == nil ? [concept.rows.count] : concept.classSizes, chance: concept.chance,
        input: found.1.score, layers: layers)
    }
  }
}

extension ProbedConcept {
  /// The fold of each row, for each repetition; the same for every layer, so that differences are paired.
  func folds(_ configuration: ProbeStudyConfiguration) throws(InputError) -> [[Int]] {
    var folds: [[Int]] = []
    for repetition in 0..<configuration.repetitions {
      folds.append(
        try StratifiedFolds.assign(
          target, count: configuration.folds, seed: configuration.seed &+ UInt64(1_000_000 + repetition)))
    }
    return folds
  }
}

extension InputImages {
  /// Every image as in a mirror: columns in the opposite order.
  var mirrored: InputImages {
    let shape = shape
    return InputImages(count: count, shape: shape) { [self] index, buffer in
      copy(index, into: buffer)
      for row in 0..<shape.channels * shape.height {
        var (left, right) = (row * shape.width, (row + 1) * shape.width - 1)
        while left < right {
          buffer.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
    }
  }
}
