import NeuronShapley

/// A network from which filters have been taken out for good, as a document: the result of `prune`.
///
/// Its schema is described in `Reports.docc/PruningDocument.md`.
public struct PruningDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.pruning"

  /// A number before and after.
  public struct Change: Sendable, Hashable, Codable {
    public var before: Int
    public var after: Int

    public init(_ before: Int, _ after: Int) {
      self.before = before
      self.after = after
    }

    /// What is left, as a share.
    public var share: Double { before == 0 ? 1 : Double(after) / Double(before) }
  }

  /// A convolution or linear layer.
  public struct Layer: Sendable, Hashable, Codable {
    public var name: String
    /// Filters, or units of a linear layer.
    public var filters: Change
    /// How many of them were to be removed.
    public var asked: Int
    public var parameters: Change
    public var multiplyAdds: Change

    public init(name: String, filters: Change, asked: Int, parameters: Change, multiplyAdds: Change) {
      self.name = name
      self.filters = filters
      self.asked = asked
      self.parameters = parameters
      self.multiplyAdds = multiplyAdds
    }
  }

  /// A filter that was to be removed and still has a place, without weights.
  public struct Kept: Sendable, Hashable, Codable {
    public var filter: String
    /// Why, in words.
    public var reason: String

    public init(filter: String, reason: String) {
      self.filter = filter
      self.reason = reason
    }
  }

  public struct Filters: Sendable, Hashable, Codable {
    /// How many were to be removed, and how many of those are gone.
    public var asked: Int
    public var taken: Int
    /// How many more are gone because nothing reads them, or because they are constant, any longer.
    public var idle: Int
    /// Those that were to be removed and still have a place.
    public var kept: [Kept]
    /// All that were to be removed, as `layer:channel`.
    public var removed: [Filter]

    public init(asked: Int, taken: Int, idle: Int, kept: [Kept], removed: [Filter]) {
      self.asked = asked
      self.taken = taken
      self.idle = idle
      self.kept = kept
      self.removed = removed
    }
  }

  /// How near the pruned network's logits are to those of the ablated one.
  public struct Check: Sendable, Hashable, Codable {
    /// True when there were no images and noise was fed.
    public var isOnNoise: Bool
    public var images: Int
    /// max |Δ logit| / max |logit| of an image; the largest over the images.
    public var largestDifference: Double
    public var tolerance: Double

    public init(isOnNoise: Bool, images: Int, largestDifference: Double, tolerance: Double) {
      self.isOnNoise = isOnNoise
      self.images = images
      self.largestDifference = largestDifference
      self.tolerance = tolerance
    }
  }

  /// Processor time of forward passes of both networks in turn, on one thread of this engine.
  public struct Speed: Sendable, Hashable, Codable {
    /// Medians over the turns, in milliseconds an image.
    public var before: Double
    public var after: Double
    public var turns: Int
    /// Images that run together.
    public var batch: Int

    public init(before: Double, after: Double, turns: Int, batch: Int) {
      self.before = before
      self.after = after
      self.turns = turns
      self.batch = batch
    }

    /// How many times as fast the pruned network is.
    public var ratio: Double { before / after }
  }

  /// Scores on the images.
  public struct Scores: Sendable, Hashable, Codable {
    public var accuracy: MeanScore
    public var top5: MeanScore
    public var logLikelihood: MeanScore

    public init(_ report: ClassificationReport) {
      accuracy = report.accuracy
      top5 = report.top5
      logLikelihood = report.logLikelihood
    }
  }

  /// The whole network, the network with the filters' outputs replaced, and the pruned one.
  public struct Performance: Sendable, Hashable, Codable {
    public var whole: Scores
    public var ablated: Scores
    public var pruned: Scores

    public init(whole: Scores, ablated: Scores, pruned: Scores) {
      self.whole = whole
      self.ablated = ablated
      self.pruned = pruned
    }
  }

  public var format: String
  public var version: Int
  public var toolVersion: String
  public var commandLine: [String]
  /// The model's file, and its SHA-256.
  public var file: String
  public var digest: String
  /// The pruned model's file, and its SHA-256.
  public var output: String
  public var outputDigest: String
  /// What was to be removed, in words.
  public var removal: String
  /// What removed filters' outputs became: `mean`.
  public var ablation: String
  public var images: RankingDocument.ImagesSummary?
  /// The images that the ablation's means come from; absent where it needs none.
  public var calibration: RankingDocument.ImagesSummary?
  public var filters: Filters
  public var parameters: Change
  public var multiplyAdds: Change
  public var fileBytes: Change
  public var layers: [Layer]
  /// Nodes that the original network does not have.
  public var addedNodes: [String]
  public var check: Check
  public var speed: Speed
  /// Absent where there are no images.
  public var performance: Performance?

  public init(
    toolVersion: String, commandLine: [String], file: String, digest: String, output: String, outputDigest: String,
    removal: String, ablation: String, images: RankingDocument.ImagesSummary?,
    calibration: RankingDocument.ImagesSummary?, filters: Filters, parameters: Change, multiplyAdds: Change,
    fileBytes: Change, layers: [Layer], addedNodes: [String], check: Check, speed: Speed, performance: Performance?
  ) {
    format = Self.formatName
    version = 1
    self.toolVersion = toolVersion
    self.commandLine = commandLine
    self.file = file
    self.digest = digest
    self.output = output
    self.outputDigest = outputDigest
    self.removal = removal
    self.ablation = ablation
    self.images = images
    self.calibration = calibration
    self.filters = filters
    self.parameters = parameters
    self.multiplyAdds = multiplyAdds
    self.fileBytes = fileBytes
    self.layers = layers
    self.addedNodes = addedNodes
    self.check = check
    self.speed = speed
    self.performance = performance
  }
}
