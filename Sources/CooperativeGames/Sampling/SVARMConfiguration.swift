import InputErrors

extension SVARMEstimator {
  /// What the estimator is told to do. Without a budget it goes on until the run's observer stops it.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The most evaluations to spend, at least enough for the warm-up; nil for no limit.
    public var evaluations: Int?
    /// Whether the components of a unit have coalitions of their own.
    public var sharing: CoalitionSharing
    /// Components a unit; nil for the game's lane count.
    public var componentsPerUnit: Int?

    public init(
      evaluations: Int? = nil, sharing: CoalitionSharing = .perComponent, componentsPerUnit: Int? = nil
    ) {
      self.evaluations = evaluations
      self.sharing = sharing
      self.componentsPerUnit = componentsPerUnit
    }
  }
}
