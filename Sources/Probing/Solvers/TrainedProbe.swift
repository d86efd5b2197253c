/// A probe that was trained, and the path that its penalty was chosen from.
public struct TrainedProbe: Sendable, Hashable {
  /// How many classes it tells apart; nil for regression.
  public let classCount: Int?
  /// What cross-validation found, from the strongest penalty to the weakest; empty when the strength was given.
  public let path: [PathPoint]
  /// λ of the final fit, on all rows.
  public let chosenStrength: Double
  /// The final fit, on all rows.
  public let fit: LinearFit?

  init(classCount: Int?, path: [PathPoint], chosenStrength: Double, fit: LinearFit) {
    self.classCount = classCount
    self.path = path
    self.chosenStrength = chosenStrength
    self.fit = fit
  }

  /// The linear map; nil for a probe with hidden units.
  public var linear: LinearProbe? { fit?.probe }

  /// The point of the path that was chosen; nil when the strength was given.
  public var chosenPoint: PathPoint? { path.first { $0.strength == chosenStrength } }

  /// `[row][output]`: the log-odds of class 1, one score a class, or the predicted number.
  ///
  /// - Precondition: the matrix has the columns that were fitted.
  public func decisions(of x: FeatureMatrix) -> [Double] { linear?.decisions(x) ?? [] }

  /// The most probable class of each row.
  ///
  /// - Precondition: the probe is a classifier, and the matrix has the columns that were fitted.
  public func classes(of x: FeatureMatrix) -> [Int] {
    ClassDecisions.classes(decisions(of: x), classes: requiredClassCount)
  }

  /// The natural logarithms of the classes' probabilities, `[row][class]`.
  ///
  /// - Precondition: the probe is a classifier, and the matrix has the columns that were fitted.
  public func logProbabilities(of x: FeatureMatrix) -> [Double] {
    ClassDecisions.logProbabilities(decisions(of: x), classes: requiredClassCount)
  }

  /// The predicted number of each row.
  ///
  /// - Precondition: the probe is a regression, and the matrix has the columns that were fitted.
  public func values(of x: FeatureMatrix) -> [Double] {
    precondition(classCount == nil, "a regression predicts numbers")
    return decisions(of: x)
  }

  private var requiredClassCount: Int {
    guard let classCount else { preconditionFailure("a classifier predicts classes") }
    return classCount
  }
}
