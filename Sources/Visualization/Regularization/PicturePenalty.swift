/// What is taken from the objective for what natural pictures rarely have.
///
/// A unit's gradient has no natural size, so weights mean something only in proportion to it: they are meant for an objective
/// whose gradient has a root mean square of 1 a value, and ``subtractGradient(at:height:width:scaledBy:from:)`` takes the size
/// that it really has.
public enum PicturePenalty: Sendable, Hashable {
  /// The total variation Σ √(∂x² + ∂y² + ε²) − ε over pixels and channels, ε = 0.01 (Mahendran & Vedaldi, Understanding
  /// Deep Image Representations by Inverting Them, 2015): against noise.
  ///
  /// At the default weight an edge stands where the objective pulls at it with half its typical gradient, and a single pixel
  /// sticks out where it is pulled with 1.7 times that.
  case totalVariation(weight: Double = 0.5)
  /// The squared distance from ½, Σ (p − ½)² (Simonyan et al., Deep Inside Convolutional Networks, 2014): against extremes.
  ///
  /// At the default weight a pixel under a typical gradient comes to rest a quarter from ½.
  case squaredDistance(weight: Double = 2)

  /// What the sum is multiplied by.
  public var weight: Double {
    switch self {
    case .totalVariation(let weight), .squaredDistance(let weight): weight
    }
  }
}

extension PicturePenalty {
  private static let smoothing: Float = 0.01

  /// The weighted sum for a picture `[channels][height][width]`.
  ///
  /// - Precondition: whole channels of that extent.
  public func value(of picture: [Float], height: Int, width: Int) -> Double {
    precondition(picture.count % (height * width) == 0, "whole channels")
    var sum = 0.0
    switch self {
    case .totalVariation:
      Self.forEachStep(picture, height, width) { _, _, _, _, _, length in sum += Double(length - Self.smoothing) }
    case .squaredDistance:
      for value in picture { sum += Double((value - 0.5) * (value - 0.5)) }
    }
    return weight * sum
  }

  /// Takes the gradient of ``value(of:height:width:)``, times `scale`, from a gradient with respect to the picture.
  ///
  /// - Parameter scale: the objective's root mean square a value, for weights that mean the same for every unit.
  /// - Precondition: whole channels of that extent, and as many values in both.
  public func subtractGradient(
    at picture: [Float], height: Int, width: Int, scaledBy scale: Float = 1, from gradient: inout [Float]
  ) {
    precondition(picture.count % (height * width) == 0 && gradient.count == picture.count, "whole channels")
    let factor = Float(weight) * scale
    gradient.withUnsafeMutableBufferPointer { gradient in
      switch self {
      case .totalVariation:
        Self.forEachStep(picture, height, width) { place, right, below, across, down, length in
          let (x, y) = (factor * across / length, factor * down / length)
          gradient[place] += x + y
          if let right { gradient[right] -= x }
          if let below { gradient[below] -= y }
        }
      case .squaredDistance:
        picture.withUnsafeBufferPointer { picture in
          for place in 0..<picture.count { gradient[place] -= 2 * factor * (picture[place] - 0.5) }
        }
      }
    }
  }

  /// Calls the body with each place, its neighbours to the right and below (nil at the edge), the steps to them (0 there) and
  /// their smoothed length.
  @inline(__always)
  private static func forEachStep(
    _ picture: [Float], _ height: Int, _ width: Int, _ body: (Int, Int?, Int?, Float, Float, Float) -> Void
  ) {
    picture.withUnsafeBufferPointer { picture in
      for row in 0..<(picture.count / width) {
        let isLast = row % height == height - 1
        for column in 0..<width {
          let place = row * width + column
          let right = column + 1 < width ? place + 1 : nil, below = isLast ? nil : place + width
          let across = right.map { picture[$0] - picture[place] } ?? 0
          let down = below.map { picture[$0] - picture[place] } ?? 0
          let length = (across * across + down * down + smoothing * smoothing).squareRoot()
          body(place, right, below, across, down, length)
        }
      }
    }
  }
}
