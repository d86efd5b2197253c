import InputErrors
import Probing
import Statistics

/// What of a concept's influence on a class is compared with that of random concepts.
public enum TCAVStatistic: String, Sendable, Hashable, Codable, CaseIterable {
  /// The share of the class's images whose logit rises along the concept's direction (Kim et al. 2018).
  case score
  /// The mean slope of the logit along the direction, per standard deviation of random images along it. It goes on telling
  /// directions apart where nearly all images agree on the sign and every score, that of random directions too, is near 0
  /// or 1, as in the last layers of a network.
  case sensitivity
  /// The smooth score of α-TCAV.
  case smooth
  /// The mean change of the logit, to first order, from random images to the concept's: the slope along the difference of
  /// their mean activations. The other statistics give every direction the same length, that of random concepts too; this one
  /// knows how far a concept's images really lie from random ones, and is linear in them, so that it tells concepts from random
  /// ones that the spread of the others' slopes hides. The difference of means is the pattern behind a linear
  /// classifier (Pahde et al. 2025, for two classes).
  case shift

  /// True for shares between 0 and 1; the others are changes of the logit.
  public var isShare: Bool {
    switch self {
    case .score, .smooth: true
    case .sensitivity, .shift: false
    }
  }
}

/// How concepts are tested: what is drawn, what is fitted, what counts as more than chance.
public struct TCAVConfiguration: Sendable, Hashable, Codable {
  /// B: sets of random images, each of which every concept and every random concept is told apart from.
  public var negativeSetCount = 5
  /// R: random concepts, which show what scores look like when a concept means nothing.
  public var randomConceptCount = 39
  /// Images of a concept that a CAV is fitted to and tested on; nil for as many as there are for all.
  public var conceptSize: Int?
  /// How the activations of an image become features.
  public var pooling = ActivationPooling.mean
  /// Which direction a concept's classifier gives it.
  public var direction = ConceptDirection.standardized
  /// What each hypothesis is tested by; each is a hypothesis of its own in the correction.
  public var statistics: [TCAVStatistic] = [.score, .sensitivity, .shift]
  /// α, of the whole run where the correction is one.
  public var level = 0.05
  public var correction = MultipleTesting.holm
  /// How often a concept's images and the negative sets are drawn anew to see whether its scores stay.
  public var reseedCount = 2
  /// Whether concepts whose classifier is at chance on held-out images get no score. False only to examine the tests.
  public var withholdsAtChance = true
  /// Whether concepts are told apart from each other too.
  public var includesRelative = false
  /// Whether the usual test over CAVs that share their positives is made beside.
  public var includesPublished = false
  /// The penalty's strength is chosen by cross-validation for each CAV; see ``Probing/ProbeConfiguration``.
  public var probe = ConceptActivationVector.defaultProbe
  /// Resamples of class images for intervals.
  public var resampleCount = 1000
  public var seed: UInt64 = 0

  public init() {}

  /// The fewest images of a concept.
  public static let fewestImages = 10
  /// The share of the random images, in multiples of a concept's size, that is needed at least: two sets of negatives and
  /// three random concepts that do not overlap.
  public static let fewestSets = 5

  /// - Throws: ``InputErrors/InputError`` (usage) naming the setting that is out of range.
  public func check() throws(InputError) {
    func require(_ holds: Bool, _ key: String, _ expected: String, _ found: some CustomStringConvertible)
      throws(InputError)
    {
      guard !holds else { return }
      throw InputError(.usage, "the number is out of range", at: .init(key: key), expected: expected, found: "\(found)")
    }
    try require(negativeSetCount >= 2, "negative-sets", "2 or more", negativeSetCount)
    try require(randomConceptCount >= 5, "random-concepts", "5 or more", randomConceptCount)
    try require(
      (conceptSize ?? Self.fewestImages) >= Self.fewestImages, "concept-size", "\(Self.fewestImages) or more",
      conceptSize ?? 0)
    try require(level > 0 && level < 1, "level", "between 0 and 1", level)
    try require(reseedCount >= 0, "reseeds", "0 or more", reseedCount)
    try require(!statistics.isEmpty, "statistic", "at least one", 0)
  }
}
