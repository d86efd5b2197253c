/// The pictures that an attack may make of a clean one: those within ε of it and within the valid samples.
///
/// Everything is in samples; pictures are arrays of samples, channels first. A picture that ``step(_:along:length:around:)``,
/// ``project(_:around:)`` or ``round(_:around:)`` has touched is within the ball exactly: differences and their norm,
/// computed in double precision from the stored samples, do not exceed ε.
public struct PerturbationBall: Sendable, Hashable {
  public let norm: AdversarialAttack.Norm
  /// ε in samples.
  public let radius: Double
  /// The valid samples.
  public let samples: ClosedRange<Float>

  /// - Precondition: the radius is positive and finite.
  public init(_ norm: AdversarialAttack.Norm, radius: Double, samples: ClosedRange<Float>) {
    precondition(radius > 0 && radius.isFinite, "a ball has a positive radius")
    self.norm = norm
    self.radius = radius
    self.samples = samples
  }

  /// How far a picture lies from the clean one, in samples.
  public func distance(_ picture: [Float], from clean: [Float]) -> Double {
    switch norm {
    case .linf: Self.largestChange(picture, from: clean)
    case .l2: Self.length(picture, from: clean)
    }
  }

  /// The largest change of any sample.
  static func largestChange(_ picture: [Float], from clean: [Float]) -> Double {
    var largest = 0.0
    for element in picture.indices { largest = max(largest, abs(Double(picture[element]) - Double(clean[element]))) }
    return largest
  }

  /// The square root of the sum of squared changes.
  static func length(_ picture: [Float], from clean: [Float]) -> Double {
    var sum = 0.0
    for element in picture.indices {
      let change = Double(picture[element]) - Double(clean[element])
      sum += change * change
    }
    return sum.squareRoot()
  }

  /// Moves a picture by `length` in the steepest direction of the norm, then back into the ball.
  ///
  /// - Parameter gradient: with respect to samples; a picture whose gradient is zero stays where it is.
  public func step(_ picture: inout [Float], along gradient: [Float], length: Double, around clean: [Float]) {
    switch norm {
    case .linf:
      let step = Float(length)
      for element in picture.indices {
        let slope = gradient[element]
        if slope > 0 { picture[element] += step } else if slope < 0 { picture[element] -= step }
      }
    case .l2:
      var squares = 0.0
      for slope in gradient { squares += Double(slope) * Double(slope) }
      // A gradient too small to be squared has no direction either.
      guard squares > 0, squares.isFinite else { return project(&picture, around: clean) }
      let factor = length / squares.squareRoot()
      for element in picture.indices { picture[element] += Float(factor * Double(gradient[element])) }
    }
    project(&picture, around: clean)
  }

  /// Brings a picture back into the ball by the shortest way, then into the valid samples, which is nearer to the centre.
  ///
  /// - Precondition: the clean picture's samples are valid.
  public func project(_ picture: inout [Float], around clean: [Float]) {
    switch norm {
    case .linf:
      for element in picture.indices {
        let (low, high) = interval(around: clean[element])
        picture[element] = min(max(picture[element], low), high)
      }
    case .l2:
      var factor = radius / Self.length(picture, from: clean)
      // Rounding to single precision may leave the ball by a hair: a little more is taken then.
      var excess = 0x1p-40
      if factor < 1 {
        let start = picture
        repeat {
          for element in picture.indices {
            let center = Double(clean[element])
            picture[element] = Float(center + factor * (Double(start[element]) - center))
          }
          factor *= 1 - excess
          excess = min(1, 2 * excess)
        } while Self.length(picture, from: clean) > radius
      }
      for element in picture.indices {
        picture[element] = min(max(picture[element], samples.lowerBound), samples.upperBound)
      }
    }
  }

  /// Rounds a picture of the ball to whole samples, to the nearest where the ball allows.
  ///
  /// - Precondition: the clean picture's samples are whole, and so are the ends of the valid ones.
  public func round(_ picture: inout [Float], around clean: [Float]) {
    switch norm {
    case .linf:
      for element in picture.indices {
        let (low, high) = interval(around: clean[element])
        picture[element] = min(max(picture[element].rounded(), low.rounded(.up)), high.rounded(.down))
      }
    case .l2:
      let exact = picture
      for element in picture.indices { picture[element] = exact[element].rounded() }
      var squares = 0.0
      for element in picture.indices {
        let change = Double(picture[element]) - Double(clean[element])
        squares += change * change
      }
      guard squares.squareRoot() > radius else { return }
      // Whole numbers: sums of squares are exact. What was rounded away from the centre is rounded towards it instead,
      // the changes that had the longest way up first, until the ball is reached.
      let outward = picture.indices.filter {
        abs(picture[$0] - clean[$0]) > abs(exact[$0] - clean[$0])
      }.sorted { (abs(picture[$1] - exact[$1]), $0) < (abs(picture[$0] - exact[$0]), $1) }
      for element in outward where squares.squareRoot() > radius {
        let change = Double(picture[element]) - Double(clean[element])
        let shorter = change > 0 ? change - 1 : change + 1
        squares += shorter * shorter - change * change
        picture[element] = Float(Double(clean[element]) + shorter)
      }
    }
  }

  /// The largest interval of samples whose ends are no farther than the radius from a sample, in exact arithmetic.
  private func interval(around center: Float) -> (low: Float, high: Float) {
    let value = Double(center)
    var low = Float(value - radius), high = Float(value + radius)
    if value - Double(low) > radius { low = low.nextUp }
    if Double(high) - value > radius { high = high.nextDown }
    return (max(low, samples.lowerBound), min(high, samples.upperBound))
  }
}
