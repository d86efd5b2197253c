/// How a picture is moved, scaled and turned at random before a network sees it, so that what is optimised cannot rest on
/// single pixels (Olah et al., Feature Visualization, 2017).
///
/// In this order: padding of ½, jitter, scaling, rotation, jitter; or a crop of random size and place. Pads and jitters are
/// in pixels and fit pictures of 128 pixels and more: see ``scaled(toSide:)``.
public struct ViewTransforms: Sendable, Hashable {
  /// Boxes of random size and place, blown up to the whole view (MaCo; Fel et al. 2023).
  public struct Crops: Sendable, Hashable {
    /// The mean side of a box as a share of the picture's.
    public var meanSize: Double
    /// The deviation of the side.
    public var deviation: Double
    /// The deviation of the middle from ½ of the picture, in shares of its sides.
    public var centreDeviation: Double

    public init(meanSize: Double, deviation: Double, centreDeviation: Double = 0.15) {
      self.meanSize = meanSize
      self.deviation = deviation
      self.centreDeviation = centreDeviation
    }
  }

  /// Pixels of ½ on each side. A view shows them as far as the jitters do not need them: the picture gets smaller.
  public var padding: Int
  /// The first jitter: whole pixels of the picture, uniform from −⌊jitter/2⌋ on, `jitter + 1` possible values a direction.
  public var jitter: Int
  /// Factors, one of which is drawn for each view, all equally likely; more than 1 makes the picture larger. Empty: 1.
  public var scaleFactors: [Double]
  /// Angles in degrees, one of which is drawn for each view, all equally likely. Empty: 0.
  public var rotations: [Double]
  /// The second jitter, as the first, in pixels of the scaled and turned picture.
  public var finalJitter: Int
  /// Boxes within what the others leave to be seen of the picture; nil for the whole of it.
  public var crops: Crops?

  /// - Precondition: pads and jitters are not negative, factors are positive.
  public init(
    padding: Int = 0, jitter: Int = 0, scaleFactors: [Double] = [], rotations: [Double] = [], finalJitter: Int = 0,
    crops: Crops? = nil
  ) {
    precondition(min(padding, jitter, finalJitter) >= 0, "pads and jitters are not negative")
    precondition(scaleFactors.allSatisfy { $0 > 0 && $0.isFinite }, "scale factors are positive")
    self.padding = padding
    self.jitter = jitter
    self.scaleFactors = scaleFactors
    self.rotations = rotations
    self.finalJitter = finalJitter
    self.crops = crops
  }

  /// The picture as it is.
  public static let none = ViewTransforms()
  /// lucid's first jitter alone.
  public static let jitter = ViewTransforms(jitter: 8)
  /// lucid's rotations alone.
  public static let rotation = ViewTransforms(rotations: lucid.rotations)
  /// lucid's scaling alone.
  public static let scaling = ViewTransforms(scaleFactors: lucid.scaleFactors)
  /// lucid's padding alone.
  public static let padding = ViewTransforms(padding: 12)
  /// The standard transforms of lucid: padding 12, jitter 8, factors 0.90, 0.92 … 1.10, whole degrees −10…10 and 0 five
  /// times more, jitter 4.
  public static let lucid = ViewTransforms(
    padding: 12, jitter: 8, scaleFactors: (0..<11).map { 1 + Double($0 - 5) / 50 },
    rotations: (-10...10).map(Double.init) + [Double](repeating: 0, count: 5), finalJitter: 4)

  /// The boxes of MaCo alone: sides normal with this mean and deviation, middles normal around the picture's with
  /// deviation 0.15.
  public static func crops(meanSize: Double = 0.25, deviation: Double = 0.1) -> ViewTransforms {
    ViewTransforms(crops: Crops(meanSize: meanSize, deviation: deviation))
  }

  /// The same for pictures of that side: pads and jitters shrink in proportion below 128 pixels, rounded.
  ///
  /// - Precondition: `side > 0`.
  public func scaled(toSide side: Int) -> ViewTransforms {
    precondition(side > 0, "a picture has at least one pixel")
    guard side < 128 else { return self }
    func scaled(_ pixels: Int) -> Int { (pixels * side + 64) / 128 }
    var smaller = self
    smaller.padding = scaled(padding)
    smaller.jitter = scaled(jitter)
    smaller.finalJitter = scaled(finalJitter)
    return smaller
  }

  /// The side of a view that shows a picture of that side pixel by pixel: padded, less the jitters; no less than the
  /// picture's.
  public func naturalSide(_ side: Int) -> Int { max(side, side + 2 * padding - jitter - finalJitter) }
}
