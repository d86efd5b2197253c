/// What cross-validation found at one strength of the penalty.
public struct PathPoint: Sendable, Hashable {
  /// λ
  public let strength: Double
  /// The held-out mean loss of each fold: log-loss in nats, or the mean squared error.
  public let foldLosses: [Double]
  /// The held-out score of each fold: accuracy (balanced accuracy where classes are balanced), or R².
  public let foldScores: [Double]
  /// How many columns have a weight other than 0 when all rows are fitted.
  public let nonzeroColumns: Int
  /// The fit of all rows, where the penalty has absolute values; nil else.
  public let fit: LinearFit?

  public init(strength: Double, foldLosses: [Double], foldScores: [Double], nonzeroColumns: Int, fit: LinearFit?) {
    self.strength = strength
    self.foldLosses = foldLosses
    self.foldScores = foldScores
    self.nonzeroColumns = nonzeroColumns
    self.fit = fit
  }

  /// The mean over folds of the held-out loss.
  public var meanLoss: Double { Self.mean(foldLosses) }
  /// The standard error of ``meanLoss``: the folds' standard deviation (n − 1) over the root of their number.
  public var standardError: Double { Self.error(foldLosses) }
  /// The mean over folds of the held-out score.
  public var meanScore: Double { Self.mean(foldScores) }
  /// The standard error of ``meanScore``.
  public var scoreStandardError: Double { Self.error(foldScores) }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

  private static func error(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double((values.count - 1) * values.count)).squareRoot()
  }
}

extension ProbeConfiguration.Choice {
  /// The place of the chosen point; the path begins with the strongest penalty.
  ///
  /// - Precondition: the path is not empty.
  func place(in path: [PathPoint]) -> Int {
    var best = 0
    for place in path.indices where path[place].meanLoss < path[best].meanLoss { best = place }
    switch self {
    case .best: return best
    case .oneStandardError:
      let bound = path[best].meanLoss + path[best].standardError
      return path.firstIndex { $0.meanLoss <= bound } ?? best
    }
  }
}
