import Statistics

/// A mean of a score over images with its standard error.
public struct MeanScore: Sendable, Hashable, Codable {
  public let mean: Double
  /// The error of drawing these images from a larger population; nil for a single image.
  public let standardError: Double?
  public let imageCount: Int

  init(_ scores: [Double]) {
    let moments = RunningMoments(scores)
    mean = scores.reduce(0, +) / Double(scores.count)
    standardError = moments.standardError
    imageCount = scores.count
  }
}
