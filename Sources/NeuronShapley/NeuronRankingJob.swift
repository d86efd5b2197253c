import CooperativeGames
import Images
import Inference
import InputErrors
import Networks

/// A ranking of a network's filters by Shapley value, ready to run: the plan is made, the ablation measured, all input
/// checked.
public struct NeuronRankingJob: Sendable {
  public let provenance: RankingProvenance
  public let game: AblationGame
  /// Units of work under way at once.
  public let workers: Int

  public var configuration: RankingConfiguration { provenance.configuration }
  public var players: FilterPlayers { game.players }

  /// Makes the plan, names the players and measures the ablation.
  ///
  /// - Parameters:
  ///   - calibration: what means and donors are taken from; nil for the evaluated images.
  ///   - workers: at least 1; results have the same bits for any number.
  ///   - maximumBytes: the most memory for the activations of all workers together; nil for no limit.
  ///   - calibrated: called with the number of calibration images done.
  /// - Throws: ``InputErrors/InputError`` when the images do not fit the network, a label is outside its classes, the
  ///   players or the metric do not exist, the estimator's settings do not fit, or the memory is too small;
  ///   `CancellationError`.
  public static func prepare(
    network: Network, images: LabeledImages, calibration: LabeledImages? = nil, configuration: RankingConfiguration,
    workers: Int = 1, maximumBytes: Int? = nil, instructionSet: InstructionSet = .fastest,
    calibrated: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> NeuronRankingJob {
    let preparation = try await RankingPreparation.measured(
      network: network, images: images, calibration: calibration,
      question: .init(
        metric: configuration.metric, ablation: configuration.ablation, players: configuration.players,
        seed: configuration.seed), takesSlopes: configuration.estimator.takesSlopes, workers: workers,
      maximumBytes: maximumBytes, instructionSet: instructionSet, calibrated: calibrated)
    return try preparation.job(estimator: configuration.estimator)
  }

  init(provenance: RankingProvenance, game: AblationGame, workers: Int) throws {
    self.provenance = provenance
    self.game = game
    self.workers = workers
    try validateEstimator()
  }

  /// Runs from the start, or from `checkpoint`, until the estimator is finished, the observer stops it or the task is
  /// cancelled; being cancelled is no error.
  ///
  /// - Parameters:
  ///   - meter: counts evaluations live, for a display that polls it.
  ///   - observe: called after every unit and every round, in this task.
  /// - Throws: ``InputErrors/InputError`` when the checkpoint belongs to another run or a metric is not a finite number;
  ///   what the observer throws.
  public func run(
    resuming checkpoint: RankingCheckpoint? = nil, meter: EstimationMeter = EstimationMeter(),
    isolation: isolated (any Actor)? = #isolation,
    observe: (RankingEvent) throws -> EstimationDecision = { _ in .goOn }
  ) async throws -> RankingRun {
    if let checkpoint { try provenance.requireSame(as: checkpoint.provenance) }
    let earlier = checkpoint?.estimation
    switch configuration.estimator {
    case .permutation(let settings):
      return try await run(PermutationEstimator(settings), from: earlier, meter, { .permutation($0) }, observe)
    case .msr(let settings):
      return try await run(MSREstimator(settings), from: earlier, meter, { .msr($0) }, observe)
    case .stratified(let settings):
      return try await run(StratifiedEstimator(settings), from: earlier, meter, { .stratified($0) }, observe)
    case .svarm(let settings):
      return try await run(SVARMEstimator(settings), from: earlier, meter, { .svarm($0) }, observe)
    case .leverage(let settings):
      return try await run(LeverageEstimator(settings), from: earlier, meter, { .leverage($0) }, observe)
    case .regressionAdjusted(let settings):
      return try await run(
        RegressionAdjustedEstimator(settings), from: earlier, meter, { .regressionAdjusted($0) }, observe)
    case .stars(let settings):
      return try await run(StarEstimator(settings), from: earlier, meter, { .stars($0) }, observe)
    case .gradient(let settings):
      return try await run(GradientEstimator(settings), from: earlier, meter, { .gradient($0) }, observe)
    case .racing(let settings):
      return try await run(RacingEstimator(accompanied(settings)), from: earlier, meter, { .racing($0) }, observe)
    case .tmab(let settings):
      return try await run(TMABEstimator(settings), from: earlier, meter, { .tmab($0) }, observe)
    case .exact(let evaluations):
      return try await run(
        ExactEnumeration(evaluations: evaluations), from: earlier, meter, { .exact($0) }, observe)
    case .leaveOneOut(let evaluations):
      let imageCount = game.componentImages.count
      return try await run(
        LeaveOneOut(evaluations: evaluations), from: earlier, meter, { .leaveOneOut($0) },
        { $0.scores($1.state)?.estimate(imageCount: imageCount, units: $1.checkpoint.units) }, observe)
    }
  }

  private func run<Estimator: ShapleyEstimator>(
    _ estimator: Estimator, from earlier: RankingCheckpoint.Estimation?, _ meter: EstimationMeter,
    _ wrap: (EstimationCheckpoint<Estimator>) -> RankingCheckpoint.Estimation,
    _ observe: (RankingEvent) throws -> EstimationDecision,
    isolation: isolated (any Actor)? = #isolation
  ) async throws -> RankingRun {
    try await run(estimator, from: earlier, meter, wrap, { $0.estimate($1.state) }, observe)
  }

  private func run<Procedure: CoalitionProcedure>(
    _ procedure: Procedure, from earlier: RankingCheckpoint.Estimation?, _ meter: EstimationMeter,
    _ wrap: (EstimationCheckpoint<Procedure>) -> RankingCheckpoint.Estimation,
    _ estimate: (Procedure, EstimationRun<Procedure>) -> ShapleyEstimate?,
    _ observe: (RankingEvent) throws -> EstimationDecision,
    isolation: isolated (any Actor)? = #isolation
  ) async throws -> RankingRun {
    let clock = ContinuousClock(), start = clock.now
    let checkpoint = try earlier?.checkpoint(of: Procedure.self)
    let driver = EstimationDriver(procedure, on: game, workerCount: workers)
    let run = try await driver.run(seed: configuration.seed, resuming: checkpoint, meter: meter) { event in
      try observe(
        RankingEvent(
          checkpoint: RankingCheckpoint(provenance: provenance, estimation: wrap(event.checkpoint)),
          status: event.status, isEndOfRound: event.isEndOfRound, rounds: event.checkpoint.rounds,
          keepsUnits: event.checkpoint.keepsUnits,
          evaluations: event.checkpoint.evaluations,
          multiplyAdds: event.checkpoint.multiplyAdds))
    }
    let ending: RankingRun.Ending =
      switch run.ending {
      case .finished: .finished
      case .stopped: .stopped
      case .cancelled: .cancelled
      }
    let seconds = (clock.now - start) / Duration.seconds(1)
    return RankingRun(
      ending: ending, checkpoint: RankingCheckpoint(provenance: provenance, estimation: wrap(run.checkpoint)),
      result: estimate(procedure, run).map { result($0, run.checkpoint, seconds) })
  }

  private func result<Procedure>(
    _ estimate: ShapleyEstimate, _ checkpoint: EstimationCheckpoint<Procedure>, _ seconds: Double
  ) -> RankingResult {
    RankingResult(
      provenance: provenance, ranking: NeuronRanking(players, estimate), estimate: estimate,
      effort: RankingEffort(
        imageCount: game.componentImages.count,
        drawnImageCount: configuration.estimator.drawnImageCount(units: estimate.units, in: game.description),
        evaluations: checkpoint.evaluations,
        multiplyAdds: checkpoint.multiplyAdds,
        fullPassMultiplyAdds: UInt64(checkpoint.evaluations) * UInt64(game.plan.multiplyAdds),
        bytesPerBlock: game.bytesPerBlock, rounds: checkpoint.rounds, seconds: seconds))
  }

  /// Throws what the estimator would throw at its start, before anything is spent.
  private func validateEstimator() throws {
    switch configuration.estimator {
    case .permutation(let settings): try validate(PermutationEstimator(settings))
    case .msr(let settings): try validate(MSREstimator(settings))
    case .stratified(let settings): try validate(StratifiedEstimator(settings))
    case .svarm(let settings): try validate(SVARMEstimator(settings))
    case .leverage(let settings): try validate(LeverageEstimator(settings))
    case .regressionAdjusted(let settings): try validate(RegressionAdjustedEstimator(settings))
    case .stars(let settings): try validate(StarEstimator(settings))
    case .gradient(let settings): try validate(GradientEstimator(settings))
    case .racing(let settings): try validate(RacingEstimator(accompanied(settings)))
    case .tmab(let settings): try validate(TMABEstimator(settings))
    case .exact(let evaluations): try validate(ExactEnumeration(evaluations: evaluations))
    case .leaveOneOut(let evaluations): try validate(LeaveOneOut(evaluations: evaluations))
    }
  }

  /// The settings of a race in this game, whose further outputs are companions of the first.
  private func accompanied(_ settings: RacingEstimator.Configuration) -> RacingEstimator.Configuration {
    var settings = settings
    settings.companions = Array(1..<game.metrics.count)
    return settings
  }

  private func validate(_ procedure: some CoalitionProcedure) throws {
    _ = try procedure.start(game.description, seed: configuration.seed)
  }
}
