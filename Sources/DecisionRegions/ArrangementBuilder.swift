/// Builds the arrangement of lines within a rectangle, line after line, on exact signs alone.
///
/// A vertex is known by two lines that meet there, never by its rounded position. When a line comes, its side is found
/// for every vertex; a cell with vertices on both sides is split at the two points where its outline meets the line:
/// vertices on it, or new ones on sides whose ends lie on different sides. A cell across such a side is split at the
/// same new vertex, so that the cells always fit together.
struct ArrangementBuilder {
  struct Polygon {
    /// Counterclockwise.
    var vertices: [Int32]
    /// The line on which side i, from vertex i to the next, lies.
    var lines: [Int32]
  }

  /// Neurons with the same boundary, and whether each has the positive side of the first.
  struct Bundle {
    let line: BoundaryLine
    var members: [(neuron: Int, orientation: Int)]
  }

  private let neuronLines: [BoundaryLine]
  private let x: InputRange
  private let y: InputRange
  /// The first four are the rectangle's sides: bottom, right, top, left.
  private var bundles: [Bundle]
  private let bundleOfNeuron: [Int?]
  private var forms: [PointForm] = []
  /// Two lines that meet at each vertex.
  private var origins: [(Int32, Int32)] = []
  /// Further lines through vertices, in the order of insertion.
  private var incidences: [(vertex: Int32, line: Int32)] = []
  private var polygons: [Polygon] = []
  private var signs: [Int8] = []

  init(_ neuronLines: [BoundaryLine], x: InputRange, y: InputRange) {
    self.neuronLines = neuronLines
    self.x = x
    self.y = y
    let sides = [
      BoundaryLine(0, 1, equals: y.lower), BoundaryLine(1, 0, equals: x.upper), BoundaryLine(0, 1, equals: y.upper),
      BoundaryLine(1, 0, equals: x.lower),
    ]
    var bundles = sides.map { Bundle(line: $0, members: []) }
    var places = [Int?](repeating: nil, count: neuronLines.count)
    for (neuron, line) in neuronLines.enumerated() where !line.isConstant {
      let found = bundles.indices.lazy.map { ($0, bundles[$0].line.coincidence(with: line)) }.first { $0.1 != 0 }
      if let (place, orientation) = found {
        bundles[place].members.append((neuron, orientation))
        places[neuron] = place
      } else {
        places[neuron] = bundles.count
        bundles.append(Bundle(line: line, members: [(neuron, 1)]))
      }
    }
    self.bundles = bundles
    bundleOfNeuron = places
  }

  mutating func build() {
    for corner: Int32 in 0..<4 { _ = addVertex((corner + 3) % 4, corner) }
    polygons = [Polygon(vertices: [0, 1, 2, 3], lines: [0, 1, 2, 3])]
    for line in 4..<max(4, bundles.count) { insert(Int32(line)) }
  }

  private mutating func addVertex(_ first: Int32, _ second: Int32) -> Int32 {
    forms.append(bundles[Int(first)].line.meeting(bundles[Int(second)].line))
    origins.append((first, second))
    return Int32(forms.count - 1)
  }

  private func exactVertex(_ vertex: Int) -> ExactPoint {
    bundles[Int(origins[vertex].0)].line.exactMeeting(bundles[Int(origins[vertex].1)].line)
  }

  private func side(of vertex: Int, _ line: BoundaryLine) -> Int {
    line.form.side(of: forms[vertex]) ?? line.side(of: exactVertex(vertex))
  }

  private mutating func insert(_ index: Int32) {
    let line = bundles[Int(index)].line
    signs.removeAll(keepingCapacity: true)
    var hasPositive = false, hasNegative = false
    for vertex in forms.indices {
      let sign = side(of: vertex, line)
      if sign == 0 { incidences.append((Int32(vertex), index)) }
      hasPositive = hasPositive || sign > 0
      hasNegative = hasNegative || sign < 0
      signs.append(Int8(sign))
    }
    guard hasPositive, hasNegative else { return }
    var crossings: [UInt64: Int32] = [:]
    for cell in polygons.indices where isCut(polygons[cell]) { split(cell, by: index, &crossings) }
  }

  private func isCut(_ polygon: Polygon) -> Bool {
    var hasPositive = false, hasNegative = false
    for vertex in polygon.vertices {
      let sign = signs[Int(vertex)]
      hasPositive = hasPositive || sign > 0
      hasNegative = hasNegative || sign < 0
    }
    return hasPositive && hasNegative
  }

  private mutating func split(_ cell: Int, by line: Int32, _ crossings: inout [UInt64: Int32]) {
    let polygon = polygons[cell]
    var ring = Polygon(vertices: [], lines: [])
    var cuts: [Int] = []
    for (place, vertex) in polygon.vertices.enumerated() {
      let next = polygon.vertices[place + 1 == polygon.vertices.count ? 0 : place + 1]
      if signs[Int(vertex)] == 0 { cuts.append(ring.vertices.count) }
      ring.vertices.append(vertex)
      ring.lines.append(polygon.lines[place])
      guard Int(signs[Int(vertex)]) * Int(signs[Int(next)]) < 0 else { continue }
      let key = Self.key(vertex, next)
      let crossing: Int32
      if let known = crossings[key] {
        crossing = known
      } else {
        crossing = addVertex(polygon.lines[place], line)
        signs.append(0)
        crossings[key] = crossing
      }
      cuts.append(ring.vertices.count)
      ring.vertices.append(crossing)
      ring.lines.append(polygon.lines[place])
    }
    precondition(cuts.count == 2, "a line meets the outline of a convex cell that it cuts in two points")
    let (first, second) = (cuts[0], cuts[1])
    polygons[cell] = Polygon(
      vertices: Array(ring.vertices[first...second]), lines: Array(ring.lines[first..<second]) + [line])
    polygons.append(
      Polygon(
        vertices: Array(ring.vertices[second...] + ring.vertices[...first]),
        lines: Array(ring.lines[second...] + ring.lines[..<first]) + [line]))
  }

