import Statistics
import Testing

struct PairedBootstrapTests {
  /// Of the mean of n independent draws, the bootstrap's standard deviation is the sample's divided by √n.
  @Test func theResampledMeansSpreadAsTheTheorySays() {
    var stream = RandomStream(seed: 3, purpose: .test)
    let values = (0..<200).map { _ in stream.normal() }
    var sample = RunningMoments()
    for value in values { sample.add(value) }
    var resampled = RunningMoments()
    for mean in PairedBootstrap(count: 200, resamples: 4000, seed: 1).resampledMeans(values) { resampled.add(mean) }
    let expected = ((sample.variance ?? 0) * 199 / 200 / 200).squareRoot()
    #expect(abs(((resampled.variance ?? 0).squareRoot()) / expected - 1) < 0.05)
    #expect(abs(resampled.mean - sample.mean) < 4 * expected / 4000.0.squareRoot())
  }

  /// A 95 % interval of the mean of 80 uniform numbers holds ½ in 95 % of runs; 400 runs: 5 standard errors are 0.055.
  @Test func intervalsCover() {
    var held = 0
    for run in 0..<400 {
      var stream = RandomStream(seed: UInt64(run), purpose: .test, index: 7)
      let values = (0..<80).map { _ in stream.uniform() }
      if PairedBootstrap(count: 80, resamples: 400, seed: UInt64(run)).interval(values).contains(0.5) { held += 1 }
    }
    #expect((0.885...0.995).contains(Double(held) / 400), "\(held) of 400")
  }

  @Test func differencesArePaired() {
    var stream = RandomStream(seed: 5, purpose: .test)
    let first = (0..<60).map { _ in 100 * stream.normal() }
    let bootstrap = PairedBootstrap(count: 60, resamples: 500, seed: 2)
    let difference = bootstrap.difference(first, first.map { $0 - 1 })
    #expect(abs(difference.lowerBound - 1) < 1e-9 && abs(difference.upperBound - 1) < 1e-9)
    #expect(
      PairedBootstrap(count: 60, resamples: 500, seed: 2).resampledMeans(first) == bootstrap.resampledMeans(first))
    #expect(
      PairedBootstrap(count: 60, resamples: 500, seed: 3).resampledMeans(first) != bootstrap.resampledMeans(first))
  }

  /// Newcombe (1998), table I: 81 of 263 and 0 of 20 at 95 %.
  @Test func wilsonIntervalsAreThePublishedOnes() throws {
    let many = try #require(ProportionInterval.wilson(successes: 81, trials: 263))
    #expect(abs(many.lowerBound - 0.2553) < 5e-5 && abs(many.upperBound - 0.3662) < 5e-5)
    let none = try #require(ProportionInterval.wilson(successes: 0, trials: 20))
    #expect(none.lowerBound == 0 && abs(none.upperBound - 0.1611) < 5e-5)
    #expect(ProportionInterval.wilson(successes: 0, trials: 0) == nil)
  }
}
