import Foundation
import Statistics
import Testing

@Suite struct ConfidenceSequenceTests {
  /// Streams of different shapes, with their means.
  private enum Source: CaseIterable {
    case rareCoin, fairCoin, narrow, almostOne, uniform

    var mean: Double {
      switch self {
      case .rareCoin: 0.02
      case .fairCoin: 0.5
      case .narrow: 0.501
      case .almostOne: 0.97
      case .uniform: 0.5
      }
    }

    func draw(_ stream: inout RandomStream) -> Double {
      switch self {
      case .rareCoin: stream.bernoulli(0.02) ? 1 : 0
      case .fairCoin: stream.bernoulli(0.5) ? 1 : 0
      case .narrow: 0.501 + 0.02 * (stream.uniform() - 0.5)
      case .almostOne: 1 - 0.06 * stream.uniform()
      case .uniform: stream.uniform()
      }
    }
  }

  /// The true betting set, from the definition, on a grid of 4001 values of m.
  private struct SlowBetting {
    let delta: Double
    let points = (0...4000).map { Double($0) / 4000 }
    var above = [Double](repeating: 0, count: 4001)
    var below = [Double](repeating: 0, count: 4001)
    var isRejected = [Bool](repeating: false, count: 4001)
    var (sum, squares, count) = (0.0, 0.0, 0.0)

    init(delta: Double) { self.delta = delta }

    /// - Parameter span: what the bets are truncated for; nil for each m by itself, as published.
    mutating func add(_ x: Double, within span: ClosedRange<Double>?) {
      let variance = (0.25 + squares) / (count + 1)
      let bet = (2 * log(2 / delta) / (variance * (count + 1) * log(count + 2))).squareRoot()
      for (place, m) in points.enumerated() {
        let last = max(span?.upperBound ?? m, m), first = min(span?.lowerBound ?? m, m)
        above[place] += log(1 + min(bet, 0.75 / last) * (x - m))
        below[place] += log(1 - min(bet, 0.75 / (1 - first)) * (x - m))
        if max(above[place], below[place]) >= log(2 / delta) { isRejected[place] = true }
      }
      count += 1
      sum += x
      let mean = (0.5 + sum) / (count + 1)
      squares += (x - mean) * (x - mean)
    }

    var accepted: ClosedRange<Double>? {
      guard let first = isRejected.firstIndex(of: false), let last = isRejected.lastIndex(of: false) else { return nil }
      return points[first]...points[last]
    }
  }

  /// The betting interval holds every m that the capital at m, kept exactly with the same bets, has not rejected; it is
  /// hardly wider, and little wider than the published set, whose bets are truncated for each m by itself.
  @Test func bettingIsNeverNarrowerThanTheTrueSetAndHardlyWider() throws {
    for (number, source) in Source.allCases.enumerated() {
      var stream = RandomStream(seed: 3, purpose: .test, index: number)
      var sequence = BettingSequence(range: 0...1, delta: 0.01)
      var slow = SlowBetting(delta: 0.01)
      var published = SlowBetting(delta: 0.01)
      var span = 0.0...1.0
      for step in 1...700 {
        let x = source.draw(&stream)
        sequence.add(x)
        slow.add(x, within: span)
        published.add(x, within: nil)
        let interval = sequence.interval
        if interval.upperBound - interval.lowerBound < 0.75 * (span.upperBound - span.lowerBound) { span = interval }
        let accepted = try #require(slow.accepted)
        #expect(interval.lowerBound <= accepted.lowerBound && interval.upperBound >= accepted.upperBound)
        if step % 100 == 0 {
          let width = interval.upperBound - interval.lowerBound
          let trueWidth = accepted.upperBound - accepted.lowerBound
          #expect(width <= 1.01 * trueWidth + 2.0 / 4000, "\(source) after \(step)")
          let ideal = try #require(published.accepted)
          let excess = width / (ideal.upperBound - ideal.lowerBound) - 1
          #expect(excess < (step < 300 ? 0.7 : 0.25), "\(source) after \(step): \(excess)")
        }
      }
    }
  }

  /// At δ = 0.05, 400 runs of 1000 observations, looked at after each: a valid sequence misses in more than 36 runs with
  /// probability below 0.1 %.
  @Test func holdsAtAllTimesAtOnce() {
    for (number, source) in Source.allCases.enumerated() {
      var misses = (betting: 0, bernstein: 0)
      for run in 0..<400 {
        var stream = RandomStream(seed: 4, purpose: .test, index: number, subindex: run)
        var betting = BettingSequence(range: 0...1, delta: 0.05)
        var bernstein = EmpiricalBernsteinSequence(range: 0...1, delta: 0.05)
        for _ in 0..<1000 {
          let x = source.draw(&stream)
          betting.add(x)
          bernstein.add(x)
        }
        // Intersections: a miss at any time remains one.
        if !betting.interval.contains(source.mean) { misses.betting += 1 }
        if !bernstein.interval.contains(source.mean) { misses.bernstein += 1 }
      }
      #expect(misses.betting <= 36 && misses.bernstein <= 36, "\(source): \(misses)")
    }
  }

