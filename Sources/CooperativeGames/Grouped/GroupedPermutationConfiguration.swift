import InputErrors

extension GroupedPermutationEstimator {
  /// What the estimator is told to do. Without a budget and a target it goes on until the run's observer stops it.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The games to estimate.
    public var grouping: OutputGrouping
    /// The most evaluations to spend on all groups together; nil for no limit.
    public var evaluations: Int?
    /// Stop once no player of any group has a larger standard error, checked after every round from ``minimumUnits`` on;
    /// nil for no target. Stopping by it makes the final standard errors slightly too small.
    public var standardError: Double?
    /// The units in which every group must have occurred before ``standardError`` stops anything, because few marginals
    /// make an error look small.
    public var minimumUnits: Int
    /// Whether each order is walked in reverse too.
    public var isAntithetic: Bool
    /// Components a unit; nil for the game's lane count.
    public var componentsPerUnit: Int?

    public init(
      grouping: OutputGrouping, evaluations: Int? = nil, standardError: Double? = nil, minimumUnits: Int = 16,
      isAntithetic: Bool = true, componentsPerUnit: Int? = nil
    ) {
      self.grouping = grouping
      self.evaluations = evaluations
      self.standardError = standardError
      self.minimumUnits = minimumUnits
      self.isAntithetic = isAntithetic
      self.componentsPerUnit = componentsPerUnit
    }

    /// Throws unless every number is in its range.
    func validate(_ game: GameDescription) throws(InputError) {
      try grouping.validate(game)
      if let standardError, !(standardError > 0 && standardError.isFinite) {
        throw InputError(
          .usage, "the target standard error is out of range", at: .init(key: "standard-error"),
          expected: "a number above 0", found: "\(standardError)")
      }
      guard minimumUnits >= 2 else {
        throw InputError(
          .usage, "a standard error needs several units", at: .init(key: "minimumUnits"), expected: "at least 2",
          found: "\(minimumUnits)")
      }
      if let componentsPerUnit, componentsPerUnit < 1 {
        throw InputError(
          .usage, "a unit of work needs an image", at: .init(key: "componentsPerUnit"), expected: "at least 1",
          found: "\(componentsPerUnit)")
      }
      if let evaluations, evaluations < unitCost(game) {
        throw InputError(
          .usage, "the budget of evaluations is too small for a single unit of work", at: .init(key: "evaluations"),
          expected: "at least \(unitCost(game))", found: "\(evaluations)")
      }
    }

    /// Components that a unit of work holds.
    func unitSize(_ game: GameDescription) -> Int { min(componentsPerUnit ?? game.laneCount, game.componentCount) }

    /// The evaluations of one unit of work: (players + 1) a component, 2 · players when antithetic.
    public func unitCost(_ game: GameDescription) -> Int {
      unitSize(game) * (isAntithetic ? 2 * game.playerCount : game.playerCount + 1)
    }
  }
}
