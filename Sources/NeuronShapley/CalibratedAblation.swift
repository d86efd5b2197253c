import Images
import Inference
import InputErrors

/// An ablation with the values that removed filters take, measured on calibration images in the unablated network.
public struct CalibratedAblation: Sendable {
  public let kind: Ablation
  /// The digest of the calibration images; nil when the ablation needs none.
  public let calibrationDigest: String?
  package let replacement: Replacement
  package let donors: DonorImages?

  /// Measures what the ablation needs; means are exact over all calibration images, in double precision.
  ///
  /// - Parameters:
  ///   - images: the calibration images; their labels do not matter. Not looked at by ``Ablation/zero`` and
  ///     ``Ablation/batchNormShift``.
  ///   - seed: decides the donors of ``Ablation/resample``.
  ///   - progress: called with the number of images done.
  /// - Throws: ``InputErrors/InputError`` when the images do not fit the network, or when there are fewer than two to
  ///   resample from. Complexity: one forward pass a calibration image.
  public static func measured(
    _ kind: Ablation, plan: ExecutionPlan, on images: LabeledImages, seed: UInt64 = 0, workers: Int = 1,
    progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> CalibratedAblation {
    let count = images.count
    let blocksDone: @Sendable (Int) -> Void = { progress?(min(count, $0 * ExecutionPlan.laneCount)) }
    func inference() throws -> BlockwiseInference {
      try BlockwiseInference(plan, images: images.inputImages, workers: workers)
    }
    switch kind {
    case .mean:
      let means = try await ActivationMeans.measured(inference(), progress: blocksDone)
      try requireFinite([means.units], plan)
      return CalibratedAblation(kind, .constants(means.units), images.digest)
    case .meanMap:
      let maps = try await ActivationMaps.measured(inference(), progress: blocksDone)
      try requireFinite(maps.sites, plan)
      return CalibratedAblation(kind, .maps(maps.sites), images.digest)
    case .zero, .batchNormShift: return try uncalibrated(kind, plan: plan)
    case .resample:
      _ = try inference()
      guard images.count > 1 else {
        throw InputError(
          .data, "the ablation 'resample' needs other images", expected: "at least 2 calibration images",
          found: "\(images.count)")
      }
      return CalibratedAblation(kind, .donor, images.digest, DonorImages(images: images, seed: seed))
    }
  }

  /// An ablation that needs no images.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) for one that does.
  public static func uncalibrated(_ kind: Ablation, plan: ExecutionPlan) throws(InputError) -> CalibratedAblation {
    switch kind {
    case .zero: return CalibratedAblation(kind, .constants([Float](repeating: 0, count: plan.unitCount)))
    case .batchNormShift: return CalibratedAblation(kind, .constants(NormalizationShift.constants(of: plan)))
    case .mean, .meanMap, .resample:
      throw InputError(
        .usage, "the ablation '\(kind.rawValue)' is measured on images, and there are none",
        expected: "zero or batchNormShift")
    }
  }

  private init(_ kind: Ablation, _ replacement: Replacement, _ digest: String? = nil, _ donors: DonorImages? = nil) {
    self.kind = kind
    self.replacement = replacement
    calibrationDigest = digest
    self.donors = donors
  }

  private static func requireFinite(_ values: [[Float]], _ plan: ExecutionPlan) throws(InputError) {
    for (index, values) in values.enumerated() where !values.allSatisfy(\.isFinite) {
      // Means come as one list over all sites, maps as one list a site.
      let node = values.count == plan.unitCount ? nil : plan.network.nodes[plan.sites[index].site.source].title
      throw InputError(
        .data, "a mean activation over the calibration images is not a finite number", at: .init(node: node),
        hint: "look for infinite weights, or for preprocessing that does not fit the model")
    }
  }
}
