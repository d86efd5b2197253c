import InputErrors

extension TMABEstimator {
  /// Every constant of the published estimator; the defaults are the publication's, for accuracy over 1000 classes.
  public struct Configuration: Sendable, Hashable, Codable {
    /// k: the size of the top that is looked for.
    public var topCount: Int
    /// δ of the published bound.
    public var delta: Double
    /// R of the published bound: 1 for accuracy, ln(classes) for log-likelihood.
    public var range: Double
    /// Fresh components (images) an order, drawn without replacement; all of them if the game has fewer.
    public var componentsPerOrder: Int
    /// When an order ends early.
    public var truncation: Truncation
    /// Orders between two updates of the active players.
    public var ordersPerUpdate: Int
    /// The most evaluations to spend; nil for no limit.
    public var evaluations: Int?
    /// The output that truncation and the active players look at.
    public var guidingOutput: Int

    public init(
      topCount: Int = 100, delta: Double = 0.2, range: Double = 1, componentsPerOrder: Int = 128,
      truncation: Truncation = .consecutive(evaluations: 6, chance: 0.001, threshold: 0.2), ordersPerUpdate: Int = 10,
      evaluations: Int? = nil, guidingOutput: Int = 0
    ) {
      self.topCount = topCount
      self.delta = delta
      self.range = range
      self.componentsPerOrder = componentsPerOrder
      self.truncation = truncation
      self.ordersPerUpdate = ordersPerUpdate
      self.evaluations = evaluations
      self.guidingOutput = guidingOutput
    }

    /// Throws unless every number is in its range.
    func validate() throws(InputError) {
      guard delta > 0, delta < 1 else {
        throw InputError(
          .usage, "the confidence level is out of range", at: .init(key: "delta"),
          expected: "a number between 0 and 1", found: "\(delta)")
      }
      guard range > 0, range.isFinite else {
        throw InputError(
          .usage, "the range of the marginals is out of range", at: .init(key: "range"),
          expected: "a number above 0", found: "\(range)")
      }
      let counts = [("componentsPerOrder", componentsPerOrder), ("ordersPerUpdate", ordersPerUpdate)]
      for (key, count) in counts where count < 1 {
        throw InputError(
          .usage, "a count is out of range", at: .init(key: key), expected: "at least 1", found: "\(count)")
      }
      guard guidingOutput >= 0 else {
        throw InputError(
          .usage, "outputs are numbered from 0", at: .init(key: "guidingOutput"), found: "\(guidingOutput)")
      }
      if case .towardsEmpty = truncation {
        throw InputError(
          .usage, "the published estimator truncates by evaluations in a row", at: .init(key: "truncation"),
          hint: "use the estimator 'permutation' for a tolerance")
      }
      try truncation.validate()
    }
  }
}
