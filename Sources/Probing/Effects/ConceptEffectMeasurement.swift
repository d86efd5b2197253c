import Images
import Inference
import InputErrors
import NeuronShapley
import Statistics

/// Measures what removing a concept from a layer does to the network's performance.
public struct ConceptEffectMeasurement: Sendable {
  public let plan: ExecutionPlan
  /// What the performance is measured on: for a concept of two classes, those of these that show it.
  public let images: LabeledImages
  /// The most images that a concept is judged on.
  public let imageCount: Int
  /// The class that each image ought to be taken for.
  public let labels: [Int]
  public let isJudgedByOwnDecisions: Bool
  public let metric: PerformanceMetric
  public let ablation: CalibratedAblation
  /// Random removals beside each of the concept's.
  public let drawCount: Int
  /// Neurons that are removed together, at most; never more than a quarter of a layer's.
  public let neuronCount: Int
  public let seed: UInt64

  /// - Parameter usesOwnDecisions: whether the whole network's decisions take the place of labels, for images that have
  ///   none: then the metric says how far the network stays with what it thought.
  /// - Throws: ``InputErrors/InputError`` when images, labels or the metric do not fit; `CancellationError`.
  public init(
    _ plan: ExecutionPlan, images: LabeledImages, usesOwnDecisions: Bool, metric: PerformanceMetric, ablation: Ablation,
    imageCount: Int = 200, drawCount: Int = 39, neuronCount: Int = 10, seed: UInt64, workers: Int = 1
  ) async throws {
    try metric.validate(classCount: plan.network.classCount)
    if !usesOwnDecisions { try images.requireFit(plan.network) }
    self.plan = plan
    self.images = images
    self.metric = metric
    self.imageCount = imageCount
    self.drawCount = drawCount
    self.neuronCount = neuronCount
    self.seed = seed
    isJudgedByOwnDecisions = usesOwnDecisions
    self.ablation = try await CalibratedAblation.measured(
      ablation, plan: plan, on: images, seed: seed, workers: workers)
    if usesOwnDecisions {
      let logits = try await BlockwiseInference(plan, images: images.inputImages, workers: workers).logits()
      let count = plan.network.classCount
      labels = images.labels.indices.map { image in
        (0..<count).reduce(0) { logits[image * count + $1] > logits[image * count + $0] ? $1 : $0 }
      }
    } else {
      labels = images.labels
    }
  }

