import InputErrors

extension MSREstimator {
  /// What the estimator is told to do. Without a budget and a target it goes on until the run's observer stops it.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The most evaluations to spend; nil for no limit.
    public var evaluations: Int?
    /// Stop once no player of the guiding output has a larger standard error, checked after every round from
    /// ``minimumUnits`` on; nil for no target. Stopping by it makes the final standard errors slightly too small.
    public var standardError: Double?
    /// The units before which ``standardError`` stops nothing.
    public var minimumUnits: Int
    /// Whether the components of a unit have coalitions of their own.
    public var sharing: CoalitionSharing
    /// Components a unit; nil for the game's lane count.
    public var componentsPerUnit: Int?
    /// The output that ``standardError`` looks at.
    public var guidingOutput: Int

    public init(
      evaluations: Int? = nil, standardError: Double? = nil, minimumUnits: Int = 64,
      sharing: CoalitionSharing = .perComponent, componentsPerUnit: Int? = nil, guidingOutput: Int = 0
    ) {
      self.evaluations = evaluations
      self.standardError = standardError
      self.minimumUnits = minimumUnits
      self.sharing = sharing
      self.componentsPerUnit = componentsPerUnit
      self.guidingOutput = guidingOutput
    }

    /// Throws unless every number is in its range.
    func validate(_ game: GameDescription) throws(InputError) {
      try SettingChecks.standardError(standardError, minimumUnits: minimumUnits)
      try SettingChecks.componentsPerUnit(componentsPerUnit)
      try SettingChecks.guidingOutput(guidingOutput, of: game)
    }
  }
}
