import InputErrors

extension StarEstimator {
  /// What the estimator is told to do. Without a budget and a target it goes on until the run's observer stops it.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The most evaluations to spend; nil for no limit.
    public var evaluations: Int?
    /// Stop once no player of the guiding output has a larger standard error, checked after every round once everyone has
    /// ``initialUnits`` observations; nil for no target.
    public var standardError: Double?
    /// Units in which every player is toggled before any choice is made; with a top k each player has as many
    /// observations at least.
    public var initialUnits: Int
    /// Whether each unit also toggles at the complements of its coalitions.
    public var isAntithetic: Bool
    /// Whether components have coalitions of their own.
    public var sharing: CoalitionSharing
    /// Components a unit; nil for the game's lane count.
    public var componentsPerUnit: Int?
    /// The confidence limits to claim for the guiding output, and the top k to decide; nil for point estimates of all.
    public var confidence: ConfidenceRequest?
    /// Whom to toggle once there is a top k to decide.
    public var selection: LUCBSelection
    /// The output that is guided by.
    public var guidingOutput: Int

    public init(
      evaluations: Int? = nil, standardError: Double? = nil, initialUnits: Int = 64, isAntithetic: Bool = true,
      sharing: CoalitionSharing = .perComponent, componentsPerUnit: Int? = nil, confidence: ConfidenceRequest? = nil,
      selection: LUCBSelection = LUCBSelection(width: 4, share: 0.05), guidingOutput: Int = 0
    ) {
      self.evaluations = evaluations
      self.standardError = standardError
      self.initialUnits = initialUnits
      self.isAntithetic = isAntithetic
      self.sharing = sharing
      self.componentsPerUnit = componentsPerUnit
      self.confidence = confidence
      self.selection = selection
      self.guidingOutput = guidingOutput
    }

    /// Whether whom to toggle depends on what was seen.
    var isAdaptive: Bool {
      guard let confidence else { return false }
      return confidence.topCount != nil && confidence.method.allowsPeeking
    }

    /// Throws unless every number is in its range.
    func validate(_ game: GameDescription) throws(InputError) {
      if let standardError, !(standardError > 0 && standardError.isFinite) {
        throw InputError(
          .usage, "the target standard error is out of range", at: .init(key: "standard-error"),
          expected: "a number above 0", found: "\(standardError)")
      }
      guard initialUnits >= 2 else {
        throw InputError(
          .usage, "a standard error needs several units", at: .init(key: "initialUnits"), expected: "at least 2",
          found: "\(initialUnits)")
      }
      if let componentsPerUnit, componentsPerUnit < 1 {
        throw InputError(
          .usage, "a unit of work needs an image", at: .init(key: "componentsPerUnit"), expected: "at least 1",
          found: "\(componentsPerUnit)")
      }
      guard (0..<game.outputs.count).contains(guidingOutput) else {
        throw InputError(
          .usage, "the game has no output \(guidingOutput)", expected: "0 to \(game.outputs.count - 1)")
      }
      try confidence?.validate(playerCount: game.playerCount)
      try confidence?.requirePlan(evaluations: evaluations, standardError: standardError)
    }
  }
}