  /// Trains the concept's probe on all its images and removes what it reads.
  ///
  /// - Parameters:
  ///   - features: of the concept's images at the layer, pooled by mean or maximum.
  ///   - isFound: whether the concept can be read from the layer; what cannot be read is not said to be used.
  /// - Throws: as ``ProbeTrainer``, and when an output is not finite; `CancellationError`. Complexity: for each removal,
  ///   what lies behind the layer, once an image.
  public func measured(
    _ concept: ProbedConcept, at layer: ActivationLayer, features: FeatureMatrix, configuration: ProbeConfiguration,
    isFound: Bool = true, workers: Int = 1, progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> ConceptEffect {
    precondition(features.columnCount == layer.shape.channels, "a feature a channel")
    let judged = judgedImages(concept)
    let trained = try ProbeTrainer(configuration).train(features, concept.target, seed: seed)
    let moments = Standardization(of: features)
    let read = Self.directions(of: trained)
    var sets = [read]
    // Directions as a probe finds them where there is nothing to find: a concept that says nothing is one more of them.
    let (seed, trainer) = (seed, ProbeTrainer(configuration))
    sets += try await ParallelWork.map(count: drawCount, workers: workers) { draw in
      var stream = RandomStream(seed: seed, purpose: .randomDirection, index: draw)
      let shuffled = concept.target.rows(stream.permutation(of: concept.rows.count))
      return Self.directions(of: try trainer.train(features, shuffled, seed: seed))
    }
    let directions = try await directionScores(
      sets, at: layer, means: moments.means.map(Float.init), on: judged, workers: workers, progress: progress)
    let direction = ConceptEffect.Trial(
      removedCount: read.count, after: directions[1], random: Array(directions.dropFirst(2)))
    let neurons = try await removedNeurons(trained, layer, features, concept, on: judged, workers: workers)
    // Neurons say how the concept lies in the layer, not whether it is used: leading ones are no random ones, they often
    // carry other things as well.
    let isUsed = isFound && !read.isEmpty && direction.pValue <= ConceptEffect.errorRate
    return ConceptEffect(
      concept: concept.name, layer: layer.name, metric: metric.name, isJudgedByOwnDecisions: isJudgedByOwnDecisions,
      imageCount: judged.count, before: directions[0], direction: direction, neurons: neurons?.trial,
      neuronNames: neurons?.names ?? [], verdict: isUsed ? .used : .notShown)
  }

  /// The metric with nothing removed, and without each set of directions; a set may be empty, where a sparse probe has no
  /// weights.
  private func directionScores(
    _ sets: [[[Float]]], at layer: ActivationLayer, means: [Float], on judged: [Int], workers: Int,
    progress: (@Sendable (_ imagesDone: Int) -> Void)?
  ) async throws -> [Double] {
    guard sets.contains(where: { !$0.isEmpty }) else {
      let before = try await scores(
        plan, [[UInt8](repeating: 0, count: plan.unitCount)], .constants(.init(repeating: 0, count: plan.unitCount)),
        on: judged, workers: workers, progress: progress)[0]
      return [Double](repeating: before, count: sets.count + 1)
    }
    let steered = try SteeredNetwork(
      plan.network, node: layer.node,
      interventions: sets.joined().map { DirectionIntervention(.removal(mean: means), along: $0) })
    let steeredPlan = try ExecutionPlan(
      steered.network, instructionSet: plan.instructionSet, purpose: .incremental)
    var next = 0
    var masks = [steered.masks(steeredPlan, active: [])]
    for set in sets {
      masks.append(steered.masks(steeredPlan, active: Array(next..<next + set.count)))
      next += set.count
    }
    return try await scores(
      steeredPlan, masks, steered.replacement(steeredPlan), on: judged, workers: workers, progress: progress)
  }

  /// Orthonormal directions that span what the probe reads; none for a probe without weights.
  private static func directions(of trained: TrainedProbe) -> [[Float]] {
    guard let linear = trained.linear else { return [] }
    return orthonormal((0..<linear.outputCount).map { linear.direction($0).vector })
  }

  /// Gram and Schmidt, without what is dependent on the ones before.
  static func orthonormal(_ vectors: [[Double]]) -> [[Float]] {
    var basis: [[Double]] = []
    for vector in vectors {
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { continue }
      var rest = vector.map { $0 / length }
      for _ in 0..<2 {
        for known in basis {
          let share = zip(rest, known).reduce(0) { $0 + $1.0 * $1.1 }
          for place in rest.indices { rest[place] -= share * known[place] }
        }
      }
      let left = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard left > 1e-6 else { continue }
      basis.append(rest.map { $0 / left })
    }
    return basis.map { $0.map(Float.init) }
  }

  private func removedNeurons(
    _ trained: TrainedProbe, _ layer: ActivationLayer, _ features: FeatureMatrix, _ concept: ProbedConcept,
    on judged: [Int], workers: Int
  ) async throws -> (trial: ConceptEffect.Trial, names: [String])? {
    guard let site = layer.site else { return nil }
    let channels = layer.shape.channels, count = min(neuronCount, (channels + 3) / 4)
    let order = try NeuronOrder.weightMass.order(features, concept.target, probe: trained)
    var sets = [[], Array(order.prefix(count))]
    for draw in 0..<drawCount {
      var stream = RandomStream(seed: seed, purpose: .randomDirection, index: draw, subindex: 1)
      sets.append(stream.sample(count, of: channels))
    }
    let first = plan.sites[site].firstUnit
    let masks = sets.map { set in
      var mask = [UInt8](repeating: 0, count: plan.unitCount)
      for channel in set { mask[first + channel] = .max }
      return mask
    }
    let incremental = try ExecutionPlan(
      plan.network, instructionSet: plan.instructionSet, purpose: .incremental)
    let scores = try await scores(incremental, masks, ablation.replacement, on: judged, workers: workers, progress: nil)
    return (
      ConceptEffect.Trial(removedCount: count, after: scores[1], random: Array(scores.dropFirst(2))),
      sets[1].map { "\(layer.name):\($0)" }
    )
  }

  /// The images that a concept is judged on: those that show it, where it has two classes; drawn by the seed where they are
  /// many.
  package func judgedImages(_ concept: ProbedConcept) -> [Int] {
    let shown: [Int] =
      switch concept.target {
      case .classes(let labels, 2): concept.rows.indices.filter { labels[$0] == 1 }.map { concept.rows[$0] }
      case .classes, .values: concept.rows
      }
    guard shown.count > imageCount else { return shown }
    return ImageSampling.indices(drawing: imageCount, of: shown.count, seed: seed).map { shown[$0] }
  }

  /// The number of images that a concept is judged on.
  public func imageCount(for concept: ProbedConcept) -> Int { judgedImages(concept).count }

  /// The metric's mean over the images, for each mask.
  private func scores(
    _ plan: ExecutionPlan, _ masks: [[UInt8]], _ replacement: Replacement, on judged: [Int], workers: Int,
    progress: (@Sendable (_ imagesDone: Int) -> Void)?
  ) async throws -> [Double] {
    let inference = try BlockwiseInference(
      plan, images: images.inputImages.selecting(judged), workers: workers)
    let metric = metric
    let labels = judged.map { self.labels[$0] }
    let (names, total) = (judged.map { images.names[$0] }, judged.count)
    let blocks = try await inference.mapBlocks(
      progress: { progress?(min(total, $0 * ExecutionPlan.laneCount)) }
    ) { pass, range in
      var logits = [Float](repeating: 0, count: plan.network.classCount)
      return try masks.map { mask in
        pass.run(removing: mask, replacement: replacement)
        var sum = 0.0, count = 0
        for (lane, image) in range.enumerated() where metric.uses(label: labels[image]) {
          logits.withUnsafeMutableBufferPointer { pass.copyLogits(lane: lane, into: $0) }
          guard logits.allSatisfy(\.isFinite) else {
            throw InputError(.data, "the model's output is not a finite number", at: .init(file: names[image]))
          }
          sum += logits.withUnsafeBufferPointer { metric.score(logits: $0, label: labels[image]) }
          count += 1
        }
        return (sum: sum, count: count)
      }
    }
    let count = blocks.reduce(0) { $0 + ($1.first?.count ?? 0) }
    guard count > 0 else {
      throw InputError(.data, "the metric '\(metric.name)' has no image to look at", at: .init(key: "--metric"))
    }
    return masks.indices.map { mask in blocks.reduce(0) { $0 + $1[mask].sum } / Double(count) }
  }
}
