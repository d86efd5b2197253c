import Probing
import Statistics

/// What one concept, or one random concept in its place, shows at one layer: against all negative sets.
struct ConceptEvidence: Sendable {
  /// Of one class.
  struct Sensitivity: Sendable {
    /// The share of the class's images with a positive slope, for each negative set.
    var setScores: [Double]
    /// For each image the share of negative sets with a positive slope: its part in the score.
    var imageScores: [Double]
    /// For each image the mean slope over negative sets.
    var imageSlopes: [Double]
    /// For each image the probability that a CAV fitted to yet another negative set gives it a positive slope.
    var imageSmooth: [Double]
    /// Σ of positive slopes / Σ of all |slopes|, over images and sets; nil where all are 0.
    var magnitude: Double?
    /// For each image the change of the logit along the difference of the mean activations.
    var imageShifts: [Double]

    func value(_ statistic: TCAVStatistic) -> Double {
      switch statistic {
      case .score: Self.mean(setScores)
      case .sensitivity: Self.mean(imageSlopes)
      case .smooth: Self.mean(imageSmooth)
      case .shift: Self.mean(imageShifts)
      }
    }

    func imageValues(_ statistic: TCAVStatistic) -> [Double] {
      switch statistic {
      case .score: imageScores
      case .sensitivity: imageSlopes
      case .smooth: imageSmooth
      case .shift: imageShifts
      }
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

    /// - Parameters:
    ///   - slopes: `[set][image]`.
    ///   - shifts: `[image]`.
    init(slopes: [[Double]], shifts: [Double]) {
      imageShifts = shifts
      let sets = Double(slopes.count), images = slopes[0].count
      setScores = slopes.map { Double($0.count { $0 > 0 }) / Double(images) }
      imageScores = []
      imageSlopes = []
      imageSmooth = []
      var positive = 0.0, all = 0.0
      for image in 0..<images {
        let own = slopes.map { $0[image] }
        let moments = RunningMoments(own)
        imageScores.append(Double(own.count { $0 > 0 }) / sets)
        imageSlopes.append(moments.mean)
        let spread = (moments.variance ?? 0).squareRoot()
        imageSmooth.append(
          spread > 0
            ? StandardNormalDistribution.cumulative(moments.mean / spread)
            : moments.mean > 0 ? 1 : moments.mean < 0 ? 0 : 0.5)
        for slope in own {
          all += abs(slope)
          if slope > 0 { positive += slope }
        }
      }
      magnitude = all > 0 ? positive / all : nil
    }
  }

  /// One entry a class.
  var classes: [Sensitivity]
  var rightCount: Int
  var heldOutCount: Int
  /// The mean of the unit vectors; empty unless it is kept.
  var direction: [Double]
  /// The mean cosine between the vectors of different negative sets; nil where one of them is 0.
  var cosine: Double?

  /// - Parameters:
  ///   - vectors: one a negative set.
  ///   - difference: mean activations of the concept's images less those of the images that they are told apart from.
  ///   - gradients: one matrix a class.
  init(
    _ vectors: [ConceptActivationVector], difference: [Double], gradients: [FeatureMatrix], keepsDirection: Bool
  ) {
    classes = gradients.map { gradients in
      Sensitivity(slopes: vectors.map { $0.sensitivities(gradients) }, shifts: gradients.products(difference))
    }
    rightCount = vectors.reduce(0) { $0 + $1.rightCount }
    heldOutCount = vectors.reduce(0) { $0 + $1.heldOutCount }
    direction = []
    guard keepsDirection else { return }
    let lengths = vectors.map { $0.direction.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    direction = vectors[0].direction.map { _ in 0 }
    for (vector, length) in zip(vectors, lengths) where length > 0 {
      for place in direction.indices { direction[place] += vector.direction[place] / length }
    }
    guard lengths.allSatisfy({ $0 > 0 }), vectors.count > 1 else { return }
    // |Σ units|² = B + 2·Σ cosines of pairs.
    let count = Double(vectors.count)
    cosine = (direction.reduce(0) { $0 + $1 * $1 } - count) / (count * (count - 1))
  }

  /// True when the held-out images do not show that the classifier knows the concept: the one-sided 95 % limit (Wilson)
  /// of its accuracy is no more than chance.
  var isAtChance: Bool {
    guard let interval = ProportionInterval.wilson(successes: rightCount, trials: heldOutCount, z: 1.6448536269514722)
    else { return true }
    return interval.lowerBound <= 0.5
  }
}
