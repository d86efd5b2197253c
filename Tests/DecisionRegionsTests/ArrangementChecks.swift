import DecisionRegions
import Testing

/// What holds for the regions of every rectangle, whatever its lines.
enum ArrangementChecks {
  static func expectConsistent(
    _ regions: RectangleRegions, areaTolerance: Double = 1e-9, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let neurons = regions.neurons
    // The cells tile the rectangle.
    let whole = regions.x.length * regions.y.length
    let sum = regions.measures.reduce(0, +)
    #expect(abs(sum - whole) <= areaTolerance * whole, sourceLocation: sourceLocation)
    // No two cells have the same signs.
    #expect(Set(regions.signVectors).count == regions.regionCount, sourceLocation: sourceLocation)
    // Each edge has two cells, or one at the border; its neurons are exactly those that flip.
    var perimeter = 0.0
    for edge in regions.edges {
      let (p, q) = (regions.vertices[edge.start].position, regions.vertices[edge.end].position)
      #expect(
        edge.cells.count == 2 || edge.cells.count == 1 && isOnBorder(edge, regions), sourceLocation: sourceLocation)
      // One of the two differences is 0 on the border.
      if edge.cells.count == 1 { perimeter += abs(p.x - q.x) + abs(p.y - q.y) }
      if edge.cells.count == 2 {
        let flips = regions.signVectors[edge.cells[0]].flips(to: regions.signVectors[edge.cells[1]])
        #expect(flips == edge.neurons && !flips.isEmpty, sourceLocation: sourceLocation)
      }
    }
    let around = 2 * (regions.x.length + regions.y.length)
    #expect(abs(perimeter - around) < 1e-9 * around, sourceLocation: sourceLocation)
    // Vertices, edges and cells of a connected planar figure: Euler's formula with the outside as a face.
    #expect(
      regions.vertices.count - regions.edges.count + regions.regionCount == 1, sourceLocation: sourceLocation)
    #expect(regions.regionCount == expectedCount(regions), sourceLocation: sourceLocation)
    // Signs are those of direct evaluation wherever rounding leaves the centroid inside.
    for (cell, polygon) in regions.cells.enumerated() where polygon.area > 1e-9 * whole {
      let centre = [polygon.centroid.x, polygon.centroid.y]
      #expect(regions.signs(at: centre) == regions.signVectors[cell], sourceLocation: sourceLocation)
      for (neuron, sign) in zip(neurons, regions.signVectors[cell].signs) where sign != .zero {
        let output = neuron.output(at: centre) - neuron.threshold
        let size = zip(neuron.weights, centre).reduce(abs(neuron.bias) + abs(neuron.threshold)) {
          $0 + abs($1.0 * $1.1)
        }
        if abs(output) > 1e-12 * size { #expect((output > 0) == (sign == .positive), sourceLocation: sourceLocation) }
      }
    }
  }

  /// 1 + lines through the inside + at each meeting point inside one less than the lines that meet there; for lines in
  /// general position whose meeting points all lie inside this is 1 + m + C(m, 2).
  static func expectedCount(_ regions: RectangleRegions) -> Int {
    // Coincident neurons share their edges: the first of each edge stands for all.
    var first: [Int: Int] = [:]
    var crossing: Set<Int> = []
    for edge in regions.edges where edge.cells.count == 2 {
      guard let representative = edge.neurons.first else { continue }
      for neuron in edge.neurons { first[neuron] = representative }
      crossing.insert(representative)
    }
    let meetings = regions.vertices.filter { !$0.isOnBorder }.reduce(0) { sum, vertex in
      sum + Set(vertex.neurons.map { first[$0] ?? $0 }).count - 1
    }
    return 1 + crossing.count + meetings
  }

  private static func isOnBorder(_ edge: RectangleRegions.Edge, _ regions: RectangleRegions) -> Bool {
    let (p, q) = (regions.vertices[edge.start], regions.vertices[edge.end])
    guard p.isOnBorder, q.isOnBorder else { return false }
    let (a, b) = (p.position, q.position)
    return (a.x == b.x && (a.x == regions.x.lower || a.x == regions.x.upper))
      || (a.y == b.y && (a.y == regions.y.lower || a.y == regions.y.upper))
  }
}
