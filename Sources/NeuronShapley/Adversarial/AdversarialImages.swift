import Images
import Inference
import InputErrors

/// What an attack has made of images.
public struct AdversarialImages: Sendable {
  /// What became of one image.
  public struct Outcome: Sendable, Hashable, Codable {
    public let label: Int
    /// What the attacked network takes the result for.
    public let prediction: Int
    public let isSuccess: Bool
    /// Whether the attack had succeeded before the picture was rounded to 8 bits.
    public let succeededUnrounded: Bool
    /// The largest change of a sample, in units of pixel values 0…1.
    public let largestChange: Double
    /// The square root of the sum of squared changes, in units of pixel values 0…1.
    public let length: Double
  }

  public let attack: AdversarialAttack
  /// The images that were attacked.
  public let clean: LabeledImages
  /// The same images after the attack, with the same labels and names: of 8 bits where the attack rounds, else floats.
  public let images: LabeledImages
  /// One an image.
  public let outcomes: [Outcome]
  /// The units of pixels that the attack was limited in.
  public let scale: PixelScale

  /// The share of images on which the attack succeeded.
  public var success: MeanScore { MeanScore(outcomes.map { $0.isSuccess ? 1 : 0 }) }

  /// The share of images on which it had succeeded before rounding.
  public var successUnrounded: MeanScore { MeanScore(outcomes.map { $0.succeededUnrounded ? 1 : 0 }) }
}

extension AdversarialAttack {
  /// Attacks images, eight at a time.
  ///
  /// - Parameters:
  ///   - images: attacked whatever the network takes them for; see ``AttackCandidates``.
  ///   - scale: the images' own (``Images/LabeledImages/pixelScale(range:)``).
  ///   - workers: at least 1; results have the same bits for any number.
  ///   - progress: called with the number of images done.
  /// - Throws: ``InputErrors/InputError`` when a setting is out of range, images or labels do not fit the network, or a
  ///   logit is not a number; `CancellationError`.
  ///   Complexity: steps + 2 forward and steps backward passes an image.
  public func run(
    against network: AttackedNetwork, on images: LabeledImages, scale: PixelScale, workers: Int = 1,
    progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> AdversarialImages {
    let plan = network.gradients.plan
    try validate(classCount: plan.network.classCount)
    try images.requireFit(plan.network)
    let ball = PerturbationBall(norm, radius: epsilon * scale.unit, samples: scale.samples)
    let count = images.count
    let blocksDone: @Sendable (Int) -> Void = { progress?(min(count, $0 * ExecutionPlan.laneCount)) }
    let inference = try BlockwiseInference(plan, images: images.inputImages, workers: workers)
    let blocks = try await inference.mapBlocks(gradients: network.gradients, progress: blocksDone) {
      forward, backward, range in
      let donor = AblatedInference.donorPass(plan, network.ablation?.donors, range, images)
      let pass = AttackPass(
        attack: self, network: network, scale: scale, ball: ball, images: images, forward: forward, backward: backward,
        donor: donor)
      return try pass.run(range)
    }
    return try result(Array(blocks.joined()), images, scale)
  }

  private func result(
    _ pictures: [AttackPass.Picture], _ images: LabeledImages, _ scale: PixelScale
  ) throws -> AdversarialImages {
    let area = images.shape.area
    let outcomes = try pictures.enumerated().map { index, picture in
      let clean = try images.samples(of: index, scale: scale), label = images.labels[index]
      return AdversarialImages.Outcome(
        label: label, prediction: picture.prediction,
        isSuccess: succeeds(prediction: picture.prediction, label: label),
        succeededUnrounded: picture.succeededUnrounded,
        largestChange: PerturbationBall.largestChange(picture.samples, from: clean) / scale.unit,
        length: PerturbationBall.length(picture.samples, from: clean) / scale.unit)
    }
    let attacked: LabeledImages
    if roundsPixels, scale.isEightBit {
      attacked = try images.replacing(bytes: pictures.map { $0.samples.map { UInt8($0) } })
    } else {
      attacked = try images.replacing(
        values: pictures.map { picture in
          picture.samples.indices.map { scale.input(picture.samples[$0], channel: $0 / area) }
        })
    }
    return AdversarialImages(attack: self, clean: images, images: attacked, outcomes: outcomes, scale: scale)
  }
}

extension AdversarialImages {
  /// The picture after the attack, of 8 bits; nil where the input has neither one nor three channels.
  public func picture(of index: Int) -> Image? {
    (try? images.samples(of: index, scale: scale)).flatMap { images.picture(samples: $0, scale: scale) }
  }

  /// The change of a picture, `factor` times enlarged, on grey; nil as ``picture(of:)``.
  public func difference(of index: Int, factor: Double = 10) -> Image? {
    guard let before = try? clean.samples(of: index, scale: scale),
      let after = try? images.samples(of: index, scale: scale)
    else { return nil }
    let grey = (Double(scale.samples.lowerBound) + Double(scale.samples.upperBound)) / 2
    return images.picture(
      samples: zip(before, after).map { Float(grey + factor * (Double($1) - Double($0))) }, scale: scale)
  }
}
