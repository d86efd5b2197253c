import DecisionRegions
import InputErrors
import TestSupport
import Testing

@Suite struct OccupancyTests {
  private func square() throws -> RectangleRegions {
    let range = try InputRange(0, 1)
    return try RectangleRegions(
      [
        LinearNeuron(name: "left", weights: [-1, 0], bias: 0.5),
        LinearNeuron(name: "low", weights: [0, -1], bias: 0.5),
      ], x: range, y: range)
  }

  @Test func pointsAreCountedByRegionAndClass() throws {
    let regions = try square()
    let points = [[0.1, 0.1], [0.2, 0.9], [0.9, 0.9], [0.8, 0.7], [0.5, 0.1], [0.5, 0.5], [2, 0.1]]
    let occupancy = try RegionOccupancy(of: points, labels: [0, 0, 1, 1, 1, 1, 1], classCount: 2, in: regions)
    let count = { (signs: String) in
      regions.signVectors.firstIndex { $0.description == signs }.map { occupancy.counts[$0] }
    }
    // At the threshold is not above it: both points on boundaries count to the negative side.
    #expect(count("++") == 1)
    #expect(count("+-") == 1)
    #expect(count("-+") == 1)
    #expect(count("--") == 3)
    #expect(occupancy.outside == 1)
    #expect(occupancy.onBoundary == 2)
    #expect(occupancy.positives == [2, 3])
    #expect(occupancy.classCounts.map { $0.reduce(0, +) } == [2, 4])
    #expect(occupancy.total == 7)
    #expect(throws: InputError.self) { try RegionOccupancy(of: [[1]], in: regions) }
    #expect(throws: InputError.self) { try RegionOccupancy(of: [[1, .nan]], in: regions) }
    #expect(throws: InputError.self) { try RegionOccupancy(of: [[1, 1]], labels: [3], classCount: 2, in: regions) }
    #expect(throws: InputError.self) { try RegionOccupancy(of: [[1, 1]], labels: [1, 0], classCount: 2, in: regions) }
  }

  @Test func transitionsWeighPairsOfRegions() throws {
    let vectors = ["++", "+-", "--"].compactMap { SignVector($0) }
    let transitions = RegionTransitions(from: [3, 1, 0], to: [0, 1, 1], in: vectors)
    #expect(transitions.pairs.map(\.share) == [0.375, 0.375, 0.125, 0.125])
    #expect(transitions.pairs.first?.flips == [1])
    #expect(transitions.pairs.last?.flips == [0])
    #expect(transitions.flipProbabilities == [0.5, 0.75])
    #expect(RegionTransitions(from: [0, 0, 0], to: [1, 0, 0], in: vectors).pairs.isEmpty)
  }

  /// The share of the rectangle above the quantile over it is one minus the level: two derivations of the same number.
  @Test func uniformQuantilesCutOffTheirShareOfTheArea() throws {
    var random = SeededRandom(5)
    for _ in 0..<500 {
      let ranges = [
        try InputRange(.random(in: -3...0, using: &random), .random(in: 0.1...3, using: &random)),
        try InputRange(.random(in: -3...0, using: &random), .random(in: 0.1...3, using: &random)),
      ]
      let scale = random.pick([0.0, 1e-3, 1, 1])
      let neuron = try LinearNeuron(
        name: "n", weights: [.random(in: -1...1, using: &random), scale * .random(in: -1...1, using: &random)],
        bias: 0.3)
      let level = random.pick([0.95, 0.5, 0.05, 0.999, .random(in: 0.01...0.99, using: &random)])
      let high = try neuron.with(threshold: OutputQuantile.uniform(level, of: neuron, over: ranges))
      let regions = try RectangleRegions([high], x: ranges[0], y: ranges[1])
      let above = zip(regions.signVectors, regions.shares).filter { $0.0[0] == .positive }.reduce(0) { $0 + $1.1 }
      #expect(abs(above - (1 - level)) < 1e-9)
      let line = try LinearNeuron(name: "n", weights: [neuron.weights[0]], bias: 1)
      let top = try line.with(threshold: OutputQuantile.uniform(level, of: line, over: [ranges[0]]))
      let intervals = try IntervalRegions([top], range: ranges[0])
      let length = zip(intervals.signVectors, intervals.shares).filter { $0.0[0] == .positive }.reduce(0) { $0 + $1.1 }
      #expect(abs(length - (1 - level)) < 1e-9)
    }
  }

  @Test func empiricalQuantilesAreOrderStatistics() throws {
    let values = (1...20).map(Double.init).reversed().map { $0 }
    #expect(try OutputQuantile.empirical(0.95, of: values) == 19)
    #expect(try OutputQuantile.empirical(0, of: values) == 1)
    #expect(try OutputQuantile.empirical(1, of: values) == 20)
    #expect(throws: InputError.self) { try OutputQuantile.empirical(1.5, of: values) }
    #expect(throws: InputError.self) { try OutputQuantile.empirical(.nan, of: values) }
    #expect(throws: InputError.self) { try OutputQuantile.empirical(0.5, of: []) }
  }

  @Test func randomLayersDependOnTheSeedAlone() throws {
    let first = try LinearNeuron.random(count: 8, inputs: 2, seed: 1)
    #expect(try LinearNeuron.random(count: 12, inputs: 2, seed: 1).prefix(8) == first[...])
    #expect(try LinearNeuron.random(count: 8, inputs: 2, seed: 2) != first)
    #expect(first.allSatisfy { $0.weights.allSatisfy { abs($0) < 0.7072 } })
    #expect(throws: InputError.self) { try LinearNeuron.random(count: 8, inputs: 3, seed: 1) }
    #expect(throws: InputError.self) { try LinearNeuron.random(count: 0, inputs: 1, seed: 1) }
  }
}
