import Images
import Inference
import InputErrors
import Networks

/// The score of every image while players are removed one after the other: what curves are made of.
public struct RemovalScores: Sendable, Hashable {
  /// How many players were removed, ascending.
  public let counts: [Int]
  /// `[count][image]`, in the order of the images.
  public let scores: [[Double]]

  /// The mean over the images at each count.
  public var means: [Double] { scores.map { $0.reduce(0, +) / Double(max(1, $0.count)) } }

  /// Measures several orders of removal on the same images.
  ///
  /// Passes are incremental: what a removal leaves unchanged is not computed again, what has become constant never.
  /// They are exact all the same: a score has the same bits as with the players removed at once.
  /// - Parameters:
  ///   - plan: for ``Inference/PlanPurpose/inference`` passes.
  ///   - orders: players from the first to remove on.
  ///   - counts: how many to remove, ascending.
  ///   - progress: called with the number of passes done, each of up to eight images.
  /// - Throws: ``InputErrors/InputError`` when images, labels or the metric do not fit the network, the metric leaves out
  ///   an image, or a logit is not a finite number; `CancellationError`. Complexity: one incremental pass an image, order
  ///   and count.
  public static func measured(
    _ plan: ExecutionPlan, players: FilterPlayers, orders: [[Int]], counts: [Int], ablation: CalibratedAblation,
    metric: PerformanceMetric, on images: LabeledImages, workers: Int = 1,
    progress: (@Sendable (_ blocksDone: Int) -> Void)? = nil
  ) async throws -> [RemovalScores] {
    try await measured(
      plan, players: players, orders: orders, counts: counts, ablation: ablation, metrics: [metric], on: images,
      workers: workers, progress: progress)[0]
  }

  /// The same for several metrics, which come out of the same passes.
  ///
  /// - Returns: `[metric][order]`.
  public static func measured(
    _ plan: ExecutionPlan, players: FilterPlayers, orders: [[Int]], counts: [Int], ablation: CalibratedAblation,
    metrics: [PerformanceMetric], on images: LabeledImages, workers: Int = 1,
    progress: (@Sendable (_ blocksDone: Int) -> Void)? = nil
  ) async throws -> [[RemovalScores]] {
    precondition(zip(counts, counts.dropFirst()).allSatisfy { $0 < $1 }, "counts ascend")
    precondition(
      orders.allSatisfy { Set($0).isSubset(of: players.players.indices) && $0.count >= counts.last ?? 0 },
      "orders of the players")
    try images.requireFit(plan.network)
    for metric in metrics {
      try metric.validate(classCount: plan.network.classCount)
      guard images.labels.allSatisfy(metric.uses) else {
        throw InputError(.data, "the metric '\(metric.name)' does not look at all of the images")
      }
    }
    let donors = ablation.donors, replacement = ablation.replacement
    let inference = try BlockwiseInference(plan, images: images.inputImages, workers: workers)
    let blocks = try await inference.mapBlocks(progress: progress) { pass, range in
      let donor = AblatedInference.donorPass(plan, donors, range, images)
      var logits = [Float](repeating: 0, count: plan.network.classCount)
      var scores: [Double] = []
      for order in orders {
        var masks = [UInt8](repeating: 0, count: plan.unitCount)
        var removed = 0
        for count in counts {
          try Task.checkCancellation()
          for player in order[removed..<count] { for unit in players.units[player] { masks[unit] = .max } }
          removed = count
          pass.run(removing: masks, replacement: replacement, donor: donor)
          for (lane, image) in range.enumerated() {
            logits.withUnsafeMutableBufferPointer { pass.copyLogits(lane: lane, into: $0) }
            if !logits.allSatisfy(\.isFinite) { throw AblatedInference.notFinite(images.names[image]) }
            logits.withUnsafeBufferPointer { logits in
              for metric in metrics { scores.append(metric.score(logits: logits, label: images.labels[image])) }
            }
          }
        }
      }
      return scores
    }
    return metrics.indices.map { metric in
      orders.indices.map { order in
        RemovalScores(
          counts: counts,
          scores: counts.indices.map { step in
            blocks.enumerated().flatMap { block, scores in
              // [order][count][image of the block][metric]
              let width = min(ExecutionPlan.laneCount, images.count - block * ExecutionPlan.laneCount)
              let start = (order * counts.count + step) * width
              return (start..<start + width).map { scores[$0 * metrics.count + metric] }
            }
          })
      }
    }
  }
}
