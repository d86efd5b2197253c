import InputErrors

extension RegressionAdjustedEstimator {
  /// What the estimator is told to do. Without a budget it goes on until the run's observer stops it.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The most evaluations to spend; nil for no limit.
    public var evaluations: Int?
    /// How many folds the samples are dealt to; each is adjusted by a surrogate that was fitted on all others.
    public var foldCount: Int
    /// Whether the components of a unit have coalitions of their own.
    public var sharing: CoalitionSharing
    /// Components a unit; nil for the game's lane count.
    public var componentsPerUnit: Int?

    public init(
      evaluations: Int? = nil, foldCount: Int = 8, sharing: CoalitionSharing = .perComponent,
      componentsPerUnit: Int? = nil
    ) {
      self.evaluations = evaluations
      self.foldCount = foldCount
      self.sharing = sharing
      self.componentsPerUnit = componentsPerUnit
    }

    /// Throws unless every number is in its range.
    func validate() throws(InputError) {
      try SettingChecks.componentsPerUnit(componentsPerUnit)
      let largest = PairRegression.groupCount / 2
      guard (2...largest).contains(foldCount) else {
        throw InputError(
          .usage, "the number of folds is out of range", at: .init(key: "foldCount"), expected: "2 to \(largest)",
          found: "\(foldCount)")
      }
    }
  }
}
