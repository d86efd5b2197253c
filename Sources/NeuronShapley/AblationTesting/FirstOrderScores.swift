import Images
import Inference
import Networks

/// Baselines that come from backward passes of the log-likelihood.
package struct FirstOrderScores {
  private let scores: BaselineScores

  package init(_ scores: BaselineScores) { self.scores = scores }

  /// For each unit the mean over images of |Σ g · (a − ā)| in the whole network.
  package func taylor(_ progress: @escaping @Sendable (_ blocksDone: Int) -> Void = { _ in }) async throws -> [Double] {
    let (gradients, inference) = try passes()
    let (labels, replacement, donors) = (scores.images.labels, scores.ablation.replacement, scores.ablation.donors)
    let images = scores.images
    let blocks = try await inference.mapBlocks(gradients: gradients, progress: progress) { forward, backward, range in
      forward.run()
      backward.begin(forward)
      for (lane, image) in range.enumerated() { backward.seed(.logLikelihood, label: labels[image], lane: lane) }
      backward.run(
        marginals: replacement, donor: AblatedInference.donorPass(forward.plan, donors, range, images))
      let units = forward.plan.unitCount
      return (0..<units).map { unit in
        range.indices.reduce(0.0) { $0 + abs(Double(backward.marginals[($1 - range.lowerBound) * units + unit])) }
      }
    }
    return mean(blocks)
  }

  /// For each unit the mean over images of Σ_k g(x_k) · (a(x_k) − a(x_{k−1})), the images x_k going in equal steps from
  /// the mean image to the image.
  ///
  /// The sum is a right Riemann sum of Dhamdhere et al. 2018, equation 3; over a layer that all information passes, the
  /// conductances sum to the difference of the log-likelihoods as the number of steps grows.
  package func conductance(
    steps: Int, _ progress: @escaping @Sendable (_ blocksDone: Int) -> Void = { _ in }
  ) async throws -> [Double] {
    let (gradients, inference) = try passes()
    let images = scores.images, labels = images.labels, start = meanImage(images)
    let blocks = try await inference.mapBlocks(gradients: gradients, progress: progress) { forward, backward, range in
      // Differences of activations are taken from the pass at the step before.
      var (before, here) = (ForwardPass(forward.plan), forward)
      let units = forward.plan.unitCount
      var sums = [Double](repeating: 0, count: units)
      before.load(count: range.count) { _, buffer in _ = buffer.update(fromContentsOf: start) }
      before.run()
      for step in 1...steps {
        let share = Float(step) / Float(steps)
        here.load(count: range.count) { lane, buffer in
          images.copyPixels(of: range.lowerBound + lane, into: buffer)
          for place in start.indices { buffer[place] = start[place] + share * (buffer[place] - start[place]) }
        }
        here.run()
        backward.begin(here)
        for (lane, image) in range.enumerated() { backward.seed(.logLikelihood, label: labels[image], lane: lane) }
        backward.run(marginals: .donor, donor: before)
        for lane in 0..<range.count {
          for unit in 0..<units { sums[unit] += Double(backward.marginals[lane * units + unit]) }
        }
        swap(&before, &here)
      }
      return sums
    }
    return mean(blocks)
  }

  private func passes() throws -> (GradientPlan, BlockwiseInference) {
    let plan = try scores.plan(.differentiation)
    return (
      GradientPlan(plan, towards: [], marginals: true),
      try BlockwiseInference(plan, images: scores.images.inputImages, workers: scores.workers)
    )
  }

  private func mean(_ blocks: [[Double]]) -> [Double] {
    guard var sums = blocks.first else { return [] }
    for block in blocks.dropFirst() {
      for unit in sums.indices { sums[unit] += block[unit] }
    }
    return sums.map { $0 / Double(scores.images.count) }
  }

  private func meanImage(_ images: LabeledImages) -> [Float] {
    var sums = [Double](repeating: 0, count: images.shape.count)
    for image in 0..<images.count {
      for (place, value) in images.pixels(of: image).enumerated() { sums[place] += Double(value) }
    }
    return sums.map { Float($0 / Double(images.count)) }
  }
}
