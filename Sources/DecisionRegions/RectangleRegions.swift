import InputErrors

/// The regions of two free inputs: the convex cells into which the neurons' boundary lines cut a rectangle.
///
/// The structure is exact: which lines meet where, which coincide, run along a side or miss the rectangle is decided
/// without rounding. Positions, lengths and areas are rounded.
public struct RectangleRegions: InputRegions {
  /// A point of the plane of inputs.
  public struct Point: Sendable, Hashable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A corner of cells.
  public struct Vertex: Sendable, Hashable {
    public let position: Point
    /// The neurons whose boundaries run through it, increasing: none at a corner of the rectangle, one where a line meets
    /// a side, two or more inside.
    public let neurons: [Int]
    public let isOnBorder: Bool
  }

  /// A side of cells: part of a boundary between two vertices, or of the rectangle's border.
  public struct Edge: Sendable, Hashable {
    public let start: Int
    public let end: Int
    /// The neurons whose boundary it is, increasing: those that flip on the way across. Also on the border, where a
    /// boundary may run along a side.
    public let neurons: [Int]
    /// The cells beside it: two, or one at the border.
    public let cells: [Int]
  }

  /// A region: a convex polygon.
  public struct Cell: Sendable, Hashable {
    /// Counterclockwise.
    public let vertices: [Int]
    /// Edge i leads from vertex i to the next.
    public let edges: [Int]
    public let area: Double
    public let centroid: Point
  }

  /// The most neurons that are taken: the cells grow with the square.
  public static let maximumNeuronCount = 500

  public let neurons: [LinearNeuron]
  public let ranges: [InputRange]
  public let vertices: [Vertex]
  public let edges: [Edge]
  public let cells: [Cell]
  public let signVectors: [SignVector]
  private let lines: [BoundaryLine]

  public var measures: [Double] { cells.map(\.area) }
  public var x: InputRange { ranges[0] }
  public var y: InputRange { ranges[1] }

  /// - Throws: ``InputErrors/InputError`` (data) when there is no neuron, more than ``maximumNeuronCount``, or one has one
  ///   input. Complexity: O(neurons · cells) quick predicates, and exact ones where rounding could decide; memory
  ///   O(neurons · cells) for the sign vectors.
  public init(_ neurons: [LinearNeuron], x: InputRange, y: InputRange) throws(InputError) {
    try IntervalRegions.check(neurons, inputCount: 2, most: Self.maximumNeuronCount)
    let lines = neurons.map(BoundaryLine.init)
    var builder = ArrangementBuilder(lines, x: x, y: y)
    builder.build()
    self.neurons = neurons
    self.lines = lines
    ranges = [x, y]
    vertices = builder.finishedVertices()
    (cells, edges) = builder.finishedCells(at: vertices.map(\.position))
    signVectors = builder.signVectors(cells: cells, edges: edges)
  }

  public func signs(at point: [Double]) -> SignVector {
    precondition(point.count == 2 && point.allSatisfy(\.isFinite), "two finite values")
    return SignVector(lines.map { NeuronSign(signOf: $0.side(x: point[0], y: point[1])) })
  }

  /// The cells beside a cell, with the neurons that flip on the way.
  public func neighbours(of cell: Int) -> [(cell: Int, flips: [Int])] {
    cells[cell].edges.compactMap { index in
      let edge = edges[index]
      return edge.cells.first { $0 != cell }.map { ($0, edge.neurons) }
    }
  }

  /// The part of a neuron's boundary within the rectangle, from vertex to vertex; nil when it misses the rectangle, only
  /// touches a corner, or there is none.
  public func segment(of neuron: Int) -> (start: Point, end: Point)? {
    let line = lines[neuron]
    guard !line.isConstant else { return nil }
    let corners = [(x.lower, y.lower), (x.upper, y.lower), (x.upper, y.upper), (x.lower, y.upper)]
    let sides = corners.map { line.side(x: $0.0, y: $0.1) }
    guard sides.contains(where: { $0 >= 0 }), sides.contains(where: { $0 <= 0 }) else { return nil }
    var ends: [Point] = []
    for corner in corners.indices where sides[corner] == 0 {
      ends.append(Point(x: corners[corner].0, y: corners[corner].1))
    }
    for corner in corners.indices where sides[corner] * sides[(corner + 1) % 4] < 0 {
      let isHorizontal = corner % 2 == 0
      let side =
        isHorizontal ? BoundaryLine(0, 1, equals: corners[corner].1) : BoundaryLine(1, 0, equals: corners[corner].0)
      let position = line.exactMeeting(side).position
      ends.append(Point(x: clamped(position.x, x), y: clamped(position.y, y)))
    }
    return ends.count == 2 ? (ends[0], ends[1]) : nil
  }

  private func clamped(_ value: Double, _ range: InputRange) -> Double { min(max(value, range.lower), range.upper) }
}
