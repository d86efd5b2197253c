import DecisionRegions
import InputErrors
import TestSupport
import Testing

@Suite struct RectangleRegionsTests {
  private func neuron(_ a: Double, _ b: Double, _ c: Double, threshold: Double = 0) throws -> LinearNeuron {
    try LinearNeuron(name: "\(a),\(b),\(c)", weights: [a, b], bias: c, threshold: threshold)
  }

  private func regions(_ lines: [(Double, Double, Double)], _ lower: Double = 0, _ upper: Double = 1) throws
    -> RectangleRegions
  {
    let range = try InputRange(lower, upper)
    return try RectangleRegions(lines.map { try neuron($0.0, $0.1, $0.2) }, x: range, y: range)
  }

  @Test func oneLineMakesTwoRegions() throws {
    let regions = try regions([(1, -1, 0)])
    #expect(regions.signVectors.map(\.description).sorted() == ["+", "-"])
    #expect(regions.measures == [0.5, 0.5])
    #expect(regions.vertices.count == 4, "the diagonal runs through two corners")
    #expect(regions.neighbours(of: 0).map(\.cell) == [1])
    #expect(regions.neighbours(of: 0).map(\.flips) == [[0]])
    ArrangementChecks.expectConsistent(regions)
  }

  @Test func degenerateLinesAreHandledExactly() throws {
    // Parallel.
    #expect(try regions([(1, 0, -0.25), (1, 0, -0.5), (-2, 0, 1.5)]).regionCount == 4)
    // Coincident, with opposite positive sides and another scale: one edge flips both.
    let twice = try regions([(1, 1, -1), (-3, -3, 3)])
    #expect(twice.regionCount == 2)
    #expect(twice.neighbours(of: 0).first?.flips == [0, 1])
    #expect(Set(twice.signVectors.map(\.description)) == ["+-", "-+"])
    // Three through a point that no double holds: x = y = 1/3.
    let three = try regions([(3, 0, -1), (0, 3, -1), (3, 3, -2)])
    #expect(three.regionCount == 6)
    #expect(three.vertices.filter { $0.neurons == [0, 1, 2] }.count == 1)
    // Zero weights: positive, negative, and at the threshold everywhere.
    let constant = try regions([(0, 0, 1), (0, 0, -1), (0, 0, 0), (1, 0, -0.5)])
    #expect(Set(constant.signVectors.map(\.description)) == ["+-0+", "+-0-"])
    // Along a side and through a corner: nothing is cut.
    let side = try regions([(1, 0, 0), (0, -1, 1), (1, 1, 0), (1, 1, -2)])
    #expect(side.regionCount == 1)
    #expect(side.signVectors[0].description == "+++-")
    #expect(side.edges.filter { $0.neurons == [0] }.count == 1)
    #expect(side.vertices.contains { $0.neurons == [0, 2] })
    // Outside.
    #expect(try regions([(1, 1, -5), (1, 1, 5)]).signVectors.map(\.description) == ["-+"])
  }

  /// Of three lines that nearly meet in a point, moving one by the last bit of its bias opens a cell.
  @Test func theLastBitDecides() throws {
    let bias = -0.1 - 0.2
    for (c, count) in [(bias, 6), (bias.nextUp, 7), (bias.nextDown, 7)] {
      // x = 0.1 and y = 0.2 as doubles; their exact sum lies between two doubles.
      let lines = try regions([(1, 0, -0.1), (0, 1, -0.2), (1, 1, c)])
      let isExact = (Dyadic(0.1) + Dyadic(0.2) + Dyadic(c)).sign == 0
      #expect(lines.regionCount == (isExact ? count : 7))
    }
    #expect(try regions([(1, 0, -0.125), (0, 1, -0.25), (1, 1, -0.375)]).regionCount == 6)
    #expect(try regions([(1, 0, -0.125), (0, 1, -0.25), (1, 1, (-0.375).nextUp)]).regionCount == 7)
    #expect(try regions([(1, 0, -0.125), (0, 1, -0.25), (1, 1, (-0.375).nextDown)]).regionCount == 7)
  }

  @Test func manySmallArrangementsAreThoseOfExactFractions() throws {
    var random = SeededRandom(42)
    for trial in 0..<3_000 {
      let count = random.int(1...4), size = random.pick([1, 2, 3, 5])
      let lines = (0..<count).map { _ in
        ExactReference.Line(a: random.int(-size...size), b: random.int(-size...size), c: random.int(-size...size))
      }
      let reference = ExactReference(lines, lower: -1, upper: 1)
      let found = try regions(lines.map { (Double($0.a), Double($0.b), Double($0.c)) }, -1, 1)
      #expect(Set(found.signVectors) == reference.signVectors, "trial \(trial): \(lines)")
      ArrangementChecks.expectConsistent(found)
      // The vertices are the same points with the same lines.
      #expect(found.vertices.count <= reference.vertices.count)
      for vertex in found.vertices {
        let same = reference.vertices.filter {
          abs($0.x.value - vertex.position.x) < 1e-9 && abs($0.y.value - vertex.position.y) < 1e-9
        }
        #expect(same.count == 1)
        guard let place = same.first else { continue }
        let through = lines.indices.filter {
          (lines[$0].a != 0 || lines[$0].b != 0) && lines[$0].sign(at: place) == 0
        }
        #expect(vertex.neurons == through, "trial \(trial): \(lines)")
      }
    }
  }

