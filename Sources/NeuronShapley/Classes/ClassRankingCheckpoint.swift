import CooperativeGames
import Inference
import InputErrors

/// Where a run of rankings for several classes was left: resuming from it gives the same bits as never stopping.
public struct ClassRankingCheckpoint: Sendable, Codable {
  public let provenance: ClassRankingProvenance
  let estimation: EstimationCheckpoint<GroupedPermutationEstimator>
}

/// What rankings for several classes were made from.
public struct ClassRankingProvenance: Sendable, Hashable, Codable {
  public let configuration: ClassRankingConfiguration
  /// ``Networks/Network/digest``.
  public let modelDigest: String
  /// The evaluated images' digest, labels and preprocessing included.
  public let imagesDigest: String
  /// The calibration images' digest; nil when the ablation needs none.
  public let calibrationDigest: String?
  /// Different instruction sets round differently.
  public let instructionSet: InstructionSet

  /// Throws unless `other`, which wrote a checkpoint, would give the same bits.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) naming what differs.
  func requireSame(as other: ClassRankingProvenance) throws(InputError) {
    let parts: [(name: String, isSame: Bool)] = [
      ("model", modelDigest == other.modelDigest), ("images", imagesDigest == other.imagesDigest),
      ("calibration images", calibrationDigest == other.calibrationDigest),
      ("instruction set", instructionSet.hasBits(of: other.instructionSet)),
      ("configuration", configuration == other.configuration),
    ]
    for part in parts where !part.isSame {
      throw InputError(
        .data, "the checkpoint is of a run with another \(part.name)",
        hint: "resume with the settings of the first run, or start a new one")
    }
  }
}
