import CooperativeGames
import InputErrors

/// Where a run of a ranking was left: resuming from it gives the same bits as never stopping.
public struct RankingCheckpoint: Sendable, Codable {
  /// The estimator's own checkpoint.
  enum Estimation: Sendable, Codable {
    case permutation(EstimationCheckpoint<PermutationEstimator>)
    case msr(EstimationCheckpoint<MSREstimator>)
    case stratified(EstimationCheckpoint<StratifiedEstimator>)
    case svarm(EstimationCheckpoint<SVARMEstimator>)
    case leverage(EstimationCheckpoint<LeverageEstimator>)
    case regressionAdjusted(EstimationCheckpoint<RegressionAdjustedEstimator>)
    case stars(EstimationCheckpoint<StarEstimator>)
    case gradient(EstimationCheckpoint<GradientEstimator>)
    case racing(EstimationCheckpoint<RacingEstimator>)
    case tmab(EstimationCheckpoint<TMABEstimator>)
    case exact(EstimationCheckpoint<ExactEnumeration>)
    case leaveOneOut(EstimationCheckpoint<LeaveOneOut>)
  }

  public let provenance: RankingProvenance
  let estimation: Estimation
}

extension RankingCheckpoint.Estimation {
  /// The checkpoint of `procedure`.
  ///
  /// - Throws: ``InputErrors/InputError`` when it is another's: a file may hold another estimator's checkpoint than its
  ///   provenance says.
  func checkpoint<Procedure: CoalitionProcedure>(
    of procedure: Procedure.Type
  ) throws(InputError) -> EstimationCheckpoint<Procedure> {
    let any: any Sendable =
      switch self {
      case .permutation(let checkpoint): checkpoint
      case .msr(let checkpoint): checkpoint
      case .stratified(let checkpoint): checkpoint
      case .svarm(let checkpoint): checkpoint
      case .leverage(let checkpoint): checkpoint
      case .regressionAdjusted(let checkpoint): checkpoint
      case .stars(let checkpoint): checkpoint
      case .gradient(let checkpoint): checkpoint
      case .racing(let checkpoint): checkpoint
      case .tmab(let checkpoint): checkpoint
      case .exact(let checkpoint): checkpoint
      case .leaveOneOut(let checkpoint): checkpoint
      }
    guard let checkpoint = any as? EstimationCheckpoint<Procedure> else {
      throw InputError(.data, "the checkpoint is of another estimator than it says")
    }
    return checkpoint
  }
}
