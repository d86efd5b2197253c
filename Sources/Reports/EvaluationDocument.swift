import NeuronShapley

/// How well a network classifies images, as a document: the result of `evaluate`.
public struct EvaluationDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.evaluation"

  public var format: String
  public var version: Int
  /// The model's file, and its SHA-256.
  public var file: String
  public var digest: String
  public var images: RankingDocument.ImagesSummary
  /// Names by label; empty when none are known.
  public var classNames: [String]
  /// Scores with standard errors, class by class, and the confusion matrix's entries that are not zero.
  public var report: ClassificationReport

  public init(
    file: String, digest: String, images: RankingDocument.ImagesSummary, classNames: [String],
    report: ClassificationReport
  ) {
    format = Self.formatName
    version = 1
    self.file = file
    self.digest = digest
    self.images = images
    self.classNames = classNames
    self.report = report
  }
}