  /// The same for the asymptotic sequence on observations that are far from normal but not rare; it has no running
  /// intersection, so that every step is looked at.
  @Test func theAsymptoticSequenceHoldsWhereObservationsAreMany() {
    for (number, source) in [Source.fairCoin, .narrow, .uniform].enumerated() {
      var misses = 0
      for run in 0..<400 {
        var stream = RandomStream(seed: 5, purpose: .test, index: number, subindex: run)
        var sequence = AsymptoticSequence(delta: 0.05, sampleSize: 500)
        var isMissed = false
        for _ in 0..<1000 {
          sequence.add(source.draw(&stream))
          if let interval = sequence.interval, !interval.contains(source.mean) { isMissed = true }
        }
        if isMissed { misses += 1 }
      }
      #expect(misses <= 36, "\(source)")
    }
  }

  /// Formulas written out once more, on a short stream.
  @Test func empiricalBernsteinIsTheFormula() {
    let observations = [0.2, -0.9, 0.4, 0, 1, -0.1, 0.3], delta = 0.1
    var sequence = EmpiricalBernsteinSequence(range: -1...1, delta: delta)
    var (past, bets, weighted, penalty) = ([Double](), 0.0, 0.0, 0.0)
    var limits = -1.0...1.0
    var (mean, squares) = (0.5, 0.25)
    for (place, observation) in observations.enumerated() {
      let x = (observation + 1) / 2, t = Double(place + 1)
      let bet = min(0.5, (2 * log(2 / delta) / (squares / t * t * log(1 + t))).squareRoot())
      bets += bet
      weighted += bet * x
      penalty += (x - mean) * (x - mean) * (-log(1 - bet) - bet)
      past.append(x)
      mean = (0.5 + past.reduce(0, +)) / (t + 1)
      squares += (x - mean) * (x - mean)
      let (centre, radius) = (weighted / bets, (log(2 / delta) + penalty) / bets)
      limits =
        max(limits.lowerBound, 2 * (centre - radius) - 1)...min(limits.upperBound, 2 * (centre + radius) - 1)
      sequence.add(observation)
      #expect(abs(sequence.interval.lowerBound - limits.lowerBound) < 1e-12)
      #expect(abs(sequence.interval.upperBound - limits.upperBound) < 1e-12)
    }
  }

  /// Small variances pay: far narrower than a bound that knows the range only.
  @Test func adaptsToTheVariance() throws {
    var stream = RandomStream(seed: 6, purpose: .test)
    var betting = BettingSequence(range: -1...1, delta: 0.001)
    var bernstein = EmpiricalBernsteinSequence(range: -1...1, delta: 0.001)
    for _ in 0..<2000 {
      let x = 0.01 * (stream.uniform() - 0.5)
      betting.add(x)
      bernstein.add(x)
    }
    func width(_ interval: ClosedRange<Double>) -> Double { interval.upperBound - interval.lowerBound }
    let hoeffding = try #require(ConfidenceBound.hoeffding(count: 2000, range: 2, delta: 0.001))
    #expect(width(bernstein.interval) < 0.6 * hoeffding)
    #expect(width(betting.interval) < 0.6 * width(bernstein.interval))
  }

  @Test func theAsymptoticSequenceRefusesWhatIsMostlyZero() {
    var sequence = AsymptoticSequence(delta: 0.05)
    for step in 0..<1000 { sequence.add(step % 21 == 0 ? 1 : 0) }
    #expect(sequence.interval == nil)
    for _ in 0..<50 { sequence.add(1) }
    #expect(sequence.interval != nil)
  }

  @Test func survivesTheWayThroughAFileWithTheSameBits() throws {
    let sequences: [ConfidenceSequence] = [
      .betting(BettingSequence(range: -0.3...1.1, delta: 0.013)),
      .empiricalBernstein(EmpiricalBernsteinSequence(range: -0.3...1.1, delta: 0.013)),
      .asymptotic(AsymptoticSequence(delta: 0.013, sampleSize: 77)),
    ]
    for var sequence in sequences {
      var stream = RandomStream(seed: 7, purpose: .test)
      for _ in 0..<120 { sequence.add(1.4 * stream.uniform() - 0.3) }
      let data = try JSONEncoder().encode(sequence)
      var read = try JSONDecoder().decode(ConfidenceSequence.self, from: data)
      #expect(read == sequence && read.count == 120)
      for _ in 0..<50 {
        let x = 1.4 * stream.uniform() - 0.3
        sequence.add(x)
        read.add(x)
      }
      #expect(read.interval == sequence.interval && read.interval != nil)
    }
  }

  @Test func refusesDamagedFiles() throws {
    let data = try JSONEncoder().encode(BettingSequence(range: 0...1, delta: 0.1))
    var numbers = try #require(JSONSerialization.jsonObject(with: data) as? [Double])
    let whole = numbers
    for (place, value) in [(1, 0.0), (2, 1.5), (3, -1), (4, 5), (6, 2), (7, -3), (8, -0.1), (9, 2)] {
      numbers = whole
      numbers[place] = value
      let damaged = try JSONSerialization.data(withJSONObject: numbers)
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(BettingSequence.self, from: damaged) }
    }
    let short = try JSONSerialization.data(withJSONObject: Array(whole.dropLast()))
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(BettingSequence.self, from: short) }
  }
}
