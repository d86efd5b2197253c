/// Whether the network uses what a probe can read: what happens to its performance when it is taken away.
///
/// A concept that can be read need not be used (Ravichander, Belinkov and Hovy 2021). So the probe's direction and its
/// leading neurons are removed, beside the directions of probes that were trained on shuffled labels, and beside random neurons.
public struct ConceptEffect: Sendable, Hashable, Codable {
  /// One kind of removal, beside random ones of the same size.
  public struct Trial: Sendable, Hashable, Codable {
    /// How many directions or neurons were removed together.
    public let removedCount: Int
    /// The metric after the concept's were removed.
    public let after: Double
    /// After random ones were, one entry a draw.
    public let random: [Double]
    /// The mean over random draws.
    public let randomMean: Double
    /// (1 + random draws that lower the metric as much or more) / (draws + 1): exact if the concept's removal were one
    /// more random draw.
    public let pValue: Double

    init(removedCount: Int, after: Double, random: [Double]) {
      self.removedCount = removedCount
      self.after = after
      self.random = random
      randomMean = random.reduce(0, +) / Double(max(1, random.count))
      pValue = Double(1 + random.count { $0 <= after }) / Double(random.count + 1)
    }
  }

  /// What the removals say together.
  public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its direction costs more than those of shuffled labels do, and it was found in the layer.
    case used
    /// That cannot be shown: what can be read may not be needed for what the metric measures.
    case notShown = "not-shown"
  }

  /// The rate at which a concept without any use is called used; for each concept and layer, not for all together.
  public static let errorRate = 0.05

  public let concept: String
  public let layer: String
  /// The metric's name.
  public let metric: String
  /// True when the network's own decisions took the place of labels.
  public let isJudgedByOwnDecisions: Bool
  /// Images that it was judged on: those that show the concept, where it has two classes.
  public let imageCount: Int
  /// The whole network's score.
  public let before: Double
  /// Removal of what the probe reads from the layer's activations: x − v·(v·(x − μ))/|v|², at every position.
  public let direction: Trial
  /// Removal of the neurons with the largest weights, by the ablation of rankings; nil where they are no filters.
  public let neurons: Trial?
  /// Their names.
  public let neuronNames: [String]
  public let verdict: Verdict
}
