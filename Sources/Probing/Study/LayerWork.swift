import InputErrors
import Statistics

/// One concept at one layer: the pieces of work, and what they make together.
struct LayerWork: Sendable {
  /// Pieces that do not need each other.
  enum Piece: Sendable, Hashable, CaseIterable {
    case task, shuffled, controlTask, untrained, description, units, cells
  }

  /// What a piece yields.
  enum Outcome: Sendable {
    case task(Task)
    case score(ResampledScore)
    case description(DescriptionLength?)
    case units([UnitProbe])
    case cells([ResampledScore])
  }

  /// What the probe of the concept itself yields.
  struct Task: Sendable {
    let score: ResampledScore
    let accuracy: ResampledScore?
    let strength: Double
    let nonzeroWeights: Int?
    let isSeparable: Bool
    let sufficiencies: [NeuronSufficiency]
  }

  let concept: ProbedConcept
  let layer: ProbedLayer
  /// Of all images of the study.
  let features: FeatureMatrix
  let untrained: FeatureMatrix
  /// Of the images in a mirror, where the control task needs them.
  let mirrored: FeatureMatrix?
  let identities: (column: String, numbers: [Int])?
  let input: ResampledScore
  let configuration: ProbeStudyConfiguration

  private var probe: ProbeConfiguration { configuration.probe(for: concept) }
  private var trainer: ProbeTrainer { ProbeTrainer(probe) }
  private var seed: UInt64 { configuration.seed }

  func run(_ piece: Piece) throws -> Outcome {
    switch piece {
    case .task: return .task(try task())
    case .shuffled: return .score(try shuffled())
    case .controlTask: return .score(try controlTask())
    case .untrained:
      return .score(
        try HeldOutScores(
          untrained.rows(concept.rows), concept.target, folds: try concept.folds(configuration), trainer: trainer,
          seed: seed
        ).score)
    case .description:
      guard configuration.readsNeurons else { return .description(nil) }
      return .description(
        try DescriptionLength.measured(
          features.rows(concept.rows), concept.target, configuration: probe, seed: seed))
    case .units: return .units(try units())
    case .cells: return .cells(try cells())
    }
  }

  private func task() throws -> Task {
    let own = features.rows(concept.rows)
    let folds = try concept.folds(configuration)
    let held = try HeldOutScores(
      own, concept.target, folds: folds, trainer: trainer, seed: seed, keepsProbes: configuration.readsNeurons)
    let whole = try trainer.train(own, concept.target, seed: seed)
    var sufficiencies: [NeuronSufficiency] = []
    if configuration.readsNeurons {
      sufficiencies = try NeuronSufficiency.measured(
        own, concept.target, folds: folds[0], held: held, whole: whole, trainer: trainer, seed: seed)
    }
    return Task(
      score: held.score,
      accuracy: held.accuracies.isEmpty
        ? nil : ResampledScore(held.accuracies, folds: configuration.folds, limits: 0...1),
      strength: whole.chosenStrength, nonzeroWeights: whole.linear.map { NeuronOrder.mass($0).count { $0 > 0 } },
      isSeparable: whole.fit?.isSeparable ?? false, sufficiencies: sufficiencies)
  }

  /// Labels dealt anew among the images, their number of each class as before.
  private func shuffled() throws -> ResampledScore {
    var stream = RandomStream(seed: seed, purpose: .probeControl, index: 0, subindex: 3)
    let order = stream.permutation(of: concept.rows.count)
    let shuffled = ProbedConcept(
      name: concept.name, rows: concept.rows, target: concept.target.rows(order), classNames: concept.classNames)
    return try HeldOutScores(
      features.rows(concept.rows), shuffled.target, folds: try shuffled.folds(configuration), trainer: trainer,
      seed: seed
    ).score
  }

