import InputErrors

/// The performance on one class that a coalition of filters is worth.
///
/// All but ``binary`` are means over the class's own images of a score of each image, so that the values of every class
/// come from the same scores.
public enum ClassMetric: String, Sendable, Hashable, Codable, CaseIterable {
  /// The mean log-probability of the class on its images.
  case logLikelihood = "log-likelihood"
  /// The share of the class's images that are recognised.
  case classAccuracy = "class-accuracy"
  /// The class against the rest: the share of all images that are predicted to be of the class exactly when they are.
  case binary
  /// The share of the class's images that have it among the five largest logits.
  case top5
  /// The mean probability of the class on its images.
  case probability
  /// The mean of the class's logit less the largest other one, on its images.
  case margin
  /// The mean logit of the class on its images.
  case logit

  /// The score of one image under its own label, clipped from below at `floor` where that is possible; nil for
  /// ``binary``, which scores every image once for each class.
  func score(floor: Double?) -> PerformanceMetric? {
    switch self {
    case .logLikelihood: .logLikelihood(floor: floor)
    case .classAccuracy: .accuracy
    case .binary: nil
    case .top5: .top5
    case .probability: .probability
    case .margin: .margin
    case .logit: .logit
    }
  }

  /// Whether images of other classes count too.
  public var looksAtAllImages: Bool { self == .binary }
}
