import CooperativeGames
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct SizeDensityTests {
  /// Marginals whose mean square at q is `square(q)`, seen at the middle of every range.
  private func density(_ square: (Double) -> Double) -> SizeDensity {
    var moments = MarginalSquares()
    for (low, high) in zip(SizeDensity.edges, SizeDensity.edges.dropFirst()) {
      moments.add(square((low + high) / 2), share: (low + high) / 2)
    }
    return SizeDensity(moments: moments)
  }

  private func integral(_ density: SizeDensity, _ function: (Double) -> Double) -> Double {
    let count = 4000
    return (0..<count).reduce(0) { sum, place in
      let (share, weight) = density.size(at: (Double(place) + 0.5) / Double(count))
      return sum + weight * function(share) / Double(count)
    }
  }

  @Test("Weighted means are means over uniform sizes, whatever the density")
  func weightsGiveBackTheUniformMean() {
    for density in [density { _ in 1 }, density { pow($0, 20) }, density { 1 - $0 }, .uniform] {
      #expect(abs(integral(density) { _ in 1 } - 1) < 2e-3)
      #expect(abs(integral(density) { $0 } - 0.5) < 2e-3)
      #expect(abs(integral(density) { sin(5 * $0) } - (1 - cos(5)) / 5) < 2e-3)
    }
  }

  @Test("Sizes are drawn where marginals are large, and everywhere now and then")
  func followsTheMarginals() throws {
    let late = density { pow($0, 20) }
    #expect(late.densities.allSatisfy { $0 >= SizeDensity.floor })
    #expect(late.densities[7] > 4 && late.densities[0] < 0.31)
    #expect(zip(late.densities, late.densities.dropFirst()).allSatisfy { $0 <= $1 })
    // Where they are the same everywhere there is nothing to choose: weights would only add noise.
    #expect(density { _ in 7 }.densities.allSatisfy { abs($0 - 1) < 1e-12 })
    #expect(late.size(at: 0).share == 0 && late.size(at: 1).share == 1)
    let shares = (0..<500).map { late.size(at: Double($0) / 500).share }
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("A range that nobody has seen, or marginals that are all 0, leave sizes uniform")
  func isUniformWithoutKnowledge() {
    var moments = MarginalSquares()
    moments.add(3, share: 0.9)
    #expect(SizeDensity(moments: moments) == .uniform && density { _ in 0 } == .uniform)
    #expect(SizeDensity.uniform.densities == [Double](repeating: 1, count: 8))
    #expect(abs(SizeDensity.uniform.size(at: 0.3).share - 0.3) < 1e-15)
  }

  @Test("Quantiles spread evenly: every run of 500 leaves no gap of a hundredth")
  func quantilesSpreadEvenly() {
    for shift in [0, 0.37, 0.99] {
      let sorted = (7000..<7500).map { SizeDensity.quantile($0, shift: shift) }.sorted()
      #expect(sorted.allSatisfy { $0 >= 0 && $0 < 1 })
      #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 < 0.01 })
    }
  }
}
