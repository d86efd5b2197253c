import Images
import Inference
import InputErrors
import Networks
import Statistics

/// What a network's performance is without some players, measured on images of the caller's choice.
///
/// The images need not be those of the ranking, nor of the calibration; a ranking is best judged on images that it did
/// not see.
public struct RemovalEffect: Sendable, Hashable, Codable {
  /// The names of the players that were removed.
  public let removed: [String]
  /// The metric over the images that it looks at.
  public let score: MeanScore

  /// Measures the metric after removing `removed` (indices of players) together.
  ///
  /// - Throws: ``InputErrors/InputError`` when images, labels or the metric do not fit the network, or the metric looks
  ///   at none of the images. Complexity: one forward pass an image.
  /// - Precondition: all removed are players.
  public static func measured(
    _ plan: ExecutionPlan, players: FilterPlayers, removing removed: [Int], ablation: CalibratedAblation,
    metric: PerformanceMetric, on images: LabeledImages, workers: Int = 1
  ) async throws -> RemovalEffect {
    try metric.validate(classCount: plan.network.classCount)
    let used = images.labels.indices.filter { metric.uses(label: images.labels[$0]) }
    guard !used.isEmpty else {
      throw InputError(.data, "the metric '\(metric.name)' has no image to look at", at: .init(key: "class"))
    }
    let inference = try AblatedInference(
      plan, on: used.count == images.count ? images : images.subset(used), workers: workers)
    let scores = try await inference.mapLogits(
      removing: removed.flatMap { players.units[$0] }, ablation: ablation
    ) { metric.score(logits: $0, label: $1) }
    return RemovalEffect(removed: removed.map { players.players[$0].name }, score: MeanScore(scores))
  }
}

/// Removal of the players that a ranking names first against removal of as many random ones.
public struct RemovalComparison: Sendable, Hashable, Codable {
  /// The effects of removing one number of players.
  public struct Step: Sendable, Hashable, Codable {
    public let removedCount: Int
    /// After removing the first of the ranking.
    public let ranked: RemovalEffect
    /// After removing random players, one entry a seed.
    public let random: [RemovalEffect]
  }

  public let metric: PerformanceMetric
  public let ablation: Ablation
  /// The whole network's score.
  public let before: MeanScore
  public let steps: [Step]

  /// Measures both for each of `counts`; a seed's smaller random set is part of its larger ones.
  ///
  /// - Parameter order: players from the first to remove on.
  /// - Throws: ``InputErrors/InputError`` (usage) when a count exceeds the players; as ``RemovalEffect``.
  ///   Complexity: one forward pass an image for each count and each of 1 + seeds.
  public static func measured(
    _ plan: ExecutionPlan, players: FilterPlayers, order: [Int], counts: [Int], seeds: [UInt64],
    ablation: CalibratedAblation, metric: PerformanceMetric, on images: LabeledImages, workers: Int = 1
  ) async throws -> RemovalComparison {
    for count in counts where count < 0 || count > order.count {
      throw InputError(
        .usage, "so many players cannot be removed", expected: "0 to \(order.count)", found: "\(count)")
    }
    func effect(_ removed: [Int]) async throws -> RemovalEffect {
      try await RemovalEffect.measured(
        plan, players: players, removing: removed, ablation: ablation, metric: metric, on: images, workers: workers)
    }
    let before = try await effect([]).score
    var steps: [Step] = []
    for count in counts {
      var random: [RemovalEffect] = []
      for seed in seeds {
        var stream = RandomStream(seed: seed, purpose: .baseline)
        random.append(try await effect(stream.sample(count, of: players.count)))
      }
      steps.append(
        Step(removedCount: count, ranked: try await effect(Array(order.prefix(count))), random: random))
    }
    return RemovalComparison(metric: metric, ablation: ablation.kind, before: before, steps: steps)
  }
}
