/// Estimated Shapley values of one output of a game, with what may and what may not be concluded from them.
public struct ShapleyEstimate: Sendable, Hashable, Codable {
  /// The estimator's name.
  public var estimator: String
  /// The output's name.
  public var output: String
  /// One entry a player, in the game's order.
  public var players: [PlayerEstimate]
  /// Mean of v(N) over the components that were sampled.
  public var grandValue: Double
  /// Mean of v(∅) over the components that were sampled; nil when the estimator never evaluated it.
  public var emptyValue: Double?
  /// Whether the values sum to v(N) − v(∅).
  public var efficiency: Efficiency
  /// What the lower and upper limits claim.
  public var confidence: ConfidenceStatement
  /// The share of all steps of the random orders that truncation left unevaluated, in [0, 1].
  public var truncatedShare: Double
  /// How the estimate is biased, in one sentence; nil when it is unbiased.
  public var bias: String?
  /// Evaluations spent: one is one coalition on one component.
  public var evaluations: Int
  /// Units of work absorbed.
  public var units: Int

  public init(
    estimator: String, output: String, players: [PlayerEstimate], grandValue: Double, emptyValue: Double?,
    efficiency: Efficiency, confidence: ConfidenceStatement = .none, truncatedShare: Double = 0, bias: String? = nil,
    evaluations: Int, units: Int
  ) {
    self.estimator = estimator
    self.output = output
    self.players = players
    self.grandValue = grandValue
    self.emptyValue = emptyValue
    self.efficiency = efficiency
    self.confidence = confidence
    self.truncatedShare = truncatedShare
    self.bias = bias
    self.evaluations = evaluations
    self.units = units
  }

  /// The values alone, in the game's order.
  public var values: [Double] { players.map(\.value) }

  /// Σφ_i, added in player order.
  public var sum: Double { players.reduce(0) { $0 + $1.value } }

  /// The players from the highest value to the lowest, ties in the game's order. Complexity: O(n log n).
  public var ranking: [Int] {
    players.indices.sorted { first, second in
      let (a, b) = (players[first].value, players[second].value)
      return a != b ? a > b : first < second
    }
  }
}

/// The estimate for one player.
public struct PlayerEstimate: Sendable, Hashable, Codable {
  /// The estimated Shapley value; positive when the player helps.
  public var value: Double
  /// The standard error of the value; 0 for exact values, nil with fewer than two independent observations.
  public var standardError: Double?
  /// How many independent observations the value is the mean of (an antithetic pair is one).
  public var samples: Int
  /// The lower confidence limit; nil when none is claimed.
  public var lower: Double?
  /// The upper confidence limit; nil when none is claimed.
  public var upper: Double?
  /// What is decided about the player.
  public var status: PlayerStatus

  public init(
    value: Double, standardError: Double?, samples: Int, lower: Double? = nil, upper: Double? = nil,
    status: PlayerStatus = .estimated
  ) {
    self.value = value
    self.standardError = standardError
    self.samples = samples
    self.lower = lower
    self.upper = upper
    self.status = status
  }
}

/// What is decided about a player with regard to the top k.
public enum PlayerStatus: String, Sendable, Hashable, Codable, CaseIterable {
  /// It belongs to the top k, by the confidence statement of the estimate.
  case `in`
  /// It does not belong to the top k, by the confidence statement of the estimate.
  case out
  /// The confidence statement does not tell.
  case undecided
  /// No top k was asked for: a point estimate.
  case estimated
}

/// What kind of promise confidence limits make.
public enum ConfidenceStatement: Sendable, Hashable, Codable {
  /// There are no limits.
  case none
  /// The limits hold with probability 1 − δ for a sample size that was fixed in advance.
  case fixedSample(delta: Double)
  /// The limits hold at all times at once with probability 1 − δ, so that peeking is allowed.
  case timeUniform(delta: Double)
  /// The limits hold with probability near 1 − δ when samples are many.
  case asymptotic(delta: Double)
  /// The limits of the published bandit at its δ, which promise nothing (see `ConfidenceBound.publishedBandit`).
  case asPublished(delta: Double)
}

/// Whether an estimate is efficient: Σφ_i = v(N) − v(∅).
public struct Efficiency: Sendable, Hashable, Codable {
  /// What the method promises.
  public enum Claim: String, Sendable, Hashable, Codable, CaseIterable {
    /// The sum is exact in every run, up to rounding.
    case exact
    /// The sum is right on average over runs.
    case inExpectation
    /// Nothing is promised.
    case notClaimed
  }

  public var claim: Claim
  /// Σφ_i − (v(N) − v(∅)) over the sampled components; nil when v(∅) was never evaluated.
  public var residual: Double?

  public init(claim: Claim, residual: Double?) {
    self.claim = claim
    self.residual = residual
  }
}
