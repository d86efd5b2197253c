import CooperativeGames
import Images
import Inference
import InputErrors

/// The cooperative game of a network's filters: v(S) is the network's performance with the filters outside S ablated.
///
/// Ghorbani and Zou, "Neuron Shapley" (2020). A component is one image; the worth is the mean of a metric's scores.
/// Several metrics come out of the same forward passes as several outputs.
public struct AblationGame: CooperativeGame {
  public let plan: ExecutionPlan
  public let players: FilterPlayers
  public let metrics: [PerformanceMetric]
  public let ablation: CalibratedAblation
  /// The most memory for one evaluator's activations, in bytes; nil for no limit.
  public let maximumBytes: Int?
  /// The index of each component's image in ``images``.
  public let componentImages: [Int]
  /// What first-order marginals are computed with; nil in a game without them.
  public let gradients: GradientPlan?
  let images: LabeledImages
  /// The class of each metric when all of them set one class against the rest, so that a prediction decides every score;
  /// else empty.
  let binaryClasses: [Int]

  /// - Parameters:
  ///   - images: those that no metric uses are left out of the game.
  ///   - metrics: at least one; all must use the same images.
  ///   - gradients: made with marginals for a plan of the same network; nil for a game without first-order marginals.
  ///   - maximumBytes: when more images are loaded together than fit, they are evaluated eight at a time, with the same
  ///     bits as under any other limit. Without a limit, values of more than eight images together may differ from those
  ///     by rounding (``AblationEvaluator``).
  /// - Throws: ``InputErrors/InputError`` when the images do not fit the network, a label or a metric's class is outside
  ///   its classes, a metric uses no image, metrics use different images, or not even eight images fit in memory.
  public init(
    _ plan: ExecutionPlan, players: FilterPlayers, images: LabeledImages, metrics: [PerformanceMetric],
    ablation: CalibratedAblation, gradients: GradientPlan? = nil, maximumBytes: Int? = nil
  ) throws {
    precondition(!metrics.isEmpty, "a game pays out a metric")
    precondition(
      gradients.map { $0.hasMarginals && $0.plan.unitCount == plan.unitCount } ?? true,
      "gradients with marginals of the same units")
    precondition(players.unitCount == plan.unitCount, "the players are units of the plan")
    try images.requireFit(plan.network)
    for metric in metrics { try metric.validate(classCount: plan.network.classCount) }
    let used = metrics.map { metric in images.labels.indices.filter { metric.uses(label: images.labels[$0]) } }
    for (metric, indices) in zip(metrics, used) {
      guard !indices.isEmpty else {
        throw InputError(
          .data, "the metric '\(metric.name)' has no image to look at",
          found: metric.classIndex.map { "no image of class \($0) (\(images.className(of: $0)))" })
      }
      guard indices == used[0] else {
        throw InputError(
          .usage, "the metrics look at different images, so they need games of their own",
          found: "'\(metrics[0].name)' and '\(metric.name)'")
      }
    }
    self.plan = plan
    self.players = players
    self.images = images
    self.metrics = metrics
    let classes = metrics.compactMap { $0.kind == .binary ? $0.classIndex : nil }
    binaryClasses = classes.count == metrics.count ? classes : []
    self.ablation = ablation
    self.maximumBytes = maximumBytes
    self.gradients = gradients
    componentImages = used[0]
    try AblationGame.requireRoom(
      for: plan, gradients: gradients, holdsDonors: ablation.donors != nil, in: maximumBytes)
  }

  /// A game with one metric; see the other initializer.
  public init(
    _ plan: ExecutionPlan, players: FilterPlayers, images: LabeledImages, metric: PerformanceMetric,
    ablation: CalibratedAblation, gradients: GradientPlan? = nil, maximumBytes: Int? = nil
  ) throws {
    try self.init(
      plan, players: players, images: images, metrics: [metric], ablation: ablation, gradients: gradients,
      maximumBytes: maximumBytes)
  }

  public var description: GameDescription {
    GameDescription(
      playerCount: players.count, componentCount: componentImages.count, laneCount: ExecutionPlan.laneCount,
      outputs: metrics.map { metric in
        .init(
          name: metric.name, range: metric.range,
          link: gradients == nil ? nil : metric.link(classCount: plan.network.classCount))
      }, strata: players.strata)
  }

  /// Memory of a block of eight images in bytes; twice the plan's under ``Ablation/resample``, whose donors need theirs.
  public var bytesPerBlock: Int { AblationGame.bytesPerBlock(plan, holdsDonors: ablation.donors != nil) }

  private static func bytesPerBlock(_ plan: ExecutionPlan, holdsDonors: Bool) -> Int {
    holdsDonors ? 2 * plan.bytesPerBlock : plan.bytesPerBlock
  }

  /// Memory of what first-order marginals take, donors' activations included.
  private static func gradientBytes(_ gradients: GradientPlan, holdsDonors: Bool) -> Int {
    gradients.bytesPerWorker + (holdsDonors ? 2 * gradients.plan.bytesPerBlock : 0)
  }

  /// - Throws: ``InputErrors/InputError`` when not even the activations of eight images fit.
  static func requireRoom(
    for plan: ExecutionPlan, gradients: GradientPlan? = nil, holdsDonors: Bool, in maximumBytes: Int?
  ) throws {
    let needed =
      bytesPerBlock(plan, holdsDonors: holdsDonors)
      + (gradients.map { gradientBytes($0, holdsDonors: holdsDonors) } ?? 0)
    guard let maximumBytes, maximumBytes < needed else { return }
    throw InputError(
      .usage, "the memory allowed is too small for the activations of eight images", at: .init(key: "memory"),
      expected: "at least \(needed) bytes a worker", found: "\(maximumBytes)",
      hint: "allow more memory or use fewer workers")
  }

  /// How many blocks of eight images an evaluator keeps in memory at most.
  public var residentBlockLimit: Int {
    guard let maximumBytes else { return .max }
    let gradients = gradients.map { AblationGame.gradientBytes($0, holdsDonors: ablation.donors != nil) } ?? 0
    return max(1, (maximumBytes - gradients) / bytesPerBlock)
  }

  public func makeEvaluator() -> AblationEvaluator { AblationEvaluator(self) }
}