  @Test func thousandsOfRandomArrangementsAreConsistent() throws {
    var random = SeededRandom(7)
    for trial in 0..<1_500 {
      let count = random.int(1...14)
      let lines = (0..<count).map { _ -> (Double, Double, Double) in
        switch trial % 4 {
        case 0:
          (
            Double.random(in: -1...1, using: &random), .random(in: -1...1, using: &random),
            .random(in: -1...1, using: &random)
          )
        case 1: (Double(random.int(-3...3)), Double(random.int(-3...3)), Double(random.int(-3...3)))
        case 2:  // Multiples of tenths: nearly, but not exactly, degenerate.
          (Double(random.int(-9...9)) / 10, Double(random.int(-9...9)) / 10, Double(random.int(-9...9)) / 10)
        default:  // Of very different sizes.
          { scale in
            (Double(random.int(-4...4)) * scale, Double(random.int(-4...4)) * scale, Double(random.int(-4...4)) * scale)
          }(random.pick([0x1p-1030, 1e-300, 1e-30, 1, 1e30, 1e300]))
        }
      }
      let found = try regions(lines, -1.5, 1)
      ArrangementChecks.expectConsistent(found)
      // Any point lies in the cell that has its signs, and inside that polygon.
      for _ in 0..<20 {
        let point = [Double.random(in: -1.5...1, using: &random), Double.random(in: -1.5...1, using: &random)]
        let location = try #require(found.locate([point]).first)
        let region = try #require(location.region)
        #expect(location.isOnBoundary || found.signVectors[region] == location.signs)
        let corners = found.cells[region].vertices.map { found.vertices[$0].position }
        for (p, q) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
          #expect((q.x - p.x) * (point[1] - p.y) - (q.y - p.y) * (point[0] - p.x) > -1e-9)
        }
      }
      // A corner of a cell lies on boundaries and belongs to a cell whose closure holds it.
      let border = try #require(found.locate([[1, 1]]).first)
      #expect(border.region != nil)
    }
  }

  @Test func generalPositionGivesTheFullCount() throws {
    let range = try InputRange(-1e6, 1e6)
    for count in [1, 2, 3, 8, 20, 60] {
      // Tangents of a circle: no two parallel, no three through a point, all meeting points near it.
      let lines = try (0..<count).map { index in
        let t = (Double(index) + 0.37) / Double(count + 1)
        return try neuron(1 - t * t, 2 * t, -(1 + t * t))
      }
      let found = try RectangleRegions(lines, x: range, y: range)
      #expect(found.regionCount == 1 + count + count * (count - 1) / 2)
      ArrangementChecks.expectConsistent(found)
    }
  }

  @Test func threeHundredNeuronsAreComplete() throws {
    let neurons = try LinearNeuron.random(count: 300, inputs: 2, seed: 3)
    let range = try InputRange(-2, 2)
    let found = try RectangleRegions(neurons, x: range, y: range)
    #expect(found.regionCount > 10_000)
    #expect(found.regionCount == ArrangementChecks.expectedCount(found))
    #expect(abs(found.measures.reduce(0, +) - 16) < 1e-9)
    #expect(Set(found.signVectors).count == found.regionCount)
  }

  @Test func thresholdsMoveBoundaries() throws {
    let range = try InputRange(0, 1)
    let found = try RectangleRegions([neuron(1, 0, 0, threshold: 0.25)], x: range, y: range)
    #expect(found.measures.sorted() == [0.25, 0.75])
    // The bias minus the threshold is taken exactly: 1 + 2⁻⁶⁰ is no double.
    let tiny = try RectangleRegions([neuron(1, 0, -0x1p-60, threshold: 1)], x: InputRange(0, 1), y: range)
    #expect(tiny.signVectors.map(\.description) == ["-"])
    let segment = try #require(found.segment(of: 0))
    #expect([segment.start.x, segment.end.x] == [0.25, 0.25])
    #expect(abs(segment.start.y - segment.end.y) == 1)
  }

  @Test func badNeuronsAndRangesAreRefused() throws {
    #expect(throws: InputError.self) { try LinearNeuron(name: "a", weights: [.nan], bias: 0) }
    #expect(throws: InputError.self) { try LinearNeuron(name: "a", weights: [1, 2, 3], bias: 0) }
    #expect(throws: InputError.self) { try LinearNeuron(name: "a", weights: [], bias: 0) }
    #expect(throws: InputError.self) { try LinearNeuron(name: "a", weights: [1], bias: .infinity) }
    #expect(throws: InputError.self) { try InputRange(1, 1) }
    #expect(throws: InputError.self) { try InputRange(2, 1) }
    #expect(throws: InputError.self) { try InputRange(.nan, 1) }
    let range = try InputRange(0, 1)
    let one = try LinearNeuron(name: "one", weights: [1], bias: 0)
    #expect(throws: InputError.self) { try RectangleRegions([], x: range, y: range) }
    #expect(throws: InputError.self) { try RectangleRegions([one], x: range, y: range) }
    #expect(throws: InputError.self) { try IntervalRegions([neuron(1, 1, 0)], range: range) }
  }
}