  private func controlTask() throws -> ResampledScore {
    let control: ControlTask, own: FeatureMatrix
    if let identities {
      control = ControlTask(
        source: .column(identities.column), identities: concept.rows.map { identities.numbers[$0] })
      own = features.rows(concept.rows)
    } else {
      control = ControlTask(
        source: .mirrorImages, identities: Array(concept.rows.indices) + Array(concept.rows.indices))
      let first = features.rows(concept.rows), second = (mirrored ?? features).rows(concept.rows)
      own = FeatureMatrix(
        rowCount: 2 * first.rowCount, columnCount: first.columnCount, values: first.values + second.values)
    }
    var values: [Double] = []
    for repetition in 0..<configuration.repetitions {
      let target = control.target(like: concept.target, seed: seed, repetition: repetition)
      let folds = control.folds(target, count: configuration.folds, seed: seed, repetition: repetition)
      values += try HeldOutScores(own, target, folds: [folds], trainer: trainer, seed: seed).values
    }
    return ResampledScore(
      values, folds: configuration.folds, limits: concept.classCount == nil ? -Double.infinity...1 : 0...1)
  }

  private func units() throws -> [UnitProbe] {
    guard configuration.readsNeurons, case .classes(let labels, 2) = concept.target else { return [] }
    let own = features.rows(concept.rows)
    let folds = try concept.folds(configuration)[0]
    let isPositive = labels.map { $0 == 1 }
    return (0..<own.columnCount).map {
      UnitProbe.fitted(unit: $0, own.column($0), isPositive: isPositive, folds: folds)
    }
  }

  private func cells() throws -> [ResampledScore] {
    guard configuration.pooling == .positions, layer.parts.count == 1 else { return [] }
    let own = features.rows(concept.rows), channels = layer.parts[0].shape.channels
    let folds = try concept.folds(configuration)
    return try (0..<own.columnCount / channels).map { cell in
      try HeldOutScores(
        own.columns(Array(cell * channels..<(cell + 1) * channels)), concept.target, folds: folds, trainer: trainer,
        seed: seed
      ).score
    }
  }

  /// Puts the outcomes of all pieces together, in the order of ``Piece/allCases``.
  func result(_ outcomes: [Outcome]) -> LayerProbe {
    guard outcomes.count == Piece.allCases.count, case .task(let task) = outcomes[0],
      case .score(let shuffled) = outcomes[1], case .score(let control) = outcomes[2],
      case .score(let untrained) = outcomes[3], case .description(let description) = outcomes[4],
      case .units(let units) = outcomes[5], case .cells(let cells) = outcomes[6]
    else { preconditionFailure("every piece has its outcome") }
    let folds = configuration.folds
    let pValue = probability(task.score)
    return LayerProbe(
      concept: concept.name, layer: layer.name, featureCount: features.columnCount, score: task.score,
      accuracy: task.accuracy, controls: .init(shuffled: shuffled, controlTask: control, untrained: untrained),
      selectivity: task.score.difference(to: control, folds: folds),
      aboveInput: task.score.difference(to: input, folds: folds),
      aboveUntrained: task.score.difference(to: untrained, folds: folds), pValue: pValue, adjustedPValue: pValue,
      verdict: .notFound, strength: task.strength, nonzeroWeights: task.nonzeroWeights, isSeparable: task.isSeparable,
      descriptionLength: description, sufficiencies: task.sufficiencies, units: units, cells: cells,
      cellColumns: cells.isEmpty ? 0 : configuration.pooling.grid(layer.parts[0].shape).width)
  }

  /// Of such a score where there is nothing to find: the larger of Student's over folds and the normal one over images,
  /// which knows how few images there are where all folds happen to agree.
  private func probability(_ score: ResampledScore) -> Double {
    let overFolds = score.probability(above: concept.chance) ?? 0
    let sizes = concept.classSizes
    guard !sizes.isEmpty else { return overFolds }
    let classes = Double(sizes.count), chance = concept.chance
    let variance = sizes.reduce(0) { $0 + chance * (1 - chance) / Double($1) } / (classes * classes)
    let z = (score.mean - chance) / variance.squareRoot()
    return max(overFolds, 1 - StandardNormalDistribution.cumulative(z))
  }
}
