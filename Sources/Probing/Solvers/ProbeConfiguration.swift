import InputErrors

/// Which probe is trained, and how its penalty is chosen.
public struct ProbeConfiguration: Sendable, Hashable, Codable {
  public enum Kind: Sendable, Hashable, Codable {
    /// Logistic regression; ρ = `l1Ratio` of the penalty is absolute values, the rest squares.
    case logistic(l1Ratio: Double)
    /// Least squares with squared weights as penalty.
    case ridge
    /// Least squares with absolute weights (`l1Ratio` 1) or the elastic net as penalty.
    case lasso(l1Ratio: Double)
    /// One hidden layer of rectified units with squared weights as penalty, for classes and for numbers. Training ends by
    /// the loss on rows that are held back, so there is no optimum to converge to.
    case multilayer(hiddenUnits: Int = 32)

    /// The share ρ of absolute values in the penalty.
    public var l1Ratio: Double {
      switch self {
      case .logistic(let l1Ratio), .lasso(let l1Ratio): l1Ratio
      case .ridge, .multilayer: 0
      }
    }
  }

  /// The strengths λ that cross-validation compares.
  public enum Path: Sendable, Hashable, Codable {
    /// `count` strengths in a geometric series from λ_max down to λ_max · `ratio`. λ_max is the largest slope of the loss
    /// at weights 0, divided by ρ or by 0.1, whichever is more: with absolute values, the least strength at which every
    /// weight is 0.
    case relative(ratio: Double, count: Int)
    /// These strengths, in any order.
    case strengths([Double])
  }

  /// Which strength of the path is taken.
  public enum Choice: String, Sendable, Hashable, Codable, CaseIterable {
    /// The one with the smallest held-out loss, the stronger one of equals.
    case best
    /// The strongest whose held-out loss is at most one standard error above the smallest.
    case oneStandardError
  }

  public var kind: Kind
  public var path: Path
  /// Folds of the cross-validation, at least 2.
  public var foldCount: Int
  /// Every class counts the same, in training and in held-out losses and scores.
  public var isBalanced: Bool
  /// The largest violation of the optimality conditions of a converged fit.
  public var tolerance: Double
  public var choice: Choice

  /// - Parameter path: nil takes 11 strengths down to 10⁻⁵ of λ_max, with absolute values down to 10⁻³, with hidden units
  ///   0.1, 0.01 and 0.001.
  public init(
    kind: Kind, path: Path? = nil, foldCount: Int = 5, isBalanced: Bool = false, tolerance: Double = 1e-6,
    choice: Choice = .best
  ) {
    self.kind = kind
    if let path {
      self.path = path
    } else {
      switch kind {
      case .logistic, .ridge, .lasso: self.path = .relative(ratio: kind.l1Ratio > 0 ? 1e-3 : 1e-5, count: 11)
      case .multilayer: self.path = .strengths([0.1, 0.01, 0.001])
      }
    }
    self.foldCount = foldCount
    self.isBalanced = isBalanced
    self.tolerance = tolerance
    self.choice = choice
  }

  /// Checks the configuration against a target.
  ///
  /// - Throws: ``InputError`` (usage) for numbers out of range and for a probe that does not fit the target.
  func check(for target: ProbeTarget) throws(InputError) {
    try LinearSolver.check(tolerance: tolerance)
    guard (0...1).contains(kind.l1Ratio) else {
      throw InputError(
        .usage, "the penalty's share of absolute values is wrong", expected: "0 to 1", found: "\(kind.l1Ratio)")
    }
    switch path {
    case .relative(let ratio, let count):
      guard ratio > 0, ratio <= 1, count >= 1 else {
        throw InputError(
          .usage, "the path of penalties is wrong", expected: "a ratio above 0 and at most 1, at least 1 strength",
          found: "ratio \(ratio), \(count) strengths")
      }
    case .strengths(let strengths):
      guard !strengths.isEmpty, strengths.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw InputError(
          .usage, "the path of penalties is wrong", expected: "strengths of at least 0", found: "\(strengths)")
      }
    }
    if case .multilayer(let hiddenUnits) = kind, hiddenUnits < 1 {
      throw InputError(.usage, "the number of hidden units is wrong", expected: "at least 1", found: "\(hiddenUnits)")
    }
    switch (kind, target) {
    case (.logistic, .values):
      throw InputError(.usage, "a logistic probe needs classes", expected: "labels", found: "numbers")
    case (.ridge, .classes), (.lasso, .classes):
      throw InputError(.usage, "a regression needs numbers", expected: "numbers", found: "labels")
    case (.logistic, .classes), (.ridge, .values), (.lasso, .values), (.multilayer, _): break
    }
  }
}
