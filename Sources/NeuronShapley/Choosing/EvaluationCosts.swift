/// What the evaluations of a network's game cost, each in multiplications with addition an image.
///
/// Counted, never timed: the same network, players, images and ablation have the same costs on every machine that computes with
/// the same instructions, for any number of workers. ``CostMeter`` counts them.
public struct EvaluationCosts: Sendable, Hashable, Codable {
  /// The players of one layer, which cost about the same.
  public struct Stratum: Sendable, Hashable, Codable {
    /// How many players it has, at least 1.
    public var playerCount: Int
    /// An evaluation that differs from the one before in the presence of one of them: a step of a removal walk.
    public var step: Double
    /// One of them toggled at a coalition at which another one of the same layer was toggled just before.
    public var toggle: Double

    public init(playerCount: Int, step: Double, toggle: Double) {
      self.playerCount = playerCount
      self.step = step
      self.toggle = toggle
    }
  }

  /// A pass through the whole network.
  public var forward: Double
  /// A backward pass beside it; nil where the metric has no slopes.
  public var backward: Double?
  /// A random coalition, evaluated from another one.
  public var base: Double
  /// In the order of the players.
  public var strata: [Stratum]

  public init(forward: Double, backward: Double?, base: Double, strata: [Stratum]) {
    self.forward = forward
    self.backward = backward
    self.base = base
    self.strata = strata
  }

  public var playerCount: Int { strata.reduce(0) { $0 + $1.playerCount } }

  /// The mean step of a removal walk, in which every player is removed once.
  public var step: Double { mean { $0.step } }

  /// The mean toggle, all players toggled once.
  public var toggle: Double { mean { $0.toggle } }

  /// How much the costs of toggles differ between players: the mean over the square of the mean root, at least 1.
  ///
  /// The variance of a sum of means is smallest for a given cost when each player i is toggled in proportion to σ_i/√c_i. With
  /// equal σ, toggling everyone equally often costs this many times more.
  public var spread: Double {
    let root = mean { max(0, $0.toggle).squareRoot() }
    return root > 0 ? toggle / (root * root) : 1
  }

  private func mean(_ cost: (Stratum) -> Double) -> Double {
    strata.reduce(0) { $0 + Double($1.playerCount) * cost($1) } / Double(max(1, playerCount))
  }
}
