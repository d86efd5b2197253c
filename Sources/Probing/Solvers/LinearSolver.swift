import InputErrors

/// Fits linear classifiers and regressors to their optimum.
///
/// The objective is (1/n)Σ loss + λ(ρ‖w‖₁ + (1 − ρ)/2·‖w‖²) over weights on standardised columns and free intercepts.
/// The loss is the logistic one for two classes, the softmax cross-entropy for more, and ½(y − ŷ)² for numbers. Fits are
/// deterministic, use one thread, and give the same bits with every instruction set.
public enum LinearSolver {
  /// - Parameters:
  ///   - isBalanced: classes are weighted n / (K · n_k), so that each counts the same; numbers are not weighted.
  ///   - tolerance: the largest ``LinearFit/optimalityGap`` of a converged fit, above 0.
  ///   - warmStart: a probe of the same shape to begin from.
  /// - Throws: ``InputError`` for a target that fits no classifier (a class without rows, equal numbers), no column,
  ///   numbers that are not finite, or a tolerance that is not positive.
  public static func fit(
    _ x: FeatureMatrix, _ target: ProbeTarget, penalty: ElasticNetPenalty, isBalanced: Bool,
    tolerance: Double = 1e-6, from warmStart: LinearProbe? = nil
  ) throws(InputError) -> LinearFit {
    try target.check(against: x)
    try check(tolerance: tolerance)
    var path = LinearPath(StoredRows(x), target, isBalanced: isBalanced, l1Ratio: penalty.l1Ratio)
    if let warmStart { path.begin(from: warmStart) }
    return path.fit(penalty, tolerance: tolerance)
  }

  static func check(tolerance: Double) throws(InputError) {
    guard tolerance > 0, tolerance.isFinite else {
      throw InputError(.usage, "the tolerance is wrong", expected: "above 0", found: "\(tolerance)")
    }
  }
}
