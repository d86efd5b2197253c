import Probing
import Statistics

/// A number with the limits of its interval.
public struct TCAVEstimate: Sendable, Hashable, Codable {
  public var value: Double
  public var lower: Double
  public var upper: Double

  public init(_ value: Double, _ interval: ClosedRange<Double>) {
    self.value = value
    lower = interval.lowerBound
    upper = interval.upperBound
  }
}

/// What a TCAV run found.
public struct TCAVResult: Sendable, Hashable, Codable {
  /// The classifiers of a concept at a layer.
  public struct Vector: Sendable, Hashable, Codable {
    public var layer: String
    public var concept: String
    /// Of the held-out images of all negative sets, how many fell on their side.
    public var rightCount: Int
    public var heldOutCount: Int
    public var accuracy: Double
    /// True when the accuracy is not shown to be above chance: then no score of this concept at this layer is a statement.
    public var isWithheld: Bool
    /// The mean cosine between vectors that were fitted against different random images: 1 is the same direction.
    public var cosine: Double?
    /// The mean vector, one value a feature; its length is the standard deviation of random images along it. Not encoded.
    public var direction: [Double] = []

    enum CodingKeys: String, CodingKey {
      case layer, concept, rightCount, heldOutCount, accuracy, isWithheld, cosine
    }
  }

  /// One concept, one class, one layer.
  public struct Finding: Sendable, Hashable, Codable {
    public var layer: String
    public var concept: String
    public var className: String
    public var imageCount: Int
    public var isWithheld: Bool
    /// T: the mean over negative sets of the share of class images whose logit rises along the CAV. The interval is of the
    /// bootstrap over class images.
    public var score: TCAVEstimate
    /// T for each negative set.
    public var setScores: [Double]
    /// T with the concept's images and the negative sets drawn anew, once a redraw.
    public var redrawnScores: [Double]
    /// Σ of positive slopes / Σ of all |slopes|; nil where all are 0.
    public var magnitude: Double?
    /// Mean slope of the logit per standard deviation of random images along the CAV.
    public var sensitivity: TCAVEstimate
    public var smoothScore: Double
    /// Mean change of the logit, to first order, from the mean activations of random images to those of the concept's.
    public var shift: TCAVEstimate
    public var tests: [TCAVTest]
    public var published: PublishedTest?

    /// True when any of the tests is significant.
    public var isSignificant: Bool { tests.contains(where: \.isSignificant) }

    public func test(_ statistic: TCAVStatistic) -> TCAVTest? { tests.first { $0.statistic == statistic } }

    /// What the finding says, all guards considered.
    public var verdict: TCAVVerdict {
      if isWithheld { return .withheld }
      guard let decisive = decisiveTest, decisive.isSignificant else { return .notShown }
      return decisive.isAbove ? .raises : .lowers
    }

    /// The most certain of the tests, which decides the direction.
    public var decisiveTest: TCAVTest? { tests.min { $0.pValue < $1.pValue } }

    /// True when tests that are significant point in opposite directions.
    public var isDivided: Bool { Set(tests.filter(\.isSignificant).map(\.isAbove)).count > 1 }
  }

  /// One concept told apart from another.
  public struct Relative: Sendable, Hashable, Codable {
    public var layer: String
    public var className: String
    /// The vector leads from the second to the first.
    public var first: String
    public var second: String
    public var accuracy: Double
    public var isWithheld: Bool
    /// The share of class images whose logit rises from the second concept towards the first.
    public var score: Double
    public var sensitivity: Double
    /// Of the sensitivity, against pairs of random concepts; corrected for all relative comparisons.
    public var test: TCAVTest
  }

  public var configuration: TCAVConfiguration
  /// Images of a concept, a random concept and a negative set.
  public var conceptSize: Int
  public var randomImageCount: Int
  /// The mean share of images that two random concepts have in common.
  public var randomOverlap: Double
  /// Random images that disjoint draws would need.
  public var disjointImageCount: Int
  /// Hypotheses that the correction counts: concepts × classes × layers × statistics.
  public var hypothesisCount: Int
  public var vectors: [Vector]
  /// In the order of layers, concepts and classes.
  public var findings: [Finding]
  public var relatives: [Relative]
  /// `[layer][random concept]`: the mean vectors of some random concepts, scaled as concepts' are. Not encoded.
  public var randomDirections: [[[Double]]] = []

  enum CodingKeys: String, CodingKey {
    case configuration, conceptSize, randomImageCount, randomOverlap, disjointImageCount, hypothesisCount, vectors
    case findings, relatives
  }

  /// The smallest adjusted p-value that the rank test can reach: R + 1 must be at least hypotheses / α.
  public var smallestRankPValue: Double {
    let factor =
      switch configuration.correction {
      case .holm, .bonferroni: Double(hypothesisCount)
      case .benjaminiHochberg, .none: 1.0
      }
    return min(1, factor / Double(configuration.randomConceptCount + 1))
  }

  public func vector(layer: String, concept: String) -> Vector? {
    vectors.first { $0.layer == layer && $0.concept == concept }
  }
}

/// What a finding says.
public enum TCAVVerdict: String, Sendable, Hashable, Codable, CaseIterable {
  /// The logit rises towards the concept, more than towards random concepts.
  case raises
  /// It falls.
  case lowers
  /// No more than with random concepts; marked with a star.
  case notShown = "not-shown"
  /// The classifier does not know the concept, so that its direction means nothing.
  case withheld
}
