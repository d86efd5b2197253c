import CooperativeGames
import InputErrors

/// Where a run of a ranking was left: resuming from it gives the same bits as never stopping.
public struct RankingCheckpoint: Sendable, Codable {
  /// The estimator's own checkpoint.
  enum Estimation: Sendable, Codable {
    case permutation(EstimationCheckpoint<PermutationEstimator>)
    case tmab(EstimationCheckpoint<TMABEstimator>)
    case exact(EstimationCheckpoint<ExactEnumeration>)
    case leaveOneOut(EstimationCheckpoint<LeaveOneOut>)
  }

  public let provenance: RankingProvenance
  let estimation: Estimation
}

// A file may hold another estimator's checkpoint than its provenance says.
extension RankingCheckpoint.Estimation {
  func permutation() throws(InputError) -> EstimationCheckpoint<PermutationEstimator> {
    guard case .permutation(let checkpoint) = self else { throw Self.mismatch }
    return checkpoint
  }

  func tmab() throws(InputError) -> EstimationCheckpoint<TMABEstimator> {
    guard case .tmab(let checkpoint) = self else { throw Self.mismatch }
    return checkpoint
  }

  func exact() throws(InputError) -> EstimationCheckpoint<ExactEnumeration> {
    guard case .exact(let checkpoint) = self else { throw Self.mismatch }
    return checkpoint
  }

  func leaveOneOut() throws(InputError) -> EstimationCheckpoint<LeaveOneOut> {
    guard case .leaveOneOut(let checkpoint) = self else { throw Self.mismatch }
    return checkpoint
  }

  private static var mismatch: InputError {
    InputError(.data, "the checkpoint is of another estimator than it says")
  }
}
