import Images
import Inference
import Tensors

extension BaselineScores {
  /// What the whole network's activations of a unit are like over images and positions.
  struct ActivationMoments: Sendable {
    /// The mean of |a|.
    let absolute: Double
    /// The mean of (a − ā)², ā being the mean over images and positions.
    let variance: Double
  }

  /// The moments of every unit of the plan. Complexity: one forward pass an image.
  func activationMoments(_ progress: @escaping @Sendable (_ blocksDone: Int) -> Void) async throws
    -> [ActivationMoments]
  {
    let plan = try plan(.inference)
    let inference = try BlockwiseInference(plan, images: images.inputImages, workers: workers)
    // A block's sums: of |a|, a and a², in that order, for each unit.
    let blocks = try await inference.mapBlocks(progress: progress) { pass, range in
      pass.run()
      var sums: [SIMD4<Double>] = []
      for site in plan.sites {
        var values = [Float](repeating: 0, count: site.shape.count)
        let area = site.shape.area, first = sums.count
        sums += [SIMD4<Double>](repeating: .zero, count: site.channelCount)
        for lane in 0..<range.count {
          values.withUnsafeMutableBufferPointer { pass.copyActivations(of: site, lane: lane, into: $0) }
          for channel in 0..<site.channelCount {
            for value in values[channel * area..<(channel + 1) * area] {
              let value = Double(value)
              sums[first + channel] += SIMD4(abs(value), value, value * value, 0)
            }
          }
        }
      }
      return sums
    }
    var moments: [ActivationMoments] = []
    for site in plan.sites {
      let count = Double(images.count * site.shape.area)
      for unit in site.units {
        let mean = blocks.reduce(SIMD4<Double>.zero) { $0 + $1[unit] } / count
        moments.append(ActivationMoments(absolute: mean[0], variance: max(0, mean[2] - mean[1] * mean[1])))
      }
    }
    return moments
  }

  /// The Euclidean norm of the weights of every output channel.
  ///
  /// - Parameter weight: `[outputs, …]`; of a transposed convolution `[inputs, outputs / groups, …]`.
  static func norms(_ weight: Tensor, outputs: Int, isTransposed: Bool, groups: Int) -> [Double] {
    var squares = [Double](repeating: 0, count: outputs)
    if isTransposed {
      let perGroup = weight.shape[1], area = weight.values.count / (weight.shape[0] * perGroup)
      for (place, value) in weight.values.enumerated() {
        let input = place / (perGroup * area)
        let output = input / (weight.shape[0] / groups) * perGroup + place / area % perGroup
        squares[output] += Double(value) * Double(value)
      }
    } else {
      let size = weight.values.count / outputs
      for (place, value) in weight.values.enumerated() { squares[place / size] += Double(value) * Double(value) }
    }
    return squares.map { $0.squareRoot() }
  }
}
