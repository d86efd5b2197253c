import CooperativeGames
import Images
import Inference
import InputErrors
import Networks

/// The rankings of a network's filters for several classes, ready to run: the plan is made, the ablation measured, all
/// input checked.
///
/// All classes share their coalitions: one order of removal is walked on images of whatever classes, and every image
/// informs its own. A thousand classes take no more forward passes than one ranking does.
public struct ClassRankingJob: Sendable {
  public let provenance: ClassRankingProvenance
  public let game: AblationGame
  /// Units of work under way at once.
  public let workers: Int
  private let estimator: GroupedPermutationEstimator
  /// Of each class, by place in the configuration.
  private let names: [String]
  private let imageCounts: [Int]

  public var configuration: ClassRankingConfiguration { provenance.configuration }
  public var players: FilterPlayers { game.players }

  /// Makes the plan, names the players and measures the ablation.
  ///
  /// - Parameters:
  ///   - images: those of other classes are passed over, but for ``ClassMetric/binary``; calibration sees all.
  ///   - calibration: what means and donors are taken from; nil for the given images.
  ///   - workers: at least 1; results have the same bits for any number.
  ///   - maximumBytes: the most memory for the activations of all workers together; nil for no limit.
  ///   - calibrated: called with the number of calibration images done.
  /// - Throws: ``InputErrors/InputError`` when the images do not fit the network, a class has no image, the players do
  ///   not exist, a setting is out of range, or the memory is too small; `CancellationError`.
  public static func prepare(
    network: Network, images: LabeledImages, calibration: LabeledImages? = nil,
    configuration: ClassRankingConfiguration, workers: Int = 1, maximumBytes: Int? = nil,
    instructionSet: InstructionSet = .fastest, calibrated: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> ClassRankingJob {
    try images.requireFit(network)
    try configuration.validate(classCount: network.classCount)
    let places = Dictionary(uniqueKeysWithValues: configuration.classes.enumerated().map { ($1, $0) })
    let imageCounts = try counts(of: configuration.classes, in: images)
    let plan = try ExecutionPlan(network, instructionSet: instructionSet, purpose: .incremental)
    let players = try FilterPlayers(plan, selection: configuration.players)
    let workers = max(1, workers)
    let share = maximumBytes.map { $0 / workers }
    try AblationGame.requireRoom(for: plan, holdsDonors: configuration.ablation == .resample, in: share)
    let ablation = try await CalibratedAblation.measured(
      configuration.ablation, plan: plan, on: calibration ?? images, seed: configuration.seed, workers: workers,
      progress: calibrated)

    let used = images.labels.indices.filter { places[images.labels[$0]] != nil }
    let metrics: [PerformanceMetric]
    let grouping: OutputGrouping
    if let score = configuration.metric.score(floor: configuration.floor) {
      metrics = [score]
      grouping = .components(used.map { places[images.labels[$0]] ?? 0 })
    } else {
      metrics = configuration.classes.map { .binary($0) }
      grouping = .outputs
    }
    let isPart = !configuration.metric.looksAtAllImages && used.count < images.count
    let game = try AblationGame(
      plan, players: players, images: isPart ? images.subset(used) : images, metrics: metrics, ablation: ablation,
      maximumBytes: share)
    let estimator = GroupedPermutationEstimator(
      .init(
        grouping: grouping, evaluations: configuration.evaluations, standardError: configuration.standardError,
        componentsPerUnit: configuration.imagesPerOrder))
    _ = try estimator.start(game.description, seed: configuration.seed)
    return ClassRankingJob(
      provenance: ClassRankingProvenance(
        configuration: configuration, modelDigest: network.digest, imagesDigest: images.digest,
        calibrationDigest: ablation.calibrationDigest, instructionSet: instructionSet),
      game: game, workers: workers, estimator: estimator,
      names: configuration.classes.map { images.className(of: $0) }, imageCounts: imageCounts)
  }

  private static func counts(of classes: [Int], in images: LabeledImages) throws(InputError) -> [Int] {
    var counts: [Int: Int] = [:]
    for label in images.labels { counts[label, default: 0] += 1 }
    let missing = classes.filter { counts[$0] == nil }
    guard missing.isEmpty else {
      let names = missing.prefix(5).map { "'\(images.className(of: $0))'" }.joined(separator: ", ")
      throw InputError(
        .data, "there is no image of the \(missing.count == 1 ? "class" : "classes") \(names)",
        at: .init(key: "classes-of-interest"), found: missing.count > 5 ? "\(missing.count) such classes" : nil)
    }
    return classes.map { counts[$0] ?? 0 }
  }

  /// The evaluations that one unit of work takes.
  public var unitCost: Int { estimator.configuration.unitCost(game.description) }

  /// Runs from the start, or from `checkpoint`, until the budget is spent or the target reached, the observer stops it
  /// or the task is cancelled; being cancelled is no error.
  ///
  /// - Parameters:
  ///   - meter: counts evaluations live, for a display that polls it.
  ///   - observe: called after every unit and every round, in this task.
  /// - Throws: ``InputErrors/InputError`` when the checkpoint belongs to another run or a metric is not a finite number;
  ///   what the observer throws.
  public func run(
    resuming checkpoint: ClassRankingCheckpoint? = nil, meter: EstimationMeter = EstimationMeter(),
    isolation: isolated (any Actor)? = #isolation,
    observe: (ClassRankingEvent) throws -> EstimationDecision = { _ in .goOn }
  ) async throws -> ClassRankingRun {
    if let checkpoint { try provenance.requireSame(as: checkpoint.provenance) }
    let clock = ContinuousClock(), start = clock.now
    let driver = EstimationDriver(estimator, on: game, workerCount: workers)
    let run = try await driver.run(
      seed: configuration.seed, resuming: checkpoint?.estimation, meter: meter
    ) { event in
      try observe(
        ClassRankingEvent(
          checkpoint: ClassRankingCheckpoint(provenance: provenance, estimation: event.checkpoint),
          status: event.status, isEndOfRound: event.isEndOfRound, rounds: event.checkpoint.rounds,
          keepsUnits: event.checkpoint.keepsUnits, multiplyAdds: event.checkpoint.multiplyAdds))
    }
    let ending: RankingRun.Ending =
      switch run.ending {
      case .finished: .finished
      case .stopped: .stopped
      case .cancelled: .cancelled
      }
    return ClassRankingRun(
      ending: ending, checkpoint: ClassRankingCheckpoint(provenance: provenance, estimation: run.checkpoint),
      result: result(run, seconds: (clock.now - start) / .seconds(1)))
  }

  private func result(_ run: EstimationRun<GroupedPermutationEstimator>, seconds: Double) -> ClassRankings? {
    let units = estimator.unitCount(run.state)
    guard units > 0 else { return nil }
    var classes: [ClassRankings.ClassRanking] = [], unseen: [Int] = []
    for (place, label) in configuration.classes.enumerated() {
      guard let estimate = estimator.estimate(run.state, group: place) else {
        unseen.append(label)
        continue
      }
      let errors = estimate.players.compactMap(\.standardError)
      classes.append(
        ClassRankings.ClassRanking(
          label: label, name: names[place], imageCount: imageCounts[place],
          dealtCount: estimator.dealtCount(run.state, group: place), units: estimate.units, values: estimate.values,
          standardErrors: errors.count == estimate.players.count ? errors : nil, grandValue: estimate.grandValue,
          emptyValue: estimate.emptyValue ?? 0, residual: estimate.efficiency.residual ?? 0))
    }
    let checkpoint = run.checkpoint, description = game.description
    return ClassRankings(
      players: players.players, classes: classes, unseen: unseen, units: units,
      estimatedEvaluations: units * unitCost,
      effort: RankingEffort(
        imageCount: description.componentCount,
        drawnImageCount: min(
          description.componentCount,
          units * min(configuration.imagesPerOrder ?? description.laneCount, description.componentCount)),
        evaluations: checkpoint.evaluations, multiplyAdds: checkpoint.multiplyAdds,
        fullPassMultiplyAdds: UInt64(checkpoint.evaluations) * UInt64(game.plan.multiplyAdds),
        bytesPerBlock: game.bytesPerBlock, rounds: checkpoint.rounds, seconds: seconds))
  }
}
