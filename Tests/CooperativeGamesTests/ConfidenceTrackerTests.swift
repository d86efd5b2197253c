import CooperativeGames
import Foundation
import InputErrors
import Statistics
import Testing

@Suite struct ConfidenceTrackerTests {
  /// Every player has the sequence of level δ / n that it would have alone.
  @Test func dividesTheRiskAmongThePlayers() throws {
    var stream = RandomStream(seed: 2, purpose: .test)
    for method in ConfidenceRequest.Method.allCases {
      let request = ConfidenceRequest(method: method, delta: 0.08, topCount: 1, sampleSize: 60)
      var tracker = ConfidenceTracker(
        request, playerCount: 4, range: method == .asymptotic ? nil : -1...1, plannedCount: 200)
      var betting = BettingSequence(range: -1...1, delta: 0.02)
      var bernstein = EmpiricalBernsteinSequence(range: -1...1, delta: 0.02)
      var asymptotic = AsymptoticSequence(delta: 0.02, sampleSize: 60)
      var moments = RunningMoments()
      for step in 0..<200 {
        let x = stream.uniform() - 0.3
        betting.add(x)
        bernstein.add(x)
        asymptotic.add(x)
        moments.add(x)
        tracker.add([(player: 2, value: x)])
        if step % 2 == 0 { tracker.add(-x, of: 0) }
      }
      #expect(tracker.count(of: 2) == 200 && tracker.count(of: 0) == 100 && tracker.count(of: 1) == 0)
      let interval = try #require(tracker.intervals[2])
      let variance = try #require(moments.variance)
      let radius = try #require(
        ConfidenceBound.empiricalBernstein(count: 200, variance: variance, range: 2, delta: 0.02))
      switch method {
      case .betting: #expect(interval == betting.interval && tracker.intervals[1] == -1...1)
      case .empiricalBernstein: #expect(interval == bernstein.interval)
      case .asymptotic: #expect(interval == asymptotic.interval && tracker.intervals[1] == nil)
      case .fixedSample:
        #expect(interval == moments.mean - radius...moments.mean + radius && tracker.intervals[0] == nil)
      }
      let read = try JSONDecoder().decode(ConfidenceTracker.self, from: JSONEncoder().encode(tracker))
      #expect(read == tracker && read.fits(request, playerCount: 4) && !read.fits(request, playerCount: 5))
      var other = request
      other.delta = 0.09
      #expect(!read.fits(other, playerCount: 4))
      // A look beyond the number fixed in advance is no longer covered.
      tracker.add(0, of: 2)
      #expect((tracker.intervals[2] == nil) == (method == .fixedSample))
    }
  }

  @Test func limitsNeedBoundsUnlessAsymptotic() throws {
    let bounded = GameDescription.Output(name: "accuracy", range: 0...1)
    let free = GameDescription.Output(name: "log-likelihood")
    #expect(try ConfidenceRequest().observationRange(of: bounded) == -1...1)
    #expect(try ConfidenceRequest().observationRange(of: bounded, continuation: 0.25) == -4...4)
    #expect(
      try ConfidenceRequest().observationRange(of: .init(name: "log-likelihood", range: -6...0)) == -6...6)
    #expect(try ConfidenceRequest(method: .asymptotic).observationRange(of: free) == nil)
    let error = #expect(throws: InputError.self) { try ConfidenceRequest().observationRange(of: free) }
    #expect(error?.hint?.contains("floor") == true)
  }

  @Test func refusesSettingsOutOfRange() {
    for request in [
      ConfidenceRequest(delta: 0), ConfidenceRequest(delta: 0.6), ConfidenceRequest(delta: .nan),
      ConfidenceRequest(topCount: 0), ConfidenceRequest(topCount: 6), ConfidenceRequest(tolerance: -1),
      ConfidenceRequest(tolerance: .infinity), ConfidenceRequest(sampleSize: 0),
    ] {
      #expect(throws: InputError.self) { try request.validate(playerCount: 5) }
    }
    #expect(throws: Never.self) { try ConfidenceRequest(topCount: 5).validate(playerCount: 5) }
  }

  /// The range of marginals under the roulette is reached and never left: all corners of three values of v.
  @Test func theRouletteStaysWithinItsRange() {
    let continuation = 0.3
    var largest = 0.0
    for corner in 0..<8 {
      let (before, after, empty) = (Double(corner & 1), Double(corner >> 1 & 1), Double(corner >> 2))
      for remaining in 2...5 {
        let share = (before - empty) / Double(remaining)
        largest = max(largest, abs(share), abs(share + (before - after - share) / continuation))
      }
    }
    #expect(abs(largest - 1 / continuation) < 1e-12)
  }
}
