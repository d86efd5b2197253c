import NeuronShapley

/// How far a unit and a concept cover the same pixels, over all images.
public struct ConceptOverlap: Sendable, Hashable, Codable {
  public let concept: String
  /// Pixels where the concept lies and the unit's stretched map is above its threshold.
  public let intersection: Int
  /// Pixels of one or the other.
  public let union: Int
  /// The linearised standard error of ``value``, images being the sample; nil for one image or an empty union.
  public let standardError: Double?

  /// Intersection over union, 0…1; 0 where the union is empty.
  public var value: Double { union > 0 ? Double(intersection) / Double(union) : 0 }
}

/// A unit compared with every concept.
public struct DissectedUnit: Sendable, Hashable, Codable {
  /// Whether a unit says anything about the images.
  public enum Activity: String, Sendable, Hashable, Codable, CaseIterable {
    /// Above its minimum at as many positions as the threshold should let through.
    case usual
    /// Above its minimum at fewer, so that the threshold is the minimum.
    case sparse
    /// The same everywhere: it never fires, and is no detector.
    case silent
  }

  public let unit: Filter
  public let activity: Activity
  /// Only what lies above counts as the unit's.
  public let threshold: Float
  /// The largest activation of all.
  public let maximum: Float
  /// The share of all pixels where the stretched map is above the threshold.
  public let share: Double
  /// One a concept, in the concepts' order; none for a silent unit.
  public let overlaps: [ConceptOverlap]
  /// The largest overlap, the first of equal ones; nil where the unit meets no concept.
  public let best: ConceptOverlap?
  /// Whether the largest overlap is above the bound for detectors.
  public let isDetector: Bool
  /// The largest overlap with the masks of other images; nil when there is one image. The best of many concepts is large by
  /// chance, more so when images are alike or a concept always lies in the same place.
  public let chance: Double?
}

/// The units of a layer in a few numbers.
public struct DissectedLayer: Sendable, Hashable, Codable {
  /// A concept with how many detectors it has.
  public struct Detected: Sendable, Hashable, Codable {
    public let concept: String
    public let detectorCount: Int
  }

  public let name: String
  public let unitCount: Int
  public let silentCount: Int
  public let detectorCount: Int
  /// The units that would be detectors if every image had another one's masks; nil when there is one image.
  public let chanceDetectorCount: Int?
  /// The concepts that have detectors, in the concepts' order.
  public let detected: [Detected]

  /// Different concepts with a detector: what Bau et al. call unique detectors.
  public var uniqueDetectorCount: Int { detected.count }

  init(name: String, units: [DissectedUnit], concepts: [String], detectorOverlap: Double) {
    self.name = name
    unitCount = units.count
    silentCount = units.filter { $0.activity == .silent }.count
    let detectors = units.filter(\.isDetector)
    detectorCount = detectors.count
    // A silent unit meets nothing by chance either.
    let chances = units.compactMap(\.chance)
    chanceDetectorCount = chances.count == units.count ? chances.filter { $0 > detectorOverlap }.count : nil
    detected = concepts.compactMap { concept in
      let count = detectors.filter { $0.best?.concept == concept }.count
      return count > 0 ? Detected(concept: concept, detectorCount: count) : nil
    }
  }
}

/// What a dissection found; a result alone.
public struct DissectionResult: Sendable, Hashable, Codable {
  /// A concept as the masks have it.
  public struct Concept: Sendable, Hashable, Codable {
    public let name: String
    /// Images in which it lies somewhere.
    public let imageCount: Int
    /// Its share of all pixels.
    public let share: Double
  }

  public let configuration: DissectionConfiguration
  public let imageCount: Int
  public let concepts: [Concept]
  /// One a layer, in network order.
  public let layers: [DissectedLayer]
  /// By layer in network order and by channel.
  public let units: [DissectedUnit]

  public var detectorCount: Int { layers.reduce(0) { $0 + $1.detectorCount } }

  /// The units that would be detectors if every image had another one's masks; nil when there is one image.
  public var chanceDetectorCount: Int? {
    let counts = layers.compactMap(\.chanceDetectorCount)
    return counts.count == layers.count ? counts.reduce(0, +) : nil
  }

  /// Different concepts with a detector in any layer.
  public var uniqueDetectorCount: Int { Set(layers.flatMap { $0.detected.map(\.concept) }).count }
}
