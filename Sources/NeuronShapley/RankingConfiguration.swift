import InputErrors

/// All that decides a ranking besides the model and the images: the same configuration gives the same bits.
public struct RankingConfiguration: Sendable, Hashable, Codable {
  public var metric: PerformanceMetric
  public var ablation: Ablation
  public var players: PlayerSelection
  public var estimator: EstimatorChoice
  /// Decides everything random.
  public var seed: UInt64

  public init(
    metric: PerformanceMetric = .accuracy, ablation: Ablation = .mean, players: PlayerSelection = PlayerSelection(),
    estimator: EstimatorChoice, seed: UInt64 = 0
  ) {
    self.metric = metric
    self.ablation = ablation
    self.players = players
    self.estimator = estimator
    self.seed = seed
  }
}
