import CooperativeGames
import Statistics
import Testing

@Suite struct TopKDecisionTests {
  @Test func decidesWhatTheLimitsTell() {
    // Player 1 is clear of all; 0 and 3 overlap; 2 is below both.
    let intervals: [ClosedRange<Double>?] = [0.3...0.6, 0.8...0.9, 0...0.2, 0.5...0.7]
    let values = [0.4, 0.85, 0.1, 0.6]
    func statuses(_ k: Int, _ tolerance: Double = 0) -> [PlayerStatus] {
      TopKDecision(intervals: intervals, values: values, topCount: k, tolerance: tolerance).statuses
    }
    #expect(statuses(1) == [.out, .in, .out, .out])
    #expect(statuses(2) == [.undecided, .in, .out, .undecided])
    #expect(statuses(3) == [.in, .in, .out, .in])
    #expect(statuses(4) == [.in, .in, .in, .in])
    #expect(statuses(2, 0.11) == [.out, .in, .out, .in])
    #expect(statuses(2, 0.09) == [.undecided, .in, .out, .undecided])
    let decision = TopKDecision(intervals: intervals, values: values, topCount: 2)
    #expect(decision.leaders == [1, 3] && decision.undecided == [0, 3] && !decision.isComplete)
    #expect(abs(decision.gap - 0.1) < 1e-15)
  }

  @Test func decidesNothingAboutPlayersWithoutLimits() {
    let decision = TopKDecision(intervals: [nil, 1...2, 3...4], values: [9, 1.5, 3.5], topCount: 1)
    #expect(decision.statuses == [.undecided, .out, .undecided] && decision.gap == .infinity)
    let all = TopKDecision(intervals: [nil, nil], values: [0, 0], topCount: 2)
    #expect(all.statuses == [.in, .in] && all.isComplete)
  }

  /// Equal players with equal limits are told apart by their index, at most k of them being in.
  @Test func tiesAreDecidedByIndexWithinTheTolerance() {
    let known = [ClosedRange<Double>?](repeating: 0.5...0.5, count: 4)
    let values = [Double](repeating: 0.5, count: 4)
    #expect(TopKDecision(intervals: known, values: values, topCount: 2).statuses == [.in, .in, .out, .out])
    let wide = [ClosedRange<Double>?](repeating: 0.4...0.6, count: 4)
    #expect(TopKDecision(intervals: wide, values: values, topCount: 2).undecided == [0, 1, 2, 3])
    let tolerant = TopKDecision(intervals: wide, values: values, topCount: 2, tolerance: 0.21)
    #expect(tolerant.statuses == [.in, .in, .out, .out])
    // A player that nothing is known of does not let two tied ones take both places.
    let shadowed = TopKDecision(intervals: [0...1, 0.5...0.5, 0.5...0.5], values: [0.4, 0.5, 0.5], topCount: 2)
    #expect(shadowed.statuses == [.undecided, .in, .undecided])
  }

  /// Random limits around random values, many of them tied: every decision is right whatever the truth within the limits.
  @Test func everyDecisionIsRightWhenTheLimitsHold() {
    var stream = RandomStream(seed: 1, purpose: .test)
    var decided = 0
    for trial in 0..<4000 {
      let n = 1 + stream.uniform(below: 7), k = 1 + stream.uniform(below: n)
      let steps = trial % 2 == 0 ? 4.0 : 1000
      let truth = (0..<n).map { _ in (stream.uniform() * steps).rounded() / steps }
      let width = stream.uniform() * 0.4
      let intervals: [ClosedRange<Double>?] = truth.map { value in
        if stream.bernoulli(0.05) { return nil }
        let down = stream.bernoulli(0.3) ? 0 : width * stream.uniform()
        return value - down...value + (stream.bernoulli(0.3) ? 0 : width * stream.uniform())
      }
      // Estimates may lie outside the limits.
      let values = truth.map { $0 + 0.3 * (stream.uniform() - 0.5) }
      let tolerance = trial % 3 == 0 ? 0.1 * stream.uniform() : 0
      let decision = TopKDecision(intervals: intervals, values: values, topCount: k, tolerance: tolerance)
      let inside = (0..<n).filter { decision.statuses[$0] == .in }
      let outside = (0..<n).filter { decision.statuses[$0] == .out }
      decided += inside.count + outside.count
      #expect(inside.count <= k && outside.count <= n - k)
      let kth = truth.sorted(by: >)[k - 1]
      #expect(inside.allSatisfy { truth[$0] >= kth - tolerance - 1e-12 })
      #expect(outside.allSatisfy { truth[$0] <= kth + tolerance + 1e-12 })
      if tolerance == 0 {
        // Together with those that must be in, they fit into one top k.
        let required = (0..<n).filter { truth[$0] > kth }
        #expect(Set(inside).union(required).count <= k)
        #expect(Set(outside).union((0..<n).filter { truth[$0] < kth }).count <= n - k)
      }
      #expect(decision.gap > tolerance || decision.isComplete)
      #expect(decision.statuses == plainStatuses(intervals, decision, k, tolerance))
    }
    #expect(decided > 8000)
  }

  /// The rule, counted pair by pair.
  private func plainStatuses(
    _ intervals: [ClosedRange<Double>?], _ decision: TopKDecision, _ k: Int, _ tolerance: Double
  ) -> [PlayerStatus] {
    let order = Array(decision.leaders) + Array(decision.others)
    func beats(_ i: Int, _ j: Int) -> Bool {
      guard let first = order.firstIndex(of: i), let second = order.firstIndex(of: j), first < second else {
        return false
      }
      guard let lower = intervals[i]?.lowerBound, let upper = intervals[j]?.upperBound else { return false }
      return upper <= lower + tolerance
    }
    return intervals.indices.map { player in
      if intervals.indices.count(where: { $0 != player && beats(player, $0) }) >= intervals.count - k { return .in }
      return intervals.indices.count(where: { $0 != player && beats($0, player) }) >= k ? .out : .undecided
    }
  }

  @Test func theBoundaryIsSampledAndEveryoneInTurn() {
    let intervals: [ClosedRange<Double>?] = [0.3...0.6, 0.8...0.9, 0...0.2, 0.5...0.7, 0.25...0.55, 0.1...0.55]
    let decision = TopKDecision(intervals: intervals, values: [0.4, 0.85, 0.1, 0.6, 0.41, 0.3], topCount: 2)
    #expect(LUCBSelection(width: 1, share: 0).players(decision, round: 0) == [0, 3])
    // 4 and 5 tie as the second strongest; 1 and 2 are decided.
    #expect(LUCBSelection(width: 2, share: 0).players(decision, round: 0) == [0, 3, 4, 5])
    #expect(LUCBSelection(width: 4, share: 0).players(decision, round: 9) == [0, 3, 4, 5])
    #expect(LUCBSelection(width: 1, share: 1).players(decision, round: 5) == [0, 1, 2, 3, 4, 5])
    var counts = [Int](repeating: 0, count: 6)
    for round in 0..<30 {
      for player in LUCBSelection(width: 1, share: 0.2).players(decision, round: round) { counts[player] += 1 }
    }
    #expect(counts.allSatisfy { $0 >= 10 } && counts[0] == 30 && counts[3] == 30)
    #expect(counts[1] == 10 && LUCBSelection(width: 1, share: 0.2).largestCount(playerCount: 6) == 4)
  }
}
