import InputErrors

/// The sizes of a cooperative game and the names of what it pays out; all that an estimator knows of a game.
public struct GameDescription: Sendable, Hashable, Codable {
  /// One number that a coalition is worth: a metric, or one metric of one class.
  public struct Output: Sendable, Hashable, Codable {
    /// The name in reports, such as `accuracy`.
    public var name: String
    /// The interval that holds the value of one component whatever the coalition; nil when there is none. Marginal
    /// contributions then span twice its length.
    public var range: ClosedRange<Double>?
    /// How the value follows from what slopes are taken of; nil when the game has no first-order marginals.
    public var link: Link?

    public init(name: String, range: ClosedRange<Double>? = nil, link: Link? = nil) {
      self.name = name
      self.range = range
      self.link = link
    }
  }

  /// n, the number of players.
  public var playerCount: Int
  /// The number of components: v is the mean of this many games v_x, one an image; 1 for a plain game.
  public var componentCount: Int
  /// How many components are cheapest to evaluate together: 8 for networks (one a SIMD lane), 1 for plain games.
  public var laneCount: Int
  /// What every coalition pays out, at least one number.
  public var outputs: [Output]

  /// The stratum of each player, from 0: players of one stratum cost about the same to toggle and may be compared, such
  /// as the filters of a layer. Empty when all are of one.
  public var strata: [Int]

  public init(
    playerCount: Int, componentCount: Int = 1, laneCount: Int = 1, outputs: [Output] = [Output(name: "value")],
    strata: [Int] = []
  ) {
    self.playerCount = playerCount
    self.componentCount = componentCount
    self.laneCount = laneCount
    self.outputs = outputs
    self.strata = strata
  }

  /// The stratum of a player.
  func stratum(of player: Int) -> Int { strata.isEmpty ? 0 : strata[player] }

  /// One more than the largest stratum.
  var stratumCount: Int { (strata.max() ?? 0) + 1 }

  /// Throws unless the game has at least one player, component, lane and output.
  ///
  /// - Throws: ``InputErrors/InputError`` of kind `usage`.
  public func validate() throws(InputError) {
    let sizes = [
      ("players", playerCount), ("images", componentCount), ("lanes", laneCount), ("outputs", outputs.count),
    ]
    for (name, count) in sizes where count < 1 {
      throw InputError(.usage, "the game has no \(name)", expected: "at least 1", found: "\(count)")
    }
  }
}
