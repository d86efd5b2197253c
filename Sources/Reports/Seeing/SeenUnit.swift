import Visualization

extension VisualizationDocument {
  /// All that is known of one unit.
  public struct Unit: Sendable, Hashable, Codable {
    /// `layer:channel`.
    public var name: String
    public var layer: String
    public var channel: Int
    /// Its place in the ranking.
    public var ranking: Ranking?
    /// Its values for classes, the largest first, where class-specific values were given.
    public var classes: [ClassValue] = []
    /// What probes read from it, where probes were given.
    public var probes: [ProbeWeight] = []
    /// How its values before the activation function are distributed over the images.
    public var distribution: ActivationDistribution?
    /// True when it never fires: its output is the lowest that its activation function has, everywhere.
    public var isSilent = false
    public var examples: [Examples] = []
    public var maximized: [Picture] = []
    public var dissection: Dissected?

    public init(name: String, layer: String, channel: Int) {
      self.name = name
      self.layer = layer
      self.channel = channel
    }
  }

  public struct Ranking: Sendable, Hashable, Codable {
    public var rank: Int
    public var value: Double
    /// Nil where the table has none.
    public var standardError: Double?
    public var status: String

    public init(rank: Int, value: Double, standardError: Double?, status: String) {
      self.rank = rank
      self.value = value
      self.standardError = standardError
      self.status = status
    }
  }

  public struct ClassValue: Sendable, Hashable, Codable {
    public var className: String
    public var value: Double
    public var standardError: Double?

    public init(className: String, value: Double, standardError: Double?) {
      self.className = className
      self.value = value
      self.standardError = standardError
    }
  }

  /// A unit's place in the order of a probe's neurons.
  public struct ProbeWeight: Sendable, Hashable, Codable {
    public var concept: String
    /// From 1; of as many as the layer has.
    public var rank: Int
    public var count: Int
    /// The share of the probe's weights that lies on it, 0…1; nil where the order says none.
    public var share: Double?

    public init(concept: String, rank: Int, count: Int, share: Double?) {
      self.concept = concept
      self.rank = rank
      self.count = count
      self.share = share
    }
  }

  /// Images from one part of a unit's distribution.
  public struct Examples: Sendable, Hashable, Codable {
    public struct Example: Sendable, Hashable, Codable {
      public var image: String
      /// Before the activation function.
      public var value: Double
      /// The position in the unit's map.
      public var row: Int
      public var column: Int
      /// First and last row, and column, of the image that the unit sees there; empty where it sees none.
      public var rows: [Int]
      public var columns: [Int]

      public init(image: String, value: Double, row: Int, column: Int, rows: [Int], columns: [Int]) {
        self.image = image
        self.value = value
        self.row = row
        self.column = column
        self.rows = rows
        self.columns = columns
      }
    }

    public struct Reconstruction: Sendable, Hashable, Codable {
      /// `gradient`, `guided`, `deconvolution`.
      public var rule: String
      public var picture: String

      public init(rule: String, picture: String) {
        self.rule = rule
        self.picture = picture
      }
    }

    public var group: ExampleGroup
    public var examples: [Example]
    /// A sheet of the patches, row by row in the order of the examples; the whole images with the activation map over
    /// them, and what the activations go back to, on sheets of the same order.
    public var patches: String?
    public var overlays: String?
    public var reconstructions: [Reconstruction] = []
    /// Pictures in a row of the sheets.
    public var columnCount: Int

    public init(group: ExampleGroup, examples: [Example], columnCount: Int) {
      self.group = group
      self.examples = examples
      self.columnCount = columnCount
    }
  }

  /// A unit against the masks.
  public struct Dissected: Sendable, Hashable, Codable {
    public struct Concept: Sendable, Hashable, Codable {
      public var concept: String
      public var iou: Double
      /// Linearised, over images.
      public var standardError: Double?

      public init(concept: String, iou: Double, standardError: Double?) {
        self.concept = concept
        self.iou = iou
        self.standardError = standardError
      }
    }

    /// The activation that the largest share of positions exceeds.
    public var threshold: Double
    /// The largest IoU first, at most five.
    public var concepts: [Concept]
    /// The unit's best IoU when every image has another one's masks; nil for a single image.
    public var chance: Double?
    public var isDetector: Bool
    /// Images with the part above the threshold outlined.
    public var picture: String?

    public init(threshold: Double, concepts: [Concept], chance: Double?, isDetector: Bool, picture: String? = nil) {
      self.threshold = threshold
      self.concepts = concepts
      self.chance = chance
      self.isDetector = isDetector
      self.picture = picture
    }
  }
}
