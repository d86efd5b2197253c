import Visualization

/// What the units of a network look for, as a document: `result.json` of `see`.
///
/// Pictures are named as files in the folder beside it: `pictures/….png`. The schema is described in
/// `Reports.docc/VisualizationDocument.md`.
public struct VisualizationDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.visualization"
  public static let currentVersion = 1

  public var format = formatName
  public var version = currentVersion
  public var toolVersion: String
  public var commandLine: [String]
  public var network: RankingDocument.NetworkSummary
  /// The images that examples come from; nil where none were given.
  public var images: RankingDocument.ImagesSummary?
  public var settings: Settings
  /// Where the units' values come from; nil where no ranking was given.
  public var ranking: RankingSource?
  public var firstLayer: FilterSheet?
  /// In the order asked for: that of the ranking where there is one.
  public var units: [Unit] = []
  /// Pictures of what is no single unit: classes, layers, directions, sums.
  public var objectives: [MaximizedObjective] = []
  public var comparisons: [Comparison] = []
  public var evolutions: [Evolution] = []
  public var randomization: Randomization?
  public var dissection: Dissection?
  /// What a reader should know first.
  public var remarks: [String] = []
  /// How long it took; the only key that differs between two runs.
  public var seconds = 0.0

  public init(
    toolVersion: String, commandLine: [String], network: RankingDocument.NetworkSummary,
    images: RankingDocument.ImagesSummary?, settings: Settings
  ) {
    self.toolVersion = toolVersion
    self.commandLine = commandLine
    self.network = network
    self.images = images
    self.settings = settings
  }

  public struct Settings: Sendable, Hashable, Codable {
    /// What was asked for: `filters`, `examples`, ….
    public var shown: [String]
    public var seed: UInt64
    /// Of maximised pictures: height and width; nil where none were made.
    public var extent: [Int]?
    public var steps: Int
    public var regularization: PictureRegularization

    public init(shown: [String], seed: UInt64, extent: [Int]?, steps: Int, regularization: PictureRegularization) {
      self.shown = shown
      self.seed = seed
      self.extent = extent
      self.steps = steps
      self.regularization = regularization
    }
  }

  public struct RankingSource: Sendable, Hashable, Codable {
    public var path: String
    /// `accuracy`; nil where the file does not say.
    public var metric: String?

    public init(path: String, metric: String?) {
      self.path = path
      self.metric = metric
    }
  }

  /// The filters of the layer that reads the image.
  public struct FilterSheet: Sendable, Hashable, Codable {
    public var layer: String
    public var count: Int
    /// Height and width of a filter.
    public var extent: [Int]
    /// True for pictures in colours, false for signed ones.
    public var isColour: Bool
    public var picture: String

    public init(layer: String, count: Int, extent: [Int], isColour: Bool, picture: String) {
      self.layer = layer
      self.count = count
      self.extent = extent
      self.isColour = isColour
      self.picture = picture
    }
  }

  /// A maximised picture.
  public struct Picture: Sendable, Hashable, Codable {
    /// What it maximises, as the command line has it: `conv4:39` for the mean of a unit's map, `conv4:39@centre` for the
    /// unit at the middle of its map.
    public var objective: String
    public var picture: String
    /// The objective at the picture, and at the first one.
    public var value: Double
    public var firstValue: Double
    /// The largest value of the unit's map before the activation function; nil for what is no unit.
    public var peak: Double?

    public init(objective: String, picture: String, value: Double, firstValue: Double, peak: Double?) {
      self.objective = objective
      self.picture = picture
      self.value = value
      self.firstValue = firstValue
      self.peak = peak
    }
  }

  public struct MaximizedObjective: Sendable, Hashable, Codable {
    public var objective: String
    /// The class's name, where it is one class.
    public var title: String?
    public var pictures: [Picture]

    public init(objective: String, title: String? = nil, pictures: [Picture]) {
      self.objective = objective
      self.title = title
      self.pictures = pictures
    }
  }

  /// One objective under every regularisation.
  public struct Comparison: Sendable, Hashable, Codable {
    public struct Column: Sendable, Hashable, Codable {
      public var regularization: PictureRegularization
      public var picture: Picture

      public init(regularization: PictureRegularization, picture: Picture) {
        self.regularization = regularization
        self.picture = picture
      }
    }

    public var objective: String
    public var columns: [Column]

    public init(objective: String, columns: [Column]) {
      self.objective = objective
      self.columns = columns
    }
  }

  /// A unit over the checkpoints of a training.
  public struct Evolution: Sendable, Hashable, Codable {
    public struct Moment: Sendable, Hashable, Codable {
      public var step: Double
      public var checkpoint: String
      /// The image with the largest activation, and that activation.
      public var image: String
      public var value: Double
      public var isSilent: Bool
      /// The patch that the unit sees there, what its activation goes back to, and the maximised picture.
      public var patch: String?
      public var reconstruction: String?
      public var maximized: Picture?

      public init(
        step: Double, checkpoint: String, image: String, value: Double, isSilent: Bool, patch: String?,
        reconstruction: String?, maximized: Picture?
      ) {
        self.step = step
        self.checkpoint = checkpoint
        self.image = image
        self.value = value
        self.isSilent = isSilent
        self.patch = patch
        self.reconstruction = reconstruction
        self.maximized = maximized
      }
    }

    public var unit: String
    public var moments: [Moment]

    public init(unit: String, moments: [Moment]) {
      self.unit = unit
      self.moments = moments
    }
  }

  /// Whether reconstructions depend on what was learnt.
  public struct Randomization: Sendable, Hashable, Codable {
    public struct Stage: Sendable, Hashable, Codable {
      /// The first layer, in network order, whose weights are destroyed, and how many are.
      public var layer: String
      public var layerCount: Int
      /// One entry a rule.
      public var similarities: [RandomizationResult.Similarity]

      public init(layer: String, layerCount: Int, similarities: [RandomizationResult.Similarity]) {
        self.layer = layer
        self.layerCount = layerCount
        self.similarities = similarities
      }
    }

    /// `gradient`, `guided`, `deconvolution`.
    public var rules: [String]
    public var imageCount: Int
    public var stages: [Stage]

    public init(rules: [String], imageCount: Int, stages: [Stage]) {
      self.rules = rules
      self.imageCount = imageCount
      self.stages = stages
    }
  }

  /// Units against masks of concepts, counted by layer (Bau et al. 2017).
  public struct Dissection: Sendable, Hashable, Codable {
    public struct Layer: Sendable, Hashable, Codable {
      public var layer: String
      public var units: Int
      public var detectors: Int
      /// Detectors when every image has another one's masks: what chance gives. Nil for a single image.
      public var shuffledDetectors: Int?
      /// Different concepts among the detectors.
      public var uniqueConcepts: Int

      public init(layer: String, units: Int, detectors: Int, shuffledDetectors: Int?, uniqueConcepts: Int) {
        self.layer = layer
        self.units = units
        self.detectors = detectors
        self.shuffledDetectors = shuffledDetectors
        self.uniqueConcepts = uniqueConcepts
      }
    }

    public var masks: String
    public var concepts: [String]
    public var imageCount: Int
    /// The share of positions above a unit's threshold, and the IoU from which a unit counts as a detector.
    public var share: Double
    public var detectorIoU: Double
    public var layers: [Layer]

    public init(
      masks: String, concepts: [String], imageCount: Int, share: Double, detectorIoU: Double, layers: [Layer]
    ) {
      self.masks = masks
      self.concepts = concepts
      self.imageCount = imageCount
      self.share = share
      self.detectorIoU = detectorIoU
      self.layers = layers
    }
  }

  /// The document as `result.json` has it.
  public func json() throws -> String { try JSONValue(self).pretty }
}
