import CooperativeGames

/// Where a run of a ranking was left: resuming from it gives the same bits as never stopping.
public struct RankingCheckpoint: Sendable, Codable {
  /// The estimator's own checkpoint.
  public enum Estimation: Sendable, Codable {
    case permutation(EstimationCheckpoint<PermutationEstimator>)
  }

  public let provenance: RankingProvenance
  let estimation: Estimation
}
