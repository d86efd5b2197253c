import InputErrors

extension PermutationEstimator {
  /// What the estimator is told to do. Without a budget and a target it goes on until the run's observer stops it.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The most evaluations to spend; nil for no limit.
    public var evaluations: Int?
    /// Stop once no player of the guiding output has a larger standard error, checked after every round from
    /// ``minimumUnits`` on; nil for no target. Stopping by it makes the final standard errors slightly too small.
    public var standardError: Double?
    /// The units before which ``standardError`` stops nothing, because few marginals make an error look small.
    public var minimumUnits: Int
    /// Whether each order is walked in reverse too.
    public var isAntithetic: Bool
    public var truncation: Truncation
    /// What truncated players are given; without truncation it has no effect.
    public var rest: TruncatedRest
    /// Components a unit; nil for the game's lane count.
    public var componentsPerUnit: Int?
    /// The output that truncation, ``standardError`` and ``confidence`` look at.
    public var guidingOutput: Int
    /// The confidence limits to claim for the guiding output, and the top k to decide; nil for point estimates.
    ///
    /// Units then draw their components independently with replacement, as the limits demand, instead of dealing them;
    /// and a run whose top k is decided ends.
    public var confidence: ConfidenceRequest?

    public init(
      evaluations: Int? = nil, standardError: Double? = nil, minimumUnits: Int = 64, isAntithetic: Bool = true,
      truncation: Truncation = .none, rest: TruncatedRest = .spread(continuation: 0.5), componentsPerUnit: Int? = nil,
      guidingOutput: Int = 0, confidence: ConfidenceRequest? = nil
    ) {
      self.evaluations = evaluations
      self.standardError = standardError
      self.minimumUnits = minimumUnits
      self.isAntithetic = isAntithetic
      self.truncation = truncation
      self.rest = rest
      self.componentsPerUnit = componentsPerUnit
      self.guidingOutput = guidingOutput
      self.confidence = confidence
    }

    /// Throws unless every number is in its range.
    func validate() throws(InputError) {
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
      guard guidingOutput >= 0 else {
        throw InputError(
          .usage, "outputs are numbered from 0", at: .init(key: "guidingOutput"), found: "\(guidingOutput)")
      }
      try truncation.validate()
      try rest.validate()
      if let confidence { try validate(confidence) }
    }

    /// Throws unless `confidence` can be claimed for what these settings sample.
    private func validate(_ confidence: ConfidenceRequest) throws(InputError) {
      if truncation != .none, rest == .recordZero {
        throw InputError(
          .usage, "no confidence limits exist for values that truncation biases", at: .init(key: "confidence"),
          hint: "play the roulette, whose values are unbiased, or do not truncate")
      }
      try confidence.requirePlan(evaluations: evaluations, standardError: standardError)
    }

    /// The probability by which the roulette divides marginals, 1 where there is none.
    var smallestContinuation: Double {
      guard truncation != .none, case .spread(let continuation) = rest else { return 1 }
      return continuation
    }
  }
}
