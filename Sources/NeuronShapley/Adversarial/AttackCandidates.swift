import Images
import Inference
import InputErrors

/// Which images an attack is worth while on: those that the whole network gets right and that are not of the target.
public struct AttackCandidates: Sendable, Hashable, Codable {
  /// How many images there are.
  public let imageCount: Int
  /// How many of them the network gets wrong.
  public let wrongCount: Int
  /// How many it gets right that are of the target already.
  public let targetCount: Int
  /// The others, ascending.
  public let indices: [Int]

  /// Finds them in one forward pass an image.
  ///
  /// - Parameter target: that of the attack; nil for none.
  /// - Throws: ``InputErrors/InputError`` (data) when no image is left; when images or labels do not fit the network.
  public static func found(
    by plan: ExecutionPlan, in images: LabeledImages, target: Int?, workers: Int = 1,
    progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> AttackCandidates {
    let predictions = try await AblatedInference(plan, on: images, workers: workers).predictions(progress: progress)
    let right = predictions.indices.filter { predictions[$0] == images.labels[$0] }
    let candidates = AttackCandidates(
      imageCount: images.count, wrongCount: images.count - right.count,
      targetCount: right.count { images.labels[$0] == target },
      indices: right.filter { images.labels[$0] != target })
    guard !candidates.indices.isEmpty else {
      throw InputError(
        .data, "no image is left to attack",
        expected: "images that the network gets right and that are not of the target",
        found: "\(candidates.wrongCount) wrong and \(candidates.targetCount) of the target, of \(images.count)")
    }
    return candidates
  }
}
