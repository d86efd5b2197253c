/// What is done to the gradient with respect to a picture before it is followed: gradients of networks are much higher in
/// frequency than pictures are.
public enum GradientFilter: Sendable, Hashable {
  case none
  /// A Gaussian of that deviation in pixels, mirrored at the edges (Øygard, Visualizing GoogLeNet Classes, 2015).
  case blur(deviation: Double = 1)
  /// The spectrum is parted into smooth octaves, from half a cycle a pixel down, which all get the same root mean square (as
  /// DeepDream's Laplacian pyramid; Mordvintsev et al. 2015).
  case frequencyNormalized(octaves: Int = 4)
}

/// A ``GradientFilter`` made ready for one extent. Applying it allocates nothing.
public struct PreparedGradientFilter: Sendable {
  public let filter: GradientFilter
  public let channels: Int
  public let height: Int
  public let width: Int

  private var work: Work

  private enum Work: Sendable {
    case none
    case blur(GaussianBlur)
    case octaves(OctaveNormalization)
  }

  /// - Precondition: positive extents; a positive deviation, at least one octave.
  public init(_ filter: GradientFilter, channels: Int, height: Int, width: Int) {
    precondition(min(channels, height, width) > 0, "positive extents")
    self.filter = filter
    self.channels = channels
    self.height = height
    self.width = width
    work =
      switch filter {
      case .none: .none
      case .blur(let deviation): .blur(GaussianBlur(deviation: deviation, height: height, width: width))
      case .frequencyNormalized(let octaves):
        .octaves(OctaveNormalization(octaves: octaves, channels: channels, height: height, width: width))
      }
  }

  /// Filters a gradient `[channels][height][width]` in place.
  ///
  /// - Precondition: that many values.
  public mutating func apply(to gradient: inout [Float]) {
    precondition(gradient.count == channels * height * width, "one value for each channel of each pixel")
    switch work {
    case .none: return
    case .blur(var blur):
      work = .none
      blur.apply(to: &gradient)
      work = .blur(blur)
    case .octaves(var octaves):
      work = .none
      octaves.apply(to: &gradient)
      work = .octaves(octaves)
    }
  }
}

/// A separable Gaussian, cut off at four deviations, with the planes mirrored at their edges.
struct GaussianBlur: Sendable {
  private let height: Int
  private let width: Int
  /// Weights of the middle and of each distance from it; all places together sum to 1.
  private let weights: [Float]
  private var kept: [Float]

  init(deviation: Double, height: Int, width: Int) {
    precondition(deviation > 0 && deviation.isFinite, "a positive deviation")
    self.height = height
    self.width = width
    let raw = (0...Int((4 * deviation).rounded(.up))).map { Self.bell(Double($0) / deviation) }
    let sum = raw[0] + 2 * raw.dropFirst().reduce(0, +)
    weights = raw.map { Float($0 / sum) }
    kept = Array(repeating: 0, count: height * width)
  }

  mutating func apply(to values: inout [Float]) {
    let (height, width, weights) = (height, width, weights)
    values.withUnsafeMutableBufferPointer { values in
      kept.withUnsafeMutableBufferPointer { kept in
        for plane in stride(from: 0, to: values.count, by: height * width) {
          for row in 0..<height {
            let first = row * width
            for column in 0..<width { kept[first + column] = values[plane + first + column] * weights[0] }
            for distance in 1..<weights.count {
              let weight = weights[distance]
              let above = plane + Self.mirrored(row - distance, height) * width
              let below = plane + Self.mirrored(row + distance, height) * width
              for column in 0..<width {
                kept[first + column] += (values[above + column] + values[below + column]) * weight
              }
            }
          }
          for row in 0..<height {
            let first = row * width
            for column in 0..<width {
              var sum = kept[first + column] * weights[0]
              for distance in 1..<weights.count {
                sum +=
                  (kept[first + Self.mirrored(column - distance, width)]
                    + kept[first + Self.mirrored(column + distance, width)]) * weights[distance]
              }
              values[plane + first + column] = sum
            }
          }
        }
      }
    }
  }

  /// The place that a place beyond the edge mirrors; the edge itself lies between two pixels.
  @inline(__always)
  private static func mirrored(_ place: Int, _ extent: Int) -> Int {
    if place >= 0 && place < extent { return place }
    let period = 2 * extent
    let folded = ((place % period) + period) % period
    return folded < extent ? folded : period - 1 - folded
  }
}
