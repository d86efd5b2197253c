/// What a layer knows of a concept, beside what the same probe makes of things that it should not know.
public struct LayerProbe: Sendable, Hashable, Codable {
  /// The controls of a layer.
  public struct Controls: Sendable, Hashable, Codable {
    /// On labels shuffled among the images: above chance only if something leaks.
    public let shuffled: ResampledScore
    /// On the control task: what the probe owes to its capacity.
    public let controlTask: ResampledScore
    /// In the same layer of the network before training: what the architecture gives away.
    public let untrained: ResampledScore
  }

  /// What may be said of a concept and a layer.
  public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// Not above chance beyond the rate of errors.
    case notFound = "not-found"
    /// Above chance, but no better than from the untrained network or from the image itself.
    case decodable
    /// Above chance, above the untrained network and above the image.
    case learned
  }

  public let concept: String
  public let layer: String
  public let featureCount: Int
  /// Balanced accuracy, or R² for a quantity, on held-out images.
  public let score: ResampledScore
  /// Plain accuracy; nil for a quantity.
  public let accuracy: ResampledScore?
  public let controls: Controls
  /// The score less that of the control task.
  public let selectivity: ResampledScore
  /// The score less that from the image itself, and less that from the untrained network; by fold.
  public let aboveInput: ResampledScore
  public let aboveUntrained: ResampledScore
  /// Of a score so far above chance where there is nothing to find.
  public let pValue: Double
  /// The same, by Holm's method over all concepts and layers of the study.
  public var adjustedPValue: Double
  public var verdict: Verdict
  /// The penalty that the probe on all images chose.
  public let strength: Double
  /// Features with a weight that is not zero; nil for a probe without weights.
  public let nonzeroWeights: Int?
  /// Whether that probe tells all its images apart without error: then its weights are decided by the penalty alone.
  public let isSeparable: Bool
  public let descriptionLength: DescriptionLength?
  public let sufficiencies: [NeuronSufficiency]
  /// One a feature, for concepts of two classes; empty otherwise.
  public let units: [UnitProbe]
  /// The score from each cell's neurons alone, row by row, for ``ActivationPooling/positions``; empty otherwise.
  public let cells: [ResampledScore]
  public let cellColumns: Int
}

/// A concept and all layers.
public struct ConceptProbes: Sendable, Hashable, Codable {
  public let concept: String
  public let classNames: [String]
  /// Images of each class; the number of images alone for a quantity.
  public let imageCounts: [Int]
  public let chance: Double
  /// The same probe on the image itself.
  public let input: ResampledScore
  public var layers: [LayerProbe]

  /// The layer with the highest score; the earlier of equal ones.
  public var best: LayerProbe? {
    layers.enumerated().max { ($0.element.score.mean, -$0.offset) < ($1.element.score.mean, -$1.offset) }?.element
  }
}
