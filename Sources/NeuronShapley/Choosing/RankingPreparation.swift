import CooperativeGames
import Images
import Inference
import InputErrors
import Networks

/// A ranking before its estimator is known: the plan is made, the players are named, the ablation is measured.
///
/// What the game's evaluations cost can be counted now (``costs()``), an ``EstimatorRule`` can choose by it, and
/// ``job(estimator:)`` completes the ranking.
public struct RankingPreparation: Sendable {
  /// What is ranked, by whatever estimator.
  public struct Question: Sendable, Hashable {
    public var metric: PerformanceMetric
    public var ablation: Ablation
    public var players: PlayerSelection
    /// Decides everything random.
    public var seed: UInt64

    public init(
      metric: PerformanceMetric, ablation: Ablation = .mean, players: PlayerSelection = PlayerSelection(),
      seed: UInt64 = 0
    ) {
      self.metric = metric
      self.ablation = ablation
      self.players = players
      self.seed = seed
    }
  }

  public let question: Question
  public let players: FilterPlayers
  private let network: Network
  private let plan: ExecutionPlan
  private let images: LabeledImages
  private let ablation: CalibratedAblation
  private let workers: Int
  /// The most memory a worker may take; nil for no limit.
  private let maximumBytes: Int?
  private let instructionSet: InstructionSet

  /// Makes the plan, names the players and measures the ablation.
  ///
  /// - Parameters:
  ///   - takesSlopes: whether the estimator will take slopes, so that a lack of memory is seen at once; false where that is open.
  ///   - others: as in ``NeuronRankingJob/prepare(network:images:calibration:configuration:workers:maximumBytes:instructionSet:calibrated:)``.
  /// - Throws: ``InputErrors/InputError`` when the images do not fit the network, the players do not exist, or the memory is too
  ///   small; `CancellationError`.
  public static func measured(
    network: Network, images: LabeledImages, calibration: LabeledImages? = nil, question: Question,
    takesSlopes: Bool = false, workers: Int = 1, maximumBytes: Int? = nil, instructionSet: InstructionSet = .fastest,
    calibrated: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> RankingPreparation {
    try images.requireFit(network)
    let plan = try ExecutionPlan(network, instructionSet: instructionSet, purpose: .incremental)
    let players = try FilterPlayers(plan, selection: question.players)
    let workers = max(1, workers)
    let share = maximumBytes.map { $0 / workers }
    // Before the calibration, which takes a block a worker too.
    try AblationGame.requireRoom(
      for: plan, gradients: takesSlopes ? try gradientPlan(network, instructionSet) : nil,
      holdsDonors: question.ablation == .resample, in: share)
    let ablation = try await CalibratedAblation.measured(
      question.ablation, plan: plan, on: calibration ?? images, seed: question.seed, workers: workers,
      progress: calibrated)
    return RankingPreparation(
      question: question, players: players, network: network, plan: plan, images: images, ablation: ablation,
      workers: workers, maximumBytes: share, instructionSet: instructionSet)
  }

  /// Counts what evaluations cost, on eight images, in some hundred evaluations that no budget counts.
  ///
  /// - Throws: ``InputErrors/InputError`` when the metric does not fit the network or the images.
  public func costs() throws -> EvaluationCosts {
    let game = try AblationGame(
      plan, players: players, images: images, metric: question.metric, ablation: ablation, maximumBytes: maximumBytes)
    return try CostMeter(game, seed: question.seed).measured(backward: slopes()?.multiplyAdds)
  }

  /// The estimator that ``EstimatorRule`` chooses for a request in this game.
  ///
  /// - Throws: as ``costs()``.
  public func choice(for request: EstimatorRequest) throws -> ChosenEstimator {
    let imageCount = images.labels.count { question.metric.uses(label: $0) }
    return EstimatorRule(request, costs: try costs(), imageCount: imageCount, laneCount: ExecutionPlan.laneCount).choice
  }

  /// The ranking by one estimator.
  ///
  /// - Throws: ``InputErrors/InputError`` when the metric does not fit the network or the images, the estimator's settings do
  ///   not fit the game, or the memory is too small for slopes.
  public func job(estimator: EstimatorChoice) throws -> NeuronRankingJob {
    let gradients = estimator.takesSlopes ? try RankingPreparation.gradientPlan(network, instructionSet) : nil
    try AblationGame.requireRoom(
      for: plan, gradients: gradients, holdsDonors: question.ablation == .resample, in: maximumBytes)
    let game = try AblationGame(
      plan, players: players, images: images,
      metrics: [question.metric] + estimator.companions(of: question.metric), ablation: ablation, gradients: gradients,
      maximumBytes: maximumBytes)
    let configuration = RankingConfiguration(
      metric: question.metric, ablation: question.ablation, players: question.players, estimator: estimator,
      seed: question.seed)
    let provenance = RankingProvenance(
      configuration: configuration, modelDigest: network.digest, imagesDigest: images.digest,
      calibrationDigest: ablation.calibrationDigest, instructionSet: instructionSet)
    return try NeuronRankingJob(provenance: provenance, game: game, workers: workers)
  }

  /// What slopes are taken with; nil where the metric has none or the memory is too small for them.
  private func slopes() throws -> GradientPlan? {
    guard question.metric.link(classCount: network.classCount) != nil else { return nil }
    let gradients = try RankingPreparation.gradientPlan(network, instructionSet)
    let hasRoom: Void? = try? AblationGame.requireRoom(
      for: plan, gradients: gradients, holdsDonors: question.ablation == .resample, in: maximumBytes)
    return hasRoom == nil ? nil : gradients
  }

  private static func gradientPlan(_ network: Network, _ instructionSet: InstructionSet) throws -> GradientPlan {
    GradientPlan(
      try ExecutionPlan(network, instructionSet: instructionSet, purpose: .differentiation), towards: [],
      marginals: true)
  }
}
