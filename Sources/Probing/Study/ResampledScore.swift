import Statistics

/// A score on held-out images, averaged over the folds of repeated cross-validations, with its error.
///
/// Folds share training images, so the variance of their mean is larger than s²/J: it is s²·(1/J + n₂/n₁) with n₂ images
/// held out and n₁ in training (Nadeau and Bengio 2003), and the interval is Student's with J − 1 degrees of freedom. It is
/// a fixed-sample interval, approximate, for the score of a probe trained on n₁ images. Folds that happen to agree say less
/// than the number of images allows: a share of right answers has at least the binomial error.
public struct ResampledScore: Sendable, Hashable, Codable {
  public let mean: Double
  public let standardError: Double
  /// The interval of 95 %, within what the score can be.
  public let lower: Double
  public let upper: Double
  /// One a fold, cross-validation after cross-validation.
  public let values: [Double]

  /// - Parameters:
  ///   - folds: of each cross-validation, at least 2.
  ///   - limits: the smallest and the largest score that there can be.
  ///   - leastError: a standard error that it is not below.
  /// - Precondition: at least two values.
  public init(
    _ values: [Double], folds: Int, level: Double = 0.95,
    limits: ClosedRange<Double> = -Double.infinity...Double.infinity, leastError: Double = 0
  ) {
    precondition(values.count > 1 && folds > 1, "at least two folds")
    let moments = RunningMoments(values)
    mean = moments.mean
    let ratio = 1 / Double(folds - 1)
    standardError = max(leastError, ((moments.variance ?? 0) * (1 / Double(values.count) + ratio)).squareRoot())
    let quantile = StudentDistribution(degreesOfFreedom: Double(values.count - 1)).quantile((1 + level) / 2)
    lower = max(limits.lowerBound, mean - quantile * standardError)
    upper = min(limits.upperBound, mean + quantile * standardError)
    self.values = values
  }

  /// The probability of a mean at least so far above `chance` if the score were that: Student's, or nil where all folds
  /// agree and say nothing about the error.
  func probability(above chance: Double) -> Double? {
    guard standardError > 0 else { return mean > chance ? nil : 1 }
    return StudentDistribution(degreesOfFreedom: Double(values.count - 1)).upperTail((mean - chance) / standardError)
  }

  /// The difference to another score of the same folds.
  ///
  /// - Precondition: as many values.
  public func difference(to other: ResampledScore, folds: Int) -> ResampledScore {
    precondition(values.count == other.values.count, "scores of the same folds")
    return ResampledScore(zip(values, other.values).map { $0 - $1 }, folds: folds)
  }
}
