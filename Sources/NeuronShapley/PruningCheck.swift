import Inference
import InputErrors

/// Whether a pruned network computes what the ablated one does, image by image.
public struct PruningCheck: Sendable, Hashable, Codable {
  public let imageCount: Int
  /// The largest difference of a logit over the images, each relative to the image's largest logit.
  public let largestDifference: Double

  /// Runs both networks on all images.
  ///
  /// - Parameters:
  ///   - plan: the original network, run with the filters removed.
  ///   - pruned: the pruned network.
  /// - Throws: ``InputErrors/InputError`` when the images do not fit, a filter is unknown, or an output is no finite
  ///   number.
  public static func measured(
    _ plan: ExecutionPlan, removing filters: [Filter], ablation: CalibratedAblation, against pruned: ExecutionPlan,
    on images: InputImages, workers: Int = 1
  ) async throws -> PruningCheck {
    let catalog = FilterCatalog(plan)
    var masks = [UInt8](repeating: 0, count: plan.unitCount)
    for filter in filters { masks[try catalog.unit(of: filter)] = .max }
    let expected = try await BlockwiseInference(plan, images: images, workers: workers).logits(
      removing: masks, replacement: ablation.replacement)
    let found = try await BlockwiseInference(pruned, images: images, workers: workers).logits()
    precondition(expected.count == found.count, "as many logits as before")
    let classes = plan.network.classCount
    var largest = 0.0
    for first in stride(from: 0, to: expected.count, by: classes) {
      let range = first..<first + classes
      guard expected[range].allSatisfy(\.isFinite), found[range].allSatisfy(\.isFinite) else {
        throw InputError(
          .data, "the model's output is not a finite number", found: "image \(first / classes)",
          hint: "look for infinite weights, or for preprocessing that does not fit the model")
      }
      let scale = range.reduce(0) { max($0, abs(Double(expected[$1]))) }
      let difference = range.reduce(0) { max($0, abs(Double(expected[$1]) - Double(found[$1]))) }
      largest = max(largest, scale > 0 ? difference / scale : difference)
    }
    return PruningCheck(imageCount: images.count, largestDifference: largest)
  }
}
