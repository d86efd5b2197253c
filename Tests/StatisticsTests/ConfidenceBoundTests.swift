import Foundation
import Statistics
import TestSupport
import Testing

@Suite struct ConfidenceBoundTests {
  /// A public replication of the published bandit wrote down value, variance, bound and samples of 2,946 filters; its
  /// bound is the published one at δ = 0.1 and R = 1.
  @Test(.enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
  func publishedBanditReproducesItsRecord() throws {
    let path = TestData.factsPath("squeezenet_bandit_record.csv")
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
    #expect(lines.count == 2946)
    var undecided = 0
    let rows = try lines.map { line in try line.split(separator: ",").map { try #require(Double($0)) } }
    for row in rows {
      let bound = try #require(
        ConfidenceBound.publishedBandit(count: Int(row[4]), variance: row[2], range: 1, delta: 0.1))
      #expect(abs(bound - row[3]) <= 1e-12 * row[3])
    }
    let threshold = rows.map { $0[1] }.sorted(by: >)[100]
    for row in rows where row[1] - row[3] < threshold + 0.001 && row[1] + row[3] > threshold - 0.001 { undecided += 1 }
    #expect(undecided == rows.count)
  }

  @Test func theHonestBoundsAreWider() throws {
    let published = try #require(ConfidenceBound.publishedBandit(count: 100, variance: 0.01, range: 1, delta: 0.1))
    let honest = try #require(ConfidenceBound.empiricalBernstein(count: 100, variance: 0.01, range: 2, delta: 0.1))
    #expect(abs(published - ((0.02 * log(20) / 100).squareRoot() + 7 / 3 * log(20) / 99)) < 1e-15)
    #expect(abs(honest - ((0.02 * log(40) / 100).squareRoot() + 14 / 3 * log(40) / 99)) < 1e-15)
    #expect(
      try #require(ConfidenceBound.hoeffding(count: 50, range: 2, delta: 0.05)) == 2 * (log(40) / 100).squareRoot())
    #expect(ConfidenceBound.empiricalBernstein(count: 1, variance: 0, range: 1, delta: 0.1) == nil)
    #expect(ConfidenceBound.hoeffding(count: 0, range: 1, delta: 0.1) == nil)
  }

  /// At δ = 0.1, 2,000 intervals for a fixed n of 40 coin tosses: more than 250 misses of a valid interval have a
  /// probability below 10⁻⁴.
  @Test func coversAtAFixedSampleSize() throws {
    var misses = (bernstein: 0, hoeffding: 0)
    for run in 0..<2000 {
      var stream = RandomStream(seed: 11, purpose: .test, index: run)
      let moments = RunningMoments((0..<40).map { _ in stream.bernoulli(0.2) ? 1 : 0 })
      let variance = try #require(moments.variance)
      let bernstein = try #require(
        ConfidenceBound.empiricalBernstein(count: 40, variance: variance, range: 1, delta: 0.1))
      let hoeffding = try #require(ConfidenceBound.hoeffding(count: 40, range: 1, delta: 0.1))
      if abs(moments.mean - 0.2) > bernstein { misses.bernstein += 1 }
      if abs(moments.mean - 0.2) > hoeffding { misses.hoeffding += 1 }
    }
    #expect(misses.bernstein <= 250 && misses.hoeffding <= 250)
  }
}
