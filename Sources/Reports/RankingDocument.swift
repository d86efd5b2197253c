import NeuronShapley

/// A finished ranking as a document: what `ranking.json` holds, and what every renderer reads.
///
/// The document stands by itself: a report can be made from it without the network, the images or the run. Its schema is
/// described in `Reports.docc/RankingDocument.md`; ``formatName`` and ``currentVersion`` identify it, and a change that
/// old readers would misread raises the version.
public struct RankingDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.ranking"
  public static let currentVersion = 1

  public var format: String
  public var version: Int
  /// The tool's version that wrote the document.
  public var toolVersion: String
  /// The command line that makes the same ranking again, word by word.
  public var commandLine: [String]
  public var question: Question
  public var network: NetworkSummary
  public var images: ImagesSummary
  /// The images that the ablation's means come from.
  public var calibration: ImagesSummary
  public var estimation: Estimation
  public var cost: Cost
  /// What the head of the ranking responds to, when that was measured; filters only.
  public var responses: FilterResponses?
  /// One entry a player, in network order.
  public var players: [Player]
  /// Everything that was set, as in `config.json`.
  public var settings: JSONValue

  public init(
    toolVersion: String, commandLine: [String], question: Question, network: NetworkSummary, images: ImagesSummary,
    calibration: ImagesSummary, estimation: Estimation, cost: Cost, players: [Player], settings: JSONValue,
    responses: FilterResponses? = nil
  ) {
    format = Self.formatName
    version = Self.currentVersion
    self.toolVersion = toolVersion
    self.commandLine = commandLine
    self.question = question
    self.network = network
    self.images = images
    self.calibration = calibration
    self.estimation = estimation
    self.cost = cost
    self.players = players
    self.settings = settings
    self.responses = responses
  }

  /// What was asked.
  public struct Question: Sendable, Hashable, Codable {
    /// The performance metric: `accuracy`.
    public var metric: String
    /// The class whose performance counts, when the metric speaks of one.
    public var className: String?
    /// What a removed filter's output becomes: `mean`.
    public var ablation: String
    /// What a player is: `filters`, `layers`.
    public var playerKind: String
    /// k, when the top k were asked for.
    public var top: Int?
    /// The risk of error that confidence statements may have.
    public var delta: Double?
    /// The difference in value below which the order of two players does not matter.
    public var tolerance: Double?

    public init(
      metric: String, className: String? = nil, ablation: String, playerKind: String, top: Int? = nil,
      delta: Double? = nil, tolerance: Double? = nil
    ) {
      self.metric = metric
      self.className = className
      self.ablation = ablation
      self.playerKind = playerKind
      self.top = top
      self.delta = delta
      self.tolerance = tolerance
    }
  }

  /// The network in figures.
  public struct NetworkSummary: Sendable, Hashable, Codable {
    public var file: String
    /// SHA-256 of the model's file, hexadecimal.
    public var digest: String
    /// Channels × height × width.
    public var inputShape: [Int]
    public var classes: Int
    public var parameters: Int
    /// Multiplications with addition of one forward pass of one image.
    public var multiplyAdds: Int

    public init(
      file: String, digest: String, inputShape: [Int], classes: Int, parameters: Int, multiplyAdds: Int
    ) {
      self.file = file
      self.digest = digest
      self.inputShape = inputShape
      self.classes = classes
      self.parameters = parameters
      self.multiplyAdds = multiplyAdds
    }
  }

  /// A set of images in figures.
  public struct ImagesSummary: Sendable, Hashable, Codable {
    public var path: String
    public var count: Int
    /// SHA-256 over the images as the network sees them and their labels, hexadecimal.
    public var digest: String
    /// Files that could not be decoded and were skipped because that was asked for.
    public var skipped: [String]

    public init(path: String, count: Int, digest: String, skipped: [String] = []) {
      self.path = path
      self.count = count
      self.digest = digest
      self.skipped = skipped
    }
  }

  /// How the values were estimated and what may be concluded from them.
  public struct Estimation: Sendable, Hashable, Codable {
    /// What kind of promise the lower and upper limits make.
    public enum Claim: String, Sendable, Hashable, Codable, CaseIterable {
      case none, fixedSample, timeUniform, asymptotic, asPublished
    }

    /// Whether the values must sum to v(N) − v(∅).
    public enum Efficiency: String, Sendable, Hashable, Codable, CaseIterable {
      case exact, inExpectation, notClaimed
    }

    public var estimator: String
    /// Why this estimator was chosen, in one sentence with the figures that decided; nil where it was named.
    public var choice: String?
    public var seed: UInt64
    /// Why the estimation ended, as a clause: `the budget of evaluations is spent`.
    public var ending: String
    /// Whether the clock decided where the estimation ended; the same command line may then end elsewhere.
    public var isEndedByClock: Bool
    /// How many images the metric looks at.
    public var imagesCounted: Int?
    /// How many of them were drawn at least once; nil when the estimator does not tell.
    public var imagesDrawn: Int?
    /// v(N): the whole network's performance, over the images that were drawn.
    public var grandValue: Double
    /// v(∅): the performance with every player removed; nil when the estimator never evaluated it.
    public var emptyValue: Double?
    public var efficiency: Efficiency
    /// Σφ − (v(N) − v(∅)); nil when v(∅) is unknown.
    public var residual: Double?
    public var confidence: Claim
    /// δ of the limits.
    public var confidenceDelta: Double?
    /// The share of all steps of the random orders that truncation left unevaluated, in [0, 1].
    public var truncatedShare: Double
    /// How truncated steps are counted, in one sentence.
    public var truncation: String
    /// How the values are biased, in one sentence; nil when they are not.
    public var bias: String?

    public init(
      estimator: String, seed: UInt64, ending: String, isEndedByClock: Bool, grandValue: Double, emptyValue: Double?,
      efficiency: Efficiency, residual: Double?, confidence: Claim, confidenceDelta: Double?, truncatedShare: Double,
      truncation: String, bias: String?, imagesCounted: Int? = nil, imagesDrawn: Int? = nil, choice: String? = nil
    ) {
      self.choice = choice
      self.imagesCounted = imagesCounted
      self.imagesDrawn = imagesDrawn
      self.estimator = estimator
      self.seed = seed
      self.ending = ending
      self.isEndedByClock = isEndedByClock
      self.grandValue = grandValue
      self.emptyValue = emptyValue
      self.efficiency = efficiency
      self.residual = residual
      self.confidence = confidence
      self.confidenceDelta = confidenceDelta
      self.truncatedShare = truncatedShare
      self.truncation = truncation
      self.bias = bias
    }
  }

  /// What the answer cost.
  public struct Cost: Sendable, Hashable, Codable {
    /// One evaluation is one coalition on one image.
    public var evaluations: Int
    /// Units of work that were finished.
    public var units: Int
    /// Multiplications with addition that were done.
    public var multiplyAdds: UInt64
    /// Wall-clock seconds of the estimation, over all sittings of a resumed run.
    public var seconds: Double
    public var workers: Int
    /// The most memory that the process held, in bytes; nil when the system does not tell.
    public var peakMemory: Int?

    public init(
      evaluations: Int, units: Int, multiplyAdds: UInt64, seconds: Double, workers: Int, peakMemory: Int?
    ) {
      self.evaluations = evaluations
      self.units = units
      self.multiplyAdds = multiplyAdds
      self.seconds = seconds
      self.workers = workers
      self.peakMemory = peakMemory
    }
  }

  /// The result for one player.
  public struct Player: Sendable, Hashable, Codable {
    /// What is decided about the player with regard to the top k.
    public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
      case `in`, out, undecided, estimated
    }

    /// `layer:channel`, or the group's name.
    public var player: String
    public var layer: String
    /// Nil for a player that is no single filter.
    public var channel: Int?
    /// The Shapley value; positive when the player helps the metric.
    public var value: Double
    public var standardError: Double?
    public var lower: Double?
    public var upper: Double?
    /// Independent observations behind the value.
    public var samples: Int
    public var status: Status
    /// 1 for the highest value.
    public var rank: Int

    public init(
      player: String, layer: String, channel: Int?, value: Double, standardError: Double?, lower: Double? = nil,
      upper: Double? = nil, samples: Int, status: Status, rank: Int
    ) {
      self.player = player
      self.layer = layer
      self.channel = channel
      self.value = value
      self.standardError = standardError
      self.lower = lower
      self.upper = upper
      self.samples = samples
      self.status = status
      self.rank = rank
    }
  }
}
