#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A blur that leaves edges alone: neighbours count less the further their colour is (Tomasi & Manduchi, Bilateral Filtering
/// for Gray and Color Images, 1998). For pictures between steps (as in Tyka, Class Visualization with Bilateral Filters, 2016).
public struct BilateralFilter: Sendable, Hashable {
  /// The deviation of the distance in pixels.
  public var spatialDeviation: Double
  /// The deviation of the colour's distance: the root of the summed squares of the channels' differences.
  public var rangeDeviation: Double

  /// The defaults take away noise of some hundredths and keep edges of some tenths.
  ///
  /// - Precondition: positive deviations.
  public init(spatialDeviation: Double = 1.5, rangeDeviation: Double = 0.15) {
    precondition(spatialDeviation > 0 && rangeDeviation > 0, "positive deviations")
    self.spatialDeviation = spatialDeviation
    self.rangeDeviation = rangeDeviation
  }

  /// The filtered picture `[channels][height][width]`. Windows reach two deviations far and end at the picture's edges.
  /// Complexity: O(pixels · window).
  ///
  /// - Precondition: whole channels of that extent.
  public func applied(to picture: [Float], height: Int, width: Int) -> [Float] {
    let area = height * width
    precondition(picture.count % area == 0, "whole channels")
    let channels = picture.count / area
    let radius = Int((2 * spatialDeviation).rounded(.up))
    let near = (-radius...radius).map { Float(GaussianBlur.bell(Double($0) / spatialDeviation)) }
    let sharpness = Float(-0.5 / (rangeDeviation * rangeDeviation))
    var result = picture
    var sums = [Float](repeating: 0, count: channels)
    for row in 0..<height {
      for column in 0..<width {
        let middle = row * width + column
        var weights: Float = 0
        for channel in 0..<channels { sums[channel] = 0 }
        for y in max(0, row - radius)...min(height - 1, row + radius) {
          for x in max(0, column - radius)...min(width - 1, column + radius) {
            let place = y * width + x
            var distance: Float = 0
            for channel in 0..<channels {
              let difference = picture[channel * area + place] - picture[channel * area + middle]
              distance += difference * difference
            }
            let weight = near[y - row + radius] * near[x - column + radius] * exp(sharpness * distance)
            weights += weight
            // Differences, so that what is constant stays so to the last bit.
            for channel in 0..<channels {
              sums[channel] += weight * (picture[channel * area + place] - picture[channel * area + middle])
            }
          }
        }
        for channel in 0..<channels { result[channel * area + middle] += sums[channel] / weights }
      }
    }
    return result
  }
}

extension GaussianBlur {
  /// exp(−x²/2).
  static func bell(_ x: Double) -> Double { exp(-x * x / 2) }
}
