/// Bootstrap intervals of means over images, with the same resamples for every quantity, so that differences are paired.
///
/// Efron (1979); intervals are the percentiles of the resampled means. Whatever is a mean over images of a number per
/// image can be asked for: an accuracy, the area under a curve, the difference of two. Where all values are equal (an
/// accuracy of 0 or 1), resampling cannot tell how far off the mean may be and the interval is that point.
public struct PairedBootstrap: Sendable {
  /// The number of observations (images).
  public let count: Int
  public let resampleCount: Int
  /// How often each observation comes in each resample, `[resample][observation]`.
  private let multiplicities: [UInt8]

  /// Draws the resamples. Complexity: O(count · resamples), with as many bytes of memory.
  ///
  /// - Precondition: `count ≥ 1` and `resamples ≥ 2`.
  public init(count: Int, resamples: Int = 2000, seed: UInt64) {
    precondition(count >= 1 && resamples >= 2, "resamples of at least one observation")
    self.count = count
    resampleCount = resamples
    var multiplicities = [UInt8](repeating: 0, count: count * resamples)
    for resample in 0..<resamples {
      var stream = RandomStream(seed: seed, purpose: .bootstrap, index: resample)
      for _ in 0..<count {
        let place = resample * count + stream.uniform(below: count)
        // 255 draws of one observation do not happen; they would be counted as 255.
        multiplicities[place] = multiplicities[place] &+ (multiplicities[place] == .max ? 0 : 1)
      }
    }
    self.multiplicities = multiplicities
  }

  /// The means of the resamples, in their order.
  ///
  /// - Precondition: a value for each observation. Complexity: O(count · resamples).
  public func resampledMeans(_ values: [Double]) -> [Double] {
    precondition(values.count == count, "a value for each observation")
    return values.withUnsafeBufferPointer { values in
      multiplicities.withUnsafeBufferPointer { multiplicities in
        (0..<resampleCount).map { resample in
          var sum = 0.0
          for place in 0..<count { sum += Double(multiplicities[resample * count + place]) * values[place] }
          return sum / Double(count)
        }
      }
    }
  }

  /// The percentile interval of the mean of `values`.
  ///
  /// - Parameter level: the share of resamples within, such as 0.95.
  public func interval(_ values: [Double], level: Double = 0.95) -> ClosedRange<Double> {
    precondition(0 < level && level < 1, "a level between 0 and 1")
    let means = resampledMeans(values).sorted()
    // The smallest and largest that leave at most half of the rest outside.
    let outside = Int((Double(resampleCount) * (1 - level) / 2).rounded(.down))
    return means[outside]...means[resampleCount - 1 - outside]
  }

  /// The percentile interval of the mean difference, first less second, of two values an observation.
  public func difference(_ first: [Double], _ second: [Double], level: Double = 0.95) -> ClosedRange<Double> {
    precondition(first.count == second.count, "pairs of values")
    return interval(zip(first, second).map { $0 - $1 }, level: level)
  }
}
