import InputErrors

extension StratifiedEstimator {
  /// What the estimator is told to do. Without a budget and a target it goes on until the run's observer stops it.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The most evaluations to spend; nil for no limit.
    public var evaluations: Int?
    /// Stop once no player of the guiding output has a larger standard error, checked after every round from
    /// ``minimumUnits`` on; nil for no target. Stopping by it makes the final standard errors slightly too small.
    public var standardError: Double?
    /// The units before which ``standardError`` stops nothing.
    public var minimumUnits: Int
    /// Into how many ranges of equal length the sizes are divided, each visited equally often.
    public var strataCount: Int
    /// Components a unit; nil for the game's lane count.
    public var componentsPerUnit: Int?
    /// The output that ``standardError`` looks at.
    public var guidingOutput: Int

    public init(
      evaluations: Int? = nil, standardError: Double? = nil, minimumUnits: Int = 64, strataCount: Int = 8,
      componentsPerUnit: Int? = nil, guidingOutput: Int = 0
    ) {
      self.evaluations = evaluations
      self.standardError = standardError
      self.minimumUnits = minimumUnits
      self.strataCount = strataCount
      self.componentsPerUnit = componentsPerUnit
      self.guidingOutput = guidingOutput
    }

    /// Throws unless every number is in its range.
    func validate(_ game: GameDescription) throws(InputError) {
      try SettingChecks.standardError(standardError, minimumUnits: minimumUnits)
      try SettingChecks.componentsPerUnit(componentsPerUnit)
      try SettingChecks.guidingOutput(guidingOutput, of: game)
      guard strataCount >= 1 else {
        throw InputError(
          .usage, "sizes need a stratum", at: .init(key: "strataCount"), expected: "at least 1",
          found: "\(strataCount)")
      }
    }
  }
}
