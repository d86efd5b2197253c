import InputErrors

/// Which filters each class owes its performance to, as a document: the result of `classes`.
///
/// What would be too large for a document lies in tables beside it; every renderer reads this alone. Its schema is
/// described in `Reports.docc/ClassesDocument.md`.
public struct ClassesDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.classes"
  public static let currentVersion = 1
  /// More values than this are not in the document but in `values.csv` and `standard_errors.csv`.
  public static let mostValues = 100_000

  public var format = formatName
  public var version = currentVersion
  /// The tool's version that wrote the document.
  public var toolVersion: String
  /// The command line that makes the same result again, word by word.
  public var commandLine: [String]
  public var question: Question
  public var network: RankingDocument.NetworkSummary
  /// The images that the values are about.
  public var images: RankingDocument.ImagesSummary
  /// The images that the ablation's means come from.
  public var calibration: RankingDocument.ImagesSummary
  public var estimation: Estimation
  public var cost: RankingDocument.Cost
  /// The players' names, in network order.
  public var players: [String]
  /// The layers' names, in network order.
  public var layers: [String]
  /// One entry a class, by label.
  public var classes: [ClassEntry]
  /// The model's classes of which there was no image, and those of which none was drawn before the end.
  public var withoutImages: [String]
  public var unseen: [String]
  /// What the classes' tops have in common.
  public var overlap: Overlap
  /// The players in the tops of several classes, those of most classes first; the first hundred.
  public var shared: [SharedPlayer]
  /// The head of the tops of the classes that pictures show.
  public var matrix: Matrix
  /// What removing the tops does; nil when that was not measured.
  public var removal: Removal?
  /// Everything that was set, as in `config.json`.
  public var settings: JSONValue

  public init(
    toolVersion: String, commandLine: [String], question: Question, network: RankingDocument.NetworkSummary,
    images: RankingDocument.ImagesSummary, calibration: RankingDocument.ImagesSummary, estimation: Estimation,
    cost: RankingDocument.Cost, players: [String], layers: [String], classes: [ClassEntry], withoutImages: [String],
    unseen: [String], overlap: Overlap, shared: [SharedPlayer], matrix: Matrix, removal: Removal?, settings: JSONValue
  ) {
    self.toolVersion = toolVersion
    self.commandLine = commandLine
    self.question = question
    self.network = network
    self.images = images
    self.calibration = calibration
    self.estimation = estimation
    self.cost = cost
    self.players = players
    self.layers = layers
    self.classes = classes
    self.withoutImages = withoutImages
    self.unseen = unseen
    self.overlap = overlap
    self.shared = shared
    self.matrix = matrix
    self.removal = removal
    self.settings = settings
  }

  /// The document as `result.json` has it.
  public func json() throws(InputError) -> String { try JSONValue(self).pretty }

  /// What was asked.
  public struct Question: Sendable, Hashable, Codable {
    /// The performance on a class: `log-likelihood`, `class-accuracy`, `binary`.
    public var metric: String
    /// What a removed filter's output becomes: `mean`.
    public var ablation: String
    /// What a player is: `filters`, `layers`.
    public var playerKind: String
    /// k, the size of a class's top.
    public var top: Int

    public init(metric: String, ablation: String, playerKind: String, top: Int) {
      self.metric = metric
      self.ablation = ablation
      self.playerKind = playerKind
      self.top = top
    }
  }

  /// How the values were estimated, all classes from the same coalitions.
  public struct Estimation: Sendable, Hashable, Codable {
    public var estimator: String
    public var seed: UInt64
    /// Why the estimation ended, as a clause.
    public var ending: String
    /// Whether the clock decided where the estimation ended; the same command line may then end elsewhere.
    public var isEndedByClock: Bool
    /// How many images the metric looks at, of all classes, and how many of them were drawn at least once.
    public var imagesCounted: Int
    public var imagesDrawn: Int
    /// The largest |Σφ − (v(N) − v(∅))| of any class, which is rounding: the sums are exact.
    public var largestResidual: Double
    /// The largest standard error of any player for any class; nil when a class has none.
    public var largestStandardError: Double?

    public init(
      estimator: String, seed: UInt64, ending: String, isEndedByClock: Bool, imagesCounted: Int, imagesDrawn: Int,
      largestResidual: Double, largestStandardError: Double?
    ) {
      self.estimator = estimator
      self.seed = seed
      self.ending = ending
      self.isEndedByClock = isEndedByClock
      self.imagesCounted = imagesCounted
      self.imagesDrawn = imagesDrawn
      self.largestResidual = largestResidual
      self.largestStandardError = largestStandardError
    }
  }

  /// One class.
  public struct ClassEntry: Sendable, Hashable, Codable {
    public var label: Int
    public var name: String
    /// Images of the class that the values are about, and how many draws the values are means over, repeats counted.
    public var images: Int
    public var draws: Int
    /// Units of work in which the class occurred: the clusters behind its standard errors.
    public var units: Int
    /// v(N) and v(∅) of the class, over the draws.
    public var grandValue: Double
    public var emptyValue: Double
    /// The share of the values' spread that is not noise, 0 to 1; nil without standard errors.
    public var reliability: Double?
    /// The k players with the highest values, and the three with the lowest.
    public var top: [TopPlayer]
    public var bottom: [TopPlayer]
    /// For each layer, in the order of ``ClassesDocument/layers``, the sum of its positive values and of its negative ones.
    public var positive: [Double]
    public var negative: [Double]
    /// One value a player in network order, with standard errors; nil where there are too many.
    public var values: [Double]?
    public var standardErrors: [Double]?

    public init(
      label: Int, name: String, images: Int, draws: Int, units: Int, grandValue: Double, emptyValue: Double,
      reliability: Double?, top: [TopPlayer], bottom: [TopPlayer], positive: [Double], negative: [Double],
      values: [Double]?, standardErrors: [Double]?
    ) {
      self.label = label
      self.name = name
      self.images = images
      self.draws = draws
      self.units = units
      self.grandValue = grandValue
      self.emptyValue = emptyValue
      self.reliability = reliability
      self.top = top
      self.bottom = bottom
      self.positive = positive
      self.negative = negative
      self.values = values
      self.standardErrors = standardErrors
    }
  }

  /// A player at the head, or at the tail, of a class's ranking.
  public struct TopPlayer: Sendable, Hashable, Codable {
    public var rank: Int
    /// `layer:channel`, or the group's name.
    public var player: String
    /// The Shapley value for the class; positive when the player helps it.
    public var value: Double
    public var standardError: Double?
    /// In how many classes' tops it is.
    public var tops: Int
    /// The factor and value that change its activation most, where that was measured: `texture stripes`.
    public var responds: String?
    /// By how many of its standard deviations.
    public var effect: Double?

    public init(
      rank: Int, player: String, value: Double, standardError: Double?, tops: Int, responds: String? = nil,
      effect: Double? = nil
    ) {
      self.effect = effect
      self.rank = rank
      self.player = player
      self.value = value
      self.standardError = standardError
      self.tops = tops
      self.responds = responds
    }
  }

  /// How many players the tops of two classes have in common.
  public struct Overlap: Sendable, Hashable, Codable {
    /// What two sets drawn at random have in common on average.
    public var byChance: Double
    /// The mean over all pairs of classes; nil with a single class.
    public var mean: Double?
    /// The pairs of classes with most in common, most first; the first twenty.
    public var closest: [Pair]
    /// The classes that pictures show, and for each the number in common with each.
    public var classes: [String]
    public var counts: [[Int]]

    public struct Pair: Sendable, Hashable, Codable {
      public var first: String
      public var second: String
      public var count: Int

      public init(first: String, second: String, count: Int) {
        self.first = first
        self.second = second
        self.count = count
      }
    }

    public init(byChance: Double, mean: Double?, closest: [Pair], classes: [String], counts: [[Int]]) {
      self.byChance = byChance
      self.mean = mean
      self.closest = closest
      self.classes = classes
      self.counts = counts
    }
  }

  /// A player in the tops of several classes.
  public struct SharedPlayer: Sendable, Hashable, Codable {
    public var player: String
    /// In how many classes' tops it is, and the first of them.
    public var tops: Int
    public var classes: [String]

    public init(player: String, tops: Int, classes: [String]) {
      self.player = player
      self.tops = tops
      self.classes = classes
    }
  }

  /// Players × classes, ordered so that players and classes that belong together stand together.
  public struct Matrix: Sendable, Hashable, Codable {
    public var players: [String]
    public var classes: [String]
    /// The Shapley values, a row a player.
    public var values: [[Double]]

    public init(players: [String], classes: [String], values: [[Double]]) {
      self.players = players
      self.classes = classes
      self.values = values
    }
  }
}
