/// The outline of a shape as a signed distance: negative inside, in pixels.
struct ShapeOutline: Sendable {
  private enum Form: Sendable {
    case disc(radius: Double)
    case polygon([SIMD2<Double>])
  }

  private let form: Form
  /// No point of the outline is further from the centre.
  let reach: Double

  /// - Parameter radius: of a disc; the other shapes have about its area.
  init(_ shape: ObjectShape, radius: Double) {
    switch shape {
    case .disc: form = .disc(radius: radius)
    case .square: form = .polygon(Self.square.map { $0 * radius })
    case .triangle: form = .polygon(Self.triangle.map { $0 * radius })
    case .star: form = .polygon(Self.star.map { $0 * radius })
    case .cross: form = .polygon(Self.cross.map { $0 * radius })
    }
    switch form {
    case .disc(let radius): reach = radius
    case .polygon(let corners): reach = corners.map { ($0 * $0).sum().squareRoot() }.max() ?? 0
    }
  }

  private static let square: [SIMD2<Double>] = [SIMD2(-1, -1), SIMD2(1, -1), SIMD2(1, 1), SIMD2(-1, 1)].map {
    $0 * 0.88
  }
  private static let triangle: [SIMD2<Double>] = (0..<3).map { point(turn: Double($0) / 3, radius: 1.36) }
  private static let star: [SIMD2<Double>] = (0..<10).map {
    point(turn: Double($0) / 10, radius: $0.isMultiple(of: 2) ? 1.36 : 0.62)
  }
  private static let cross: [SIMD2<Double>] = {
    let (long, short) = (1.14, 0.42)
    let quarter = [SIMD2(short, -long), SIMD2(short, -short), SIMD2(long, -short)]
    var corners: [SIMD2<Double>] = []
    for turn in 0..<4 {
      for corner in quarter {
        var corner = corner
        for _ in 0..<turn { corner = SIMD2(-corner.y, corner.x) }
        corners.append(corner)
      }
    }
    return corners
  }()

  /// A point at a share of a whole turn clockwise from the top.
  private static func point(turn: Double, radius: Double) -> SIMD2<Double> {
    let angle = 2 * Double.pi * turn
    return SIMD2(sine(angle), -cosine(angle)) * radius
  }

  /// The distance of a point from the outline, negative inside; the centre is the origin.
  func distance(_ point: SIMD2<Double>) -> Double {
    switch form {
    case .disc(let radius): return (point * point).sum().squareRoot() - radius
    case .polygon(let corners):
      var nearest = Double.infinity
      var isInside = false
      var last = corners[corners.count - 1]
      for corner in corners {
        let edge = corner - last
        let offset = point - last
        let along = min(max((offset * edge).sum() / (edge * edge).sum(), 0), 1)
        let gap = offset - edge * along
        nearest = min(nearest, (gap * gap).sum())
        // An edge that the ray to the right of the point crosses changes the side.
        if (last.y > point.y) != (corner.y > point.y), (offset.x * edge.y < edge.x * offset.y) != (edge.y < 0) {
          isInside.toggle()
        }
        last = corner
      }
      return isInside ? -nearest.squareRoot() : nearest.squareRoot()
    }
  }
}
