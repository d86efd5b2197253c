import InputErrors

extension RacingEstimator {
  /// What the estimator is told to do. Without a budget it goes on until the run's observer stops it, or its top k is
  /// decided.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The most evaluations to spend; nil for no limit.
    public var evaluations: Int?
    /// Limits to claim, from the toggles alone; nil for none. Components are then drawn independently, with replacement, and
    /// the run ends once everyone is decided where a top k is asked for.
    public var confidence: ConfidenceRequest?
    /// k: toggles go to the players near the k-th place before all others, and to all where it is nil.
    public var topCount: Int?
    /// Passes over all components that take slopes, each at a coalition and its complement; 0 for none.
    public var slopePasses: Int
    /// Units in which every player is toggled before any choice is made, at least 4.
    public var initialUnits: Int
    /// Other outputs of the game, from the same evaluations, whose values foretell those of the guiding one: the mean
    /// probability for accuracy.
    public var companions: [Int]
    /// The output that is estimated.
    public var guidingOutput: Int

    public init(
      evaluations: Int? = nil, topCount: Int? = nil, slopePasses: Int = 1, initialUnits: Int = 8,
      companions: [Int] = [], guidingOutput: Int = 0, confidence: ConfidenceRequest? = nil
    ) {
      self.evaluations = evaluations
      self.topCount = topCount
      self.slopePasses = slopePasses
      self.initialUnits = initialUnits
      self.companions = companions
      self.guidingOutput = guidingOutput
      self.confidence = confidence
    }

    /// Throws unless every number is in its range.
    func validate(_ game: GameDescription) throws(InputError) {
      for output in [guidingOutput] + companions where !game.outputs.indices.contains(output) {
        throw InputError(.usage, "the game has no output \(output)", expected: "0 to \(game.outputs.count - 1)")
      }
      guard !companions.contains(guidingOutput) else {
        throw InputError(.usage, "an output cannot foretell itself", at: .init(key: "companions"))
      }
      guard initialUnits >= 4 else {
        throw InputError(
          .usage, "a choice needs several observations of everyone", at: .init(key: "initialUnits"),
          expected: "at least 4", found: "\(initialUnits)")
      }
      guard slopePasses >= 0 else {
        throw InputError(
          .usage, "a number of passes is out of range", at: .init(key: "slopePasses"), expected: "at least 0",
          found: "\(slopePasses)")
      }
      try confidence?.validate(playerCount: game.playerCount)
      if confidence?.method == .fixedSample {
        throw InputError(
          .usage, "a race chooses whom to toggle on the way, so that no number of samples is fixed in advance",
          at: .init(key: "confidence"), expected: "time-uniform or asymptotic limits")
      }
      if let topCount, !(1...game.playerCount).contains(topCount) {
        throw InputError(
          .usage, "the top k does not fit the game", at: .init(key: "top"),
          expected: "1 to \(game.playerCount) players",
          found: "\(topCount)")
      }
    }
  }
}
