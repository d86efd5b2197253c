/// A probe that was trained, and the path that its penalty was chosen from.
public struct TrainedProbe: Sendable, Hashable {
  /// How many classes it tells apart; nil for regression.
  public let classCount: Int?
  /// What cross-validation found, from the strongest penalty to the weakest; empty when the strength was given.
  public let path: [PathPoint]
  /// λ of the final fit, on all rows.
  public let chosenStrength: Double
  /// What was fitted to all rows.
  public let model: Model

  /// What a trained probe computes.
  public enum Model: Sendable, Hashable {
    case linear(LinearFit)
    case multilayer(MultilayerProbe)
  }

  init(classCount: Int?, path: [PathPoint], chosenStrength: Double, model: Model) {
    self.classCount = classCount
    self.path = path
    self.chosenStrength = chosenStrength
    self.model = model
  }

  /// The final fit; nil for a probe with hidden units.
  public var fit: LinearFit? { model.fit }

  /// The linear map; nil for a probe with hidden units.
  public var linear: LinearProbe? { fit?.probe }

  /// The point of the path that was chosen; nil when the strength was given.
  public var chosenPoint: PathPoint? { path.first { $0.strength == chosenStrength } }

  /// `[row][output]`: the log-odds of class 1, one score a class, or the predicted number.
  ///
  /// - Precondition: the matrix has the columns that were fitted.
  public func decisions(of x: FeatureMatrix) -> [Double] { model.decisions(StoredRows(x)) }

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

extension TrainedProbe.Model {
  var fit: LinearFit? {
    switch self {
    case .linear(let fit): fit
    case .multilayer: nil
    }
  }

  func decisions(_ x: StoredRows) -> [Double] {
    switch self {
    case .linear(let fit): fit.probe.decisions(x)
    case .multilayer(let probe): probe.decisions(x)
    }
  }
}
