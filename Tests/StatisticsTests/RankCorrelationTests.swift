import Statistics
import Testing

@Suite struct RankCorrelationTests {
  @Test func knowsAgreementAndItsOpposite() throws {
    let a: [Double] = [3, 1, 4, 1.5, 9]
    let reversed = a.map { -$0 }
    #expect(RankCorrelation.spearman(a, a) == 1)
    #expect(RankCorrelation.kendall(a, a) == 1)
    #expect(RankCorrelation.spearman(a, reversed) == -1)
    #expect(RankCorrelation.kendall(a, reversed) == -1)
    #expect(RankCorrelation.spearman([1], [1]) == nil)
    #expect(RankCorrelation.kendall([1, 1], [1, 2]) == nil)
  }

  /// Worked by hand: ranks of a are 1, 2.5, 2.5, 4 and of b 1, 3, 2, 4; Spearman 4.5/√(4.5·5); pairs 6, tied in a 1,
  /// concordant 5, discordant 0, τ-b = 5/√(5·6).
  @Test func handlesTies() throws {
    let (a, b): ([Double], [Double]) = ([1, 2, 2, 3], [10, 30, 20, 40])
    #expect(RankCorrelation.meanRanks(a) == [1, 2.5, 2.5, 4])
    #expect(abs(try #require(RankCorrelation.spearman(a, b)) - 4.5 / (4.5 * 5.0).squareRoot()) < 1e-15)
    #expect(abs(try #require(RankCorrelation.kendall(a, b)) - 5 / 30.0.squareRoot()) < 1e-15)
  }

  @Test func kendallAgreesWithCountingAllPairs() throws {
    for run in 0..<50 {
      var stream = RandomStream(seed: 21, purpose: .test, index: run)
      let count = 2 + stream.uniform(below: 40)
      let a = (0..<count).map { _ in Double(stream.uniform(below: 10)) }
      let b = (0..<count).map { _ in Double(stream.uniform(below: 10)) }
      var (difference, untiedA, untiedB) = (0, 0, 0)
      for i in 0..<count {
        for j in 0..<i {
          let (x, y) = (a[i] - a[j], b[i] - b[j])
          if x != 0 { untiedA += 1 }
          if y != 0 { untiedB += 1 }
          difference += x * y > 0 ? 1 : x * y < 0 ? -1 : 0
        }
      }
      let expected =
        untiedA == 0 || untiedB == 0 ? nil : Double(difference) / (Double(untiedA) * Double(untiedB)).squareRoot()
      let found = RankCorrelation.kendall(a, b)
      #expect((found == nil) == (expected == nil))
      if let found, let expected { #expect(abs(found - expected) < 1e-12) }
    }
  }

  @Test func overlapCountsTheSharedTop() {
    #expect(RankCorrelation.overlap(at: 2, [5, 4, 3, 2], [5, 1, 4, 2]) == 0.5)
    #expect(RankCorrelation.overlap(at: 4, [5, 4, 3, 2], [5, 1, 4, 2]) == 1)
    #expect(RankCorrelation.descendingOrder([1, 3, 3, 2]) == [1, 2, 3, 0])
  }
}
