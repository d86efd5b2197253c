import Images
import Inference
import InputErrors
import Networks

/// How well a network classifies labelled images, with filters removed at will.
public struct ClassificationReport: Sendable, Hashable, Codable {
  /// The images of one class.
  public struct ClassScore: Sendable, Hashable, Codable {
    public let label: Int
    /// The class's name, or its label as text.
    public let name: String
    /// Images of the class.
    public let imageCount: Int
    /// How many of them are predicted to be of it.
    public let correctCount: Int
    /// How many of them have it among the five classes with the largest logits.
    public let top5Count: Int
    /// Their mean log-probability of the class; at most 0.
    public let logLikelihood: Double

    /// The share of the class's images that are recognised.
    public var accuracy: Double { Double(correctCount) / Double(imageCount) }
    /// The share of the class's images that have it among the first five.
    public var top5: Double { Double(top5Count) / Double(imageCount) }
  }

  /// An entry of the confusion matrix that is not zero.
  public struct Confusion: Sendable, Hashable, Codable {
    public let label: Int
    public let predicted: Int
    public let imageCount: Int
  }

  public let imageCount: Int
  public let classCount: Int
  /// The filters that were removed; empty for the whole network.
  public let removed: [Filter]
  /// What removed filters were replaced with; nil when none was removed.
  public let ablation: Ablation?
  public let accuracy: MeanScore
  public let top5: MeanScore
  public let logLikelihood: MeanScore
  /// The classes that have images, by label.
  public let classes: [ClassScore]
  /// The confusion matrix's entries that are not zero, by label, then by prediction.
  public let confusions: [Confusion]

  /// Evaluates the images once.
  ///
  /// - Parameters:
  ///   - filters: removed together for every image; needs `ablation` unless empty.
  ///   - progress: called with the number of images done.
  /// - Throws: ``InputErrors/InputError`` when a filter is unknown, the images or labels do not fit, or a logit is not a
  ///   number. Complexity: one forward pass an image.
  public static func measured(
    _ plan: ExecutionPlan, on images: LabeledImages, removing filters: [Filter] = [],
    ablation: CalibratedAblation? = nil, workers: Int = 1, progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> ClassificationReport {
    let catalog = FilterCatalog(plan)
    let units = try filters.map { try catalog.unit(of: $0) }
    let inference = try AblatedInference(plan, on: images, workers: workers)
    let outcomes = try await inference.mapLogits(removing: units, ablation: ablation, progress: progress) {
      logits, label in
      Outcome(
        label: label, predicted: AblatedInference.prediction(logits),
        isTop5: Objective.top5.score(logits: logits, label: label) == 1,
        logLikelihood: Objective.logLikelihood.score(logits: logits, label: label))
    }
    return ClassificationReport(
      outcomes, images, classCount: plan.network.classCount, removed: filters,
      ablation: filters.isEmpty ? nil : ablation?.kind)
  }

  private struct Outcome: Sendable {
    let label: Int
    let predicted: Int
    let isTop5: Bool
    let logLikelihood: Double
  }

  private init(
    _ outcomes: [Outcome], _ images: LabeledImages, classCount: Int, removed: [Filter], ablation: Ablation?
  ) {
    imageCount = outcomes.count
    self.classCount = classCount
    self.removed = removed
    self.ablation = ablation
    accuracy = MeanScore(outcomes.map { $0.predicted == $0.label ? 1 : 0 })
    top5 = MeanScore(outcomes.map { $0.isTop5 ? 1 : 0 })
    logLikelihood = MeanScore(outcomes.map(\.logLikelihood))
    var counts: [Int: [Int: Int]] = [:]
    for outcome in outcomes { counts[outcome.label, default: [:]][outcome.predicted, default: 0] += 1 }
    let byLabel = Dictionary(grouping: outcomes, by: \.label)
    classes = counts.keys.sorted().map { label in
      let own = byLabel[label] ?? []
      return ClassScore(
        label: label, name: images.className(of: label), imageCount: own.count,
        correctCount: counts[label]?[label] ?? 0, top5Count: own.count { $0.isTop5 },
        logLikelihood: own.reduce(0) { $0 + $1.logLikelihood } / Double(own.count))
    }
    confusions = counts.keys.sorted().flatMap { label in
      (counts[label] ?? [:]).sorted { $0.key < $1.key }.map {
        Confusion(label: label, predicted: $0.key, imageCount: $0.value)
      }
    }
  }
}
