import Statistics

/// One statistic of one hypothesis (concept, class, layer) against the same of random concepts.
public struct TCAVTest: Sendable, Hashable, Codable {
  public var statistic: TCAVStatistic
  public var value: Double
  /// Mean and standard deviation over the random concepts.
  public var randomMean: Double
  public var randomDeviation: Double
  /// (value − mean) / (s·√(1 + 1/R)), with a larger s where random concepts share images; nil where the random concepts
  /// do not vary at all.
  public var t: Double?
  public var degreesOfFreedom: Double
  /// Of shifts alone: two-sided, that their mean over the class's images differs from 0 (Student's test). A concept may lie so
  /// far from random images that the accident of which images stand for the class would make its shift larger than theirs;
  /// so a shift has to pass both tests, and its p-values are the larger of two (intersection-union),
  /// or 1 where they point in opposite directions. 0 where all images have one gradient, as behind the last activation.
  public var classPValue: Double?
  /// Of Student's distribution, two-sided; 1 where the score is withheld.
  public var pValue: Double
  /// Exact: (1 + random concepts at least as far out) / (R + 1).
  public var rankPValue: Double
  /// Corrected for all hypotheses of the run.
  public var adjustedPValue: Double
  public var adjustedRankPValue: Double
  /// True when the adjusted p-value of Student's distribution is at most α.
  public var isSignificant: Bool

  /// True when the value lies above the random concepts' mean.
  public var isAbove: Bool { value > randomMean }

  /// - Parameters:
  ///   - images: for each image of the class its part in the value.
  ///   - draws: the statistic of each random concept.
  ///   - overlap: q, the mean share of images that two of them have in common. Draws that share images are correlated,
  ///     about by q, which makes their spread too small by √(1 − q) and their mean less certain; both are allowed for.
  init(
    _ statistic: TCAVStatistic, _ value: Double, images: [Double], among draws: [Double], overlap: Double,
    isWithheld: Bool
  ) {
    let moments = RunningMoments(draws)
    let count = Double(draws.count), degrees = count - 1
    let deviation = (moments.variance ?? 0).squareRoot()
    self.statistic = statistic
    self.value = value
    randomMean = moments.mean
    randomDeviation = deviation
    degreesOfFreedom = degrees
    rankPValue = SignificanceTests.rank(of: value, among: draws)
    let q = min(overlap, 0.9)
    let scale = deviation * ((1 + q + (1 - q) / count) / (1 - q)).squareRoot()
    // Rounding alone is no spread.
    let hasSpread = scale > 1e-12 * max(1e-300, abs(moments.mean))
    t = hasSpread ? (value - moments.mean) / scale : nil
    pValue = t.map { StudentDistribution(degreesOfFreedom: degrees).twoSided($0) } ?? rankPValue
    switch statistic {
    case .score, .sensitivity, .smooth: classPValue = nil
    case .shift:
      let own = SignificanceTests.oneSample(images)?.pValue ?? 1
      classPValue = own
      // Above random concepts and below 0, or the other way round, says neither that the logit rises nor that it falls.
      let points = (value > 0) == (value > moments.mean)
      (pValue, rankPValue) = points ? (max(pValue, own), max(rankPValue, own)) : (1, 1)
    }
    if isWithheld { (pValue, rankPValue) = (1, 1) }
    (adjustedPValue, adjustedRankPValue, isSignificant) = (pValue, rankPValue, false)
  }

  /// Corrects the p-values of all tests of a run.
  static func correct(_ tests: [TCAVTest], by correction: MultipleTesting, level: Double) -> [TCAVTest] {
    let adjusted = correction.adjusted(tests.map(\.pValue)), ranks = correction.adjusted(tests.map(\.rankPValue))
    return tests.indices.map { place in
      var test = tests[place]
      test.adjustedPValue = adjusted[place]
      test.adjustedRankPValue = ranks[place]
      test.isSignificant = adjusted[place] <= level
      return test
    }
  }
}

/// The usual test of TCAV (Kim et al. 2018), kept for comparison: CAVs of the concept against many random sets, and of
/// random sets against each other; Student's test of the two samples of scores.
///
/// The CAVs of a concept share their positive images, so their scores are not independent, and the test finds random
/// concepts significant about every second time.
public struct PublishedTest: Sendable, Hashable, Codable {
  /// The mean score of the concept's CAVs.
  public var score: Double
  public var randomScore: Double
  public var t: Double?
  public var pValue: Double
  /// Times the number of hypotheses of the run, as published.
  public var bonferroniPValue: Double

  init(scores: [Double], randomScores: [Double]) {
    score = RunningMoments(scores).mean
    randomScore = RunningMoments(randomScores).mean
    let test = SignificanceTests.twoSample(scores, randomScores)
    t = test.flatMap { $0.statistic.isFinite ? $0.statistic : nil }
    pValue = test?.pValue ?? 1
    bonferroniPValue = pValue
  }
}
