import Inference
import Statistics

/// How well a network does on each group of images.
public struct GroupScores: Sendable, Hashable, Codable {
  /// One group, or all images.
  public struct Score: Sendable, Hashable, Codable {
    public let imageCount: Int
    public let correctCount: Int
    public let accuracy: Double
    /// Wilson's 95 % interval of the accuracy.
    public let lower: Double
    public let upper: Double
    /// The mean log-likelihood.
    public let logLikelihood: Double

    init(_ places: [Int], correct: [Double], logLikelihoods: [Double]) {
      imageCount = places.count
      correctCount = places.count { correct[$0] == 1 }
      accuracy = Double(correctCount) / Double(max(1, places.count))
      let interval = ProportionInterval.wilson(successes: correctCount, trials: places.count) ?? 0...1
      lower = interval.lowerBound
      upper = interval.upperBound
      logLikelihood = places.reduce(0) { $0 + logLikelihoods[$1] } / Double(max(1, places.count))
    }
  }

  /// In the order of ``ImageGroups/names``.
  public let groups: [Score]
  public let overall: Score

  /// - Parameter correct: 1 for each image that is answered right, else 0.
  init(_ groups: ImageGroups, correct: [Double], logLikelihoods: [Double]) {
    self.groups = groups.names.indices.map {
      Score(groups.places(of: $0), correct: correct, logLikelihoods: logLikelihoods)
    }
    overall = Score(Array(groups.members.indices), correct: correct, logLikelihoods: logLikelihoods)
  }

  /// The group with the smallest accuracy; of equal ones the first. Groups without images are passed over.
  public var worst: Int? {
    groups.indices.filter { groups[$0].imageCount > 0 }.min { groups[$0].accuracy < groups[$1].accuracy }
  }
}

extension GroupScores {
  /// The whole network's scores. Complexity: one forward pass an image.
  public static func measured(
    _ plan: ExecutionPlan, on part: GroupRepair.Part, workers: Int = 1,
    progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> GroupScores {
    let inference = try AblatedInference(plan, on: part.images, workers: workers)
    let scores = try await inference.mapLogits(removing: [], ablation: nil, progress: progress) { logits, label in
      SIMD2(
        PerformanceMetric.accuracy.score(logits: logits, label: label),
        PerformanceMetric.logLikelihood().score(logits: logits, label: label))
    }
    return GroupScores(part.groups, correct: scores.map { $0[0] }, logLikelihoods: scores.map { $0[1] })
  }
}
