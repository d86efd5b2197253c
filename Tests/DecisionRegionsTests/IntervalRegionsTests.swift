import DecisionRegions
import TestSupport
import Testing

@Suite struct IntervalRegionsTests {
  private func neuron(_ w: Double, _ b: Double, threshold: Double = 0) throws -> LinearNeuron {
    try LinearNeuron(name: "\(w),\(b)", weights: [w], bias: b, threshold: threshold)
  }

  @Test func boundariesAreSortedAndSigned() throws {
    let neurons = [try neuron(2, -1), try neuron(-4, 1), try neuron(1, 3), try neuron(0, -2)]
    let regions = try IntervalRegions(neurons, range: InputRange(0, 1))
    #expect(regions.boundaries.map(\.position) == [0.25, 0.5])
    #expect(regions.signVectors.map(\.description) == ["-++-", "--+-", "+-+-"])
    #expect(regions.courses == [.crosses(boundary: 1), .crosses(boundary: 0), .outside, .constant])
    #expect(regions.positions == [0.5, 0.25, -3, nil])
    #expect(regions.shares == [0.25, 0.25, 0.5])
    // The given inputs 0.3 and 0.7: the first neuron changes sign between them.
    #expect(regions.signs(at: [0.3]).flips(to: regions.signs(at: [0.7])) == [0])
  }

  @Test func degenerateBoundariesAreExact() throws {
    // 1/3 three times, though no double holds it, and once a little beside it.
    let neurons = [try neuron(3, -1), try neuron(-6, 2), try neuron(1.5, -0.5), try neuron(3, (-1.0).nextUp)]
    let regions = try IntervalRegions(neurons, range: InputRange(0, 1))
    #expect(regions.boundaries.map(\.neurons) == [[3], [0, 1, 2]])
    // Boundaries at the ends part nothing; the sign beside the end counts.
    let ends = try IntervalRegions([neuron(1, 0), neuron(-1, 0), neuron(1, -1), neuron(0, 0)], range: InputRange(0, 1))
    #expect(ends.regionCount == 1)
    #expect(ends.signVectors[0].description == "+--0")
    #expect(ends.courses == [.meetsEnd, .meetsEnd, .meetsEnd, .constant])
    #expect(ends.locate([[0]]).first?.isOnBoundary == true)
    #expect(ends.locate([[0]]).first?.region == 0)
    #expect(ends.locate([[1.5]]).first?.region == nil)
  }

  @Test func aPointOnABoundaryIsNotAboveIt() throws {
    let regions = try IntervalRegions([neuron(1, -0.5)], range: InputRange(0, 1))
    let location = try #require(regions.locate([[0.5]]).first)
    #expect(location.signs.description == "0")
    #expect(regions.signVectors[try #require(location.region)].description == "-")
  }

  @Test func randomLayersAgreeWithDirectEvaluation() throws {
    var random = SeededRandom(3)
    for trial in 0..<2_000 {
      let isInteger = trial % 2 == 0
      let neurons = try (0..<random.int(1...12)).map { _ in
        isInteger
          ? try neuron(Double(random.int(-3...3)), Double(random.int(-3...3)), threshold: Double(random.int(-1...1)))
          : try neuron(.random(in: -1...1, using: &random), .random(in: -1...1, using: &random))
      }
      let regions = try IntervalRegions(neurons, range: InputRange(-1, 2))
      #expect(zip(regions.boundaries, regions.boundaries.dropFirst()).allSatisfy { $0.position < $1.position })
      #expect(abs(regions.measures.reduce(0, +) - 3) < 1e-12)
      for (interval, signs) in zip(regions.intervals, regions.signVectors) {
        let middle = (interval.lower + interval.upper) / 2
        #expect(regions.signs(at: [middle]) == signs || interval.upper - interval.lower < 1e-12)
        for (neuron, sign) in zip(neurons, signs.signs) where interval.upper - interval.lower > 1e-9 {
          let output = neuron.output(at: [middle]) - neuron.threshold
          #expect((output > 0) == (sign == .positive) && (output < 0) == (sign == .negative))
        }
      }
      #expect(Set(regions.signVectors).count == regions.regionCount)
    }
  }
}
