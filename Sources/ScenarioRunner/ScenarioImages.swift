import InputErrors

/// A set of images that a scenario names.
public struct ScenarioImages: Sendable, Hashable {
  /// Where they come from.
  public enum Source: Sendable, Hashable {
    case files(Files)
    case world(WorldSample)
    /// The user's own; the text says what is needed.
    case brought(String)
  }

  /// Labelled images in any form that `--images` takes; paths are relative to the scenario.
  public struct Files: Sendable, Hashable {
    public var path: String
    public var labels: String?
    public var classes: String?
    /// A preset, or `./` and a JSON file.
    public var preprocess: String
    public var labelOffset: Int?
    /// Only the first so many.
    public var limit: Int?
    /// Only so many, drawn by the seed of the step.
    public var sample: Int?

    public init(
      path: String, labels: String? = nil, classes: String? = nil, preprocess: String, labelOffset: Int? = nil,
      limit: Int? = nil, sample: Int? = nil
    ) {
      self.path = path
      self.labels = labels
      self.classes = classes
      self.preprocess = preprocess
      self.labelOffset = labelOffset
      self.limit = limit
      self.sample = sample
    }
  }

  /// What steps call them.
  public var name: String
  public var source: Source

  public init(name: String, source: Source) {
    self.name = name
    self.source = source
  }
}
