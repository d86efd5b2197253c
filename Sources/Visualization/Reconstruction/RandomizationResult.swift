import Inference
import Statistics

/// How alike explanations are before and after weights were destroyed.
public struct RandomizationResult: Sendable, Hashable {
  /// Spearman's rank correlation of an image's two maps, of their absolute values and of the values themselves; nil where a map
  /// is the same everywhere, which has no order.
  public struct Agreement: Sendable, Hashable {
    public var absolute: Double?
    public var signed: Double?

    init(before: [Float], after: [Float]) {
      absolute = Self.correlation(before.map { abs(Double($0)) }, after.map { abs(Double($0)) })
      signed = Self.correlation(before.map(Double.init), after.map(Double.init))
    }

    private static func correlation(_ before: [Double], _ after: [Double]) -> Double? {
      RankCorrelation.spearman(before, after)
    }
  }

  /// Means over images with their standard errors (fixed-sample, over images as they were drawn; nil for fewer than two).
  public struct Similarity: Sendable, Hashable, Codable {
    /// Images whose maps could be compared; without any the means are 0 and mean nothing.
    public var imageCount: Int
    public var absolute: Double
    public var absoluteError: Double?
    public var signed: Double
    public var signedError: Double?

    init(_ images: [Agreement]) {
      func moments(_ values: [Double]) -> (Double, Double?) {
        let count = Double(values.count), mean = values.isEmpty ? 0 : values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, values.count > 1 ? (squares / (count - 1) / count).squareRoot() : nil)
      }
      imageCount = images.count { $0.absolute != nil && $0.signed != nil }
      (absolute, absoluteError) = moments(images.compactMap(\.absolute))
      (signed, signedError) = moments(images.compactMap(\.signed))
    }
  }

  public struct Stage: Sendable, Hashable {
    /// The first layer, in network order, that is destroyed; so are all behind it.
    public var layer: String
    public var layerCount: Int
    /// One entry a rule.
    public var similarities: [Similarity]
  }

  public var rules: [BackwardRule]
  public var imageCount: Int
  /// From the last layer alone to all of them.
  public var stages: [Stage]
}
