import InputErrors

/// All that decides the rankings for several classes besides the model and the images: the same configuration gives the
/// same bits.
public struct ClassRankingConfiguration: Sendable, Hashable, Codable {
  public var metric: ClassMetric
  /// The log-likelihood's: an image's log-probability below it counts as it; nil for none.
  public var floor: Double?
  /// The labels of the classes, each with at least one image; increasing.
  public var classes: [Int]
  public var ablation: Ablation
  public var players: PlayerSelection
  /// The most evaluations to spend on all classes together; nil for no limit.
  public var evaluations: Int?
  /// Stop once no filter's value for any class has a larger standard error; nil for no target.
  public var standardError: Double?
  /// On how many images, of whatever classes, an order of removal is walked; nil for eight.
  public var imagesPerOrder: Int?
  /// Decides everything random.
  public var seed: UInt64

  public init(
    metric: ClassMetric = .logLikelihood, floor: Double? = nil, classes: [Int], ablation: Ablation = .mean,
    players: PlayerSelection = PlayerSelection(), evaluations: Int? = nil, standardError: Double? = nil,
    imagesPerOrder: Int? = nil, seed: UInt64 = 0
  ) {
    self.metric = metric
    self.floor = floor
    self.classes = classes
    self.ablation = ablation
    self.players = players
    self.evaluations = evaluations
    self.standardError = standardError
    self.imagesPerOrder = imagesPerOrder
    self.seed = seed
  }

  /// Throws unless classes and numbers are in range for a network of `classCount` classes.
  func validate(classCount: Int) throws(InputError) {
    guard !classes.isEmpty, zip(classes, classes.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw InputError(
        .usage, "the classes are to be different and in increasing order", at: .init(key: "classes-of-interest"),
        found: "\(classes)")
    }
    for label in classes where label < 0 || label >= classCount {
      throw InputError(
        .usage, "the class is not one of the model's", at: .init(key: "classes-of-interest"),
        expected: "0 to \(classCount - 1)", found: "\(label)")
    }
    if floor != nil, metric != .logLikelihood {
      throw InputError(.usage, "only the log-likelihood has a floor", at: .init(key: "floor"))
    }
    try metric.score(floor: floor)?.validate(classCount: classCount)
  }
}