  private static func key(_ a: Int32, _ b: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: min(a, b))) << 32 | UInt64(UInt32(bitPattern: max(a, b)))
  }

  // MARK: Results

  private func neurons(on line: Int32) -> [Int] { bundles[Int(line)].members.map(\.neuron) }

  func finishedVertices() -> [RectangleRegions.Vertex] {
    var lines = origins.map { [$0.0, $0.1] }
    for (vertex, line) in incidences { lines[Int(vertex)].append(line) }
    let extent = min(x.length, y.length)
    let reach = [x.lower, x.upper, y.lower, y.upper].map(abs).max() ?? 0
    return lines.indices.map { vertex in
      let rounded = forms[vertex].position(extent: extent, reach: reach) ?? exactVertex(vertex).position
      var position = RectangleRegions.Point(
        x: min(max(rounded.x, x.lower), x.upper), y: min(max(rounded.y, y.lower), y.upper))
      // On a side one coordinate is known without rounding.
      for line in lines[vertex] {
        switch line {
        case 0: position.y = y.lower
        case 1: position.x = x.upper
        case 2: position.y = y.upper
        case 3: position.x = x.lower
        default: break
        }
      }
      return RectangleRegions.Vertex(
        position: position,
        neurons: lines[vertex].flatMap(neurons(on:)).sorted(), isOnBorder: lines[vertex].contains { $0 < 4 })
    }
  }

  func finishedCells(
    at positions: [RectangleRegions.Point]
  ) -> (cells: [RectangleRegions.Cell], edges: [RectangleRegions.Edge]) {
    var numbers: [UInt64: Int] = [:]
    numbers.reserveCapacity(2 * polygons.count)
    var found: [(start: Int, end: Int, line: Int32, cells: [Int])] = []
    var cells: [RectangleRegions.Cell] = []
    cells.reserveCapacity(polygons.count)
    for (cell, polygon) in polygons.enumerated() {
      let edges = polygon.vertices.indices.map { place -> Int in
        let start = polygon.vertices[place]
        let end = polygon.vertices[place + 1 == polygon.vertices.count ? 0 : place + 1]
        let key = Self.key(start, end)
        if let number = numbers[key] {
          found[number].cells.append(cell)
          return number
        }
        numbers[key] = found.count
        found.append((Int(start), Int(end), polygon.lines[place], [cell]))
        return found.count - 1
      }
      let vertices = polygon.vertices.map { Int($0) }
      let (area, centroid) = Self.measure(vertices.map { positions[$0] })
      cells.append(.init(vertices: vertices, edges: edges, area: area, centroid: centroid))
    }
    let edges = found.map {
      RectangleRegions.Edge(start: $0.start, end: $0.end, neurons: neurons(on: $0.line), cells: $0.cells)
    }
    return (cells, edges)
  }

  /// The signs of the first cell, from its vertices, and of all others by the neurons that flip on the way.
  func signVectors(cells: [RectangleRegions.Cell], edges: [RectangleRegions.Edge]) -> [SignVector] {
    let first = SignVector(
      neuronLines.indices.map { neuron in
        guard let place = bundleOfNeuron[neuron] else { return NeuronSign(signOf: neuronLines[neuron].signAtOrigin) }
        let sides = cells[0].vertices.lazy.map { side(of: $0, bundles[place].line) }
        let orientation = bundles[place].members.first { $0.neuron == neuron }?.orientation ?? 1
        return NeuronSign(signOf: (sides.first { $0 != 0 } ?? 0) * orientation)
      })
    var vectors = [SignVector?](repeating: nil, count: cells.count)
    vectors[0] = first
    var open = [0]
    while let cell = open.popLast() {
      guard let signs = vectors[cell] else { continue }
      for edge in cells[cell].edges {
        guard let next = edges[edge].cells.first(where: { $0 != cell }), vectors[next] == nil else { continue }
        var flipped = signs
        for neuron in edges[edge].neurons { flipped.signs[neuron] = flipped.signs[neuron].flipped }
        vectors[next] = flipped
        open.append(next)
      }
    }
    return vectors.map { vector in
      guard let vector else { preconditionFailure("the cells of a rectangle hang together") }
      return vector
    }
  }

  /// Area and centroid of a convex polygon, relative to its first corner so that little cancels.
  private static func measure(_ corners: [RectangleRegions.Point]) -> (Double, RectangleRegions.Point) {
    let origin = corners[0]
    var (area, sumX, sumY) = (0.0, 0.0, 0.0)
    for place in 1..<corners.count - 1 {
      let (p, q) = (corners[place], corners[place + 1])
      let (px, py, qx, qy) = (p.x - origin.x, p.y - origin.y, q.x - origin.x, q.y - origin.y)
      let twice = max(0, px * qy - qx * py)
      area += twice / 2
      sumX += twice * (px + qx) / 6
      sumY += twice * (py + qy) / 6
    }
    let count = Double(corners.count)
    guard area > 0 else {
      return (0, .init(x: corners.reduce(0) { $0 + $1.x / count }, y: corners.reduce(0) { $0 + $1.y / count }))
    }
    return (area, .init(x: origin.x + sumX / area, y: origin.y + sumY / area))
  }
}
