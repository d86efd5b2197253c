/// What a solver found, and how well.
public struct LinearFit: Sendable, Hashable {
  public let probe: LinearProbe
  /// Mean loss plus penalty on the training rows.
  public let objective: Double
  /// The largest violation of the optimality conditions over all weights and intercepts: the gradient's largest entry,
  /// for absolute values the distance from 0 to the subgradient; in a regression divided by the target's standard
  /// deviation. 0 at the exact optimum.
  public let optimalityGap: Double
  /// Steps of the outermost loop.
  public let iterations: Int
  /// True when the gap is at most the tolerance.
  public let isConverged: Bool
  /// True when the probe puts every training row on its class's side; false for regression. Without a penalty such a
  /// probe has no optimum, and weights are those at which the gradient fell below the tolerance.
  public let isSeparable: Bool
  /// True when no column varies, so that the probe knows nothing but its intercepts.
  public var isConstant: Bool { probe.standardization.deviations.allSatisfy { $0 == 0 } }

  public init(
    probe: LinearProbe, objective: Double, optimalityGap: Double, iterations: Int, isConverged: Bool,
    isSeparable: Bool
  ) {
    self.probe = probe
    self.objective = objective
    self.optimalityGap = optimalityGap
    self.iterations = iterations
    self.isConverged = isConverged
    self.isSeparable = isSeparable
  }
}
