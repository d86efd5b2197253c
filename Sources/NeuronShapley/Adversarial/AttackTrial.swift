import Images
import Inference
import InputErrors

/// What a network without some players makes of clean and attacked images that it has not been ranked on.
///
/// Predictions are kept image by image, so that intervals and paired differences can be taken over the images.
public struct AttackTrial: Sendable, Hashable, Codable {
  /// The names of the players that were removed.
  public let removed: [String]
  /// The prediction for every image, attacked or not.
  public let clean: [Int]
  /// For every attacked image, as it was made to deceive the whole network.
  public let transferred: [Int]
  /// For every attacked image, attacked anew with the gradients of the reduced network: what an attacker would do.
  public let renewed: [Int]

  public init(removed: [String], clean: [Int], transferred: [Int], renewed: [Int]) {
    self.removed = removed
    self.clean = clean
    self.transferred = transferred
    self.renewed = renewed
  }

  /// Removes players and measures all three.
  ///
  /// - Parameters:
  ///   - removed: indices of players.
  ///   - network: the whole one, whose gradients are taken without the removed players.
  ///   - images: all images, of which `attacked` are some.
  ///   - attacked: made by an attack on the whole network.
  ///   - progress: called with the number of images that were attacked anew.
  /// - Throws: as ``AdversarialAttack/run(against:on:scale:workers:progress:)``.
  ///   Complexity: one forward pass for each image and each attacked one, and an attack.
  public static func measured(
    _ plan: ExecutionPlan, removing removed: [Int], of players: FilterPlayers, ablation: CalibratedAblation,
    attacking network: AttackedNetwork, images: LabeledImages, attacked: AdversarialImages, workers: Int = 1,
    progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> AttackTrial {
    let units = removed.flatMap { players.units[$0] }
    func predictions(_ images: LabeledImages) async throws -> [Int] {
      try await AblatedInference(plan, on: images, workers: workers).predictions(removing: units, ablation: ablation)
    }
    let renewed: [Int]
    if removed.isEmpty {
      renewed = attacked.outcomes.map(\.prediction)
    } else {
      renewed = try await attacked.attack.run(
        against: network.removing(removed, of: players, ablation: ablation), on: attacked.clean, scale: attacked.scale,
        workers: workers, progress: progress
      ).outcomes.map(\.prediction)
    }
    return AttackTrial(
      removed: removed.map { players.players[$0].name }, clean: try await predictions(images),
      transferred: try await predictions(attacked.images), renewed: renewed)
  }
}
