import Images
import Inference
import InputErrors

/// Runs labelled images through a network with the same filters removed for all of them.
struct AblatedInference: Sendable {
  let plan: ExecutionPlan
  let images: LabeledImages
  let workers: Int

  /// - Throws: ``InputErrors/InputError`` when images or labels do not fit the network.
  init(_ plan: ExecutionPlan, on images: LabeledImages, workers: Int) throws {
    try images.requireFit(plan.network)
    self.plan = plan
    self.images = images
    self.workers = workers
  }

  /// What `body` makes of every image's logits, in the order of the images.
  ///
  /// - Parameters:
  ///   - units: units of the plan to remove; none needs no ablation.
  ///   - progress: called with the number of images done.
  /// - Throws: ``InputErrors/InputError`` when a logit is not a finite number; `CancellationError`.
  func mapLogits<Result: Sendable>(
    removing units: [Int], ablation: CalibratedAblation?, progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil,
    _ body: @escaping @Sendable (UnsafeBufferPointer<Float>, _ label: Int) -> Result
  ) async throws -> [Result] {
    precondition(units.isEmpty || ablation != nil, "removed filters take values of an ablation")
    var masks = [UInt8](repeating: 0, count: plan.unitCount)
    for unit in units { masks[unit] = .max }
    let (plan, images, removed) = (plan, images, masks)
    let replacement = ablation?.replacement ?? .constants(.init(repeating: 0, count: plan.unitCount))
    let donors = units.isEmpty ? nil : ablation?.donors
    let inference = try BlockwiseInference(plan, images: images.inputImages, workers: workers)
    let blocksDone: @Sendable (Int) -> Void = { progress?(min(images.count, $0 * ExecutionPlan.laneCount)) }
    let blocks = try await inference.mapBlocks(progress: blocksDone) { pass, range in
      pass.run(removing: removed, replacement: replacement, donor: Self.donorPass(plan, donors, range, images))
      var results: [Result] = []
      var logits = [Float](repeating: 0, count: plan.network.classCount)
      for (lane, image) in range.enumerated() {
        logits.withUnsafeMutableBufferPointer { pass.copyLogits(lane: lane, into: $0) }
        if !logits.allSatisfy(\.isFinite) { throw Self.notFinite(images.names[image]) }
        results.append(logits.withUnsafeBufferPointer { body($0, images.labels[image]) })
      }
      return results
    }
    return Array(blocks.joined())
  }

  static func notFinite(_ image: String) -> InputError {
    InputError(
      .data, "the model's output is not a finite number", at: .init(file: image),
      hint: "look for infinite weights, or for preprocessing that does not fit the model")
  }

  /// The class that every image is taken for, in the order of the images; of equal logits the smaller class.
  ///
  /// - Throws: as ``mapLogits(removing:ablation:progress:_:)``.
  func predictions(
    removing units: [Int] = [], ablation: CalibratedAblation? = nil,
    progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> [Int] {
    try await mapLogits(removing: units, ablation: ablation, progress: progress) { logits, _ in
      AblatedInference.prediction(logits)
    }
  }

  /// The class with the largest logit; of equal ones the smaller class.
  static func prediction(_ logits: UnsafeBufferPointer<Float>) -> Int {
    logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
  }

  /// An unablated pass over the donors of a block's images.
  static func donorPass(
    _ plan: ExecutionPlan, _ donors: DonorImages?, _ range: Range<Int>, _ images: LabeledImages
  ) -> ForwardPass? {
    guard let donors else { return nil }
    let drawn = donors.donors(of: Array(range), isOwnSet: donors.images.digest == images.digest)
    let pass = ForwardPass(plan)
    pass.load(count: range.count) { lane, buffer in donors.images.copyPixels(of: drawn[lane], into: buffer) }
    pass.run()
    return pass
  }
}
