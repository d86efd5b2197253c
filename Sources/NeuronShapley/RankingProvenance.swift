import Inference
import InputErrors

/// What a ranking was made from: enough to tell whether a checkpoint belongs to a run, and to repeat it bit for bit.
public struct RankingProvenance: Sendable, Hashable, Codable {
  public let configuration: RankingConfiguration
  /// ``Networks/Network/digest``.
  public let modelDigest: String
  /// The evaluated images' digest, labels and preprocessing included.
  public let imagesDigest: String
  /// The calibration images' digest; nil when the ablation needs none.
  public let calibrationDigest: String?
  /// The multiply-adds of some sets round differently from those of others.
  public let instructionSet: InstructionSet

  /// Throws unless `other`, which wrote a checkpoint, would give the same bits.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) naming the first setting that differs.
  func requireSame(as other: RankingProvenance) throws(InputError) {
    let (mine, theirs) = (configuration, other.configuration)
    let settings: [(name: String, key: String, mine: String, theirs: String, isSame: Bool)] = [
      ("model", "model", modelDigest, other.modelDigest, modelDigest == other.modelDigest),
      ("images", "images", imagesDigest, other.imagesDigest, imagesDigest == other.imagesDigest),
      ("metric", "metric", "\(mine.metric)", "\(theirs.metric)", mine.metric == theirs.metric),
      ("ablation", "ablation", mine.ablation.rawValue, theirs.ablation.rawValue, mine.ablation == theirs.ablation),
      (
        "calibration images", "calibration", calibrationDigest ?? "none", other.calibrationDigest ?? "none",
        calibrationDigest == other.calibrationDigest
      ),
      ("players", "players", mine.players.summary, theirs.players.summary, mine.players == theirs.players),
      ("seed", "seed", "\(mine.seed)", "\(theirs.seed)", mine.seed == theirs.seed),
      (
        "estimator", "estimator", mine.estimator.name, theirs.estimator.name,
        mine.estimator.kind == theirs.estimator.kind
      ),
      (
        "estimator's settings", "estimator", "\(mine.estimator)", "\(theirs.estimator)",
        mine.estimator == theirs.estimator
      ),
      (
        "instruction set", "instruction set", instructionSet.rawValue, other.instructionSet.rawValue,
        instructionSet.hasBits(of: other.instructionSet)
      ),
    ]
    for setting in settings where !setting.isSame {
      throw InputError(
        .data, "the checkpoint is of a run with another \(setting.name)", at: .init(key: setting.key),
        expected: setting.theirs, found: setting.mine,
        hint: "resume with the settings of the first run, or start a new one")
    }
  }
}
