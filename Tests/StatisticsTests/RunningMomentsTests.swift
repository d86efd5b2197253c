import Foundation
import Statistics
import Testing

@Suite struct RunningMomentsTests {
  private let numbers: [Double] = (0..<101).map { 1e9 + Double($0 * $0 % 17) }

  private func twoPass(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1))
  }

  @Test func agreesWithTwoPasses() throws {
    let moments = RunningMoments(numbers)
    let (mean, variance) = twoPass(numbers)
    #expect(moments.count == 101)
    #expect(abs(moments.mean - mean) < 1e-6)
    #expect(abs(try #require(moments.variance) - variance) < 1e-6 * variance)
    #expect(abs(try #require(moments.standardError) - (variance / 101).squareRoot()) < 1e-6)
  }

  @Test func mergesToTheSame() throws {
    for cut in [0, 1, 50, 100, 101] {
      var left = RunningMoments(numbers.prefix(cut))
      left.merge(RunningMoments(numbers.dropFirst(cut)))
      #expect(left.count == 101)
      #expect(abs(left.mean - RunningMoments(numbers).mean) < 1e-6)
      #expect(abs(try #require(left.variance) - twoPass(numbers).variance) < 1e-5)
    }
  }

  @Test func claimsNoErrorBeforeTwoObservations() {
    #expect(RunningMoments().variance == nil)
    #expect(RunningMoments([3]).standardError == nil)
    #expect(RunningMoments([3, 3]).standardError == 0)
  }

  @Test func survivesCodingBitForBit() throws {
    let moments = RunningMoments([0.1, 0.2, 1 / 3.0, -7e-300, 12345.678])
    let data = try JSONEncoder().encode(moments)
    #expect(try JSONDecoder().decode(RunningMoments.self, from: data) == moments)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(RunningMoments.self, from: Data("[1,0,-1]".utf8)) }
  }
}
