import CooperativeGames
import InputErrors
import Networks

extension TMABEstimator.Configuration {
  /// The publication's constants with what depends on the metric filled in: chance, and the range R of the bound (1 for
  /// accuracy, ln(classes) for the log-likelihood).
  ///
  /// - Parameter labels: those of the evaluated images.
  /// - Throws: ``InputErrors/InputError`` (usage) for the logit, the margin and attacks, which the publication does not know;
  ///   build the configuration by hand for them.
  public static func published(
    for metric: PerformanceMetric, labels: [Int], classCount: Int
  ) throws(InputError) -> TMABEstimator.Configuration {
    let chance = metric.chance(labels: labels, classCount: classCount)
    let uniform = -(PerformanceMetric.logLikelihood().chance(label: 0, classCount: classCount) ?? 0)
    let range: Double?
    switch metric {
    case .logLikelihood: range = uniform > 0 ? uniform : 1
    case .accuracy, .top5, .probability, .classAccuracy, .binary, .logit, .margin, .attackSuccess, .attackProbability:
      range = metric.range.map { $0.upperBound - $0.lowerBound }
    }
    guard let chance, let range else {
      throw InputError(
        .usage, "the published estimator needs a metric with a range and a level of chance", at: .init(key: "metric"),
        found: "'\(metric.name)'", hint: "use the estimator 'permutation', or another metric")
    }
    return TMABEstimator.Configuration(
      range: range, truncation: .consecutive(evaluations: 6, chance: chance, threshold: 0.2))
  }
}

extension LeaveOneOutScores {
  /// The scores in the form of an estimate, which says that they are no Shapley values.
  func estimate(imageCount: Int, units: Int) -> ShapleyEstimate {
    ShapleyEstimate(
      estimator: EstimatorChoice.Kind.leaveOneOut.rawValue, output: output,
      players: scores.map { PlayerEstimate(value: $0, standardError: 0, samples: imageCount) },
      grandValue: grandValue, emptyValue: nil, efficiency: Efficiency(claim: .notClaimed, residual: nil),
      bias: "these are no Shapley values but what each player's removal alone costs", evaluations: evaluations,
      units: units)
  }
}
