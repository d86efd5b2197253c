import InputErrors
import Statistics

/// The confidence limits of all players, updated with one observation of one player at a time.
///
/// Every player has a sequence of its own at level δ / n, n being the number of players at the start; so with probability
/// at least 1 − δ all limits hold at once (Bonferroni), whichever players were sampled more because of what was seen: the
/// sequences allow that. What an observation must be stands with `BettingSequence`. Part of a checkpoint.
public struct ConfidenceTracker: Sendable, Hashable, Codable {
  /// What was asked for.
  public let request: ConfidenceRequest
  private var players: Players

  private enum Players: Sendable, Hashable, Codable {
    case sequences([ConfidenceSequence])
    /// The moments of each player, the interval of the observations, and the number of them that was fixed in advance.
    case fixedSample([RunningMoments], length: Double, plannedCount: Int)
  }

  /// - Parameters:
  ///   - ranges: the interval that holds the observations of each player; nil for the asymptotic method.
  ///   - plannedCount: the number of observations of every player, for limits at a fixed sample; without effect on others.
  /// - Precondition: the request is valid, there is a range for each of at least one player if the method needs one, and
  ///   a positive count if it is fixed in advance.
  public init(_ request: ConfidenceRequest, playerCount: Int, ranges: [ClosedRange<Double>]?, plannedCount: Int? = nil)
  {
    precondition(playerCount >= 1 && (ranges?.count ?? playerCount) == playerCount, "every player has a range")
    self.request = request
    let delta = request.delta / Double(playerCount)
    func required() -> [ClosedRange<Double>] {
      guard let ranges else { preconditionFailure("these limits need the range of the observations") }
      return ranges
    }
    switch request.method {
    case .betting: players = .sequences(required().map { .betting(BettingSequence(range: $0, delta: delta)) })
    case .empiricalBernstein:
      players = .sequences(required().map { .empiricalBernstein(EmpiricalBernsteinSequence(range: $0, delta: delta)) })
    case .asymptotic:
      let sequence = AsymptoticSequence(delta: delta, sampleSize: request.sampleSize)
      players = .sequences([ConfidenceSequence](repeating: .asymptotic(sequence), count: playerCount))
    case .fixedSample:
      guard let plannedCount, plannedCount >= 1 else {
        preconditionFailure("limits at a fixed sample need the number of observations in advance")
      }
      let length = required().map { $0.upperBound - $0.lowerBound }.max() ?? 0
      players = .fixedSample(
        [RunningMoments](repeating: RunningMoments(), count: playerCount), length: length, plannedCount: plannedCount)
    }
  }

  /// A tracker whose observations all lie in `range`.
  public init(_ request: ConfidenceRequest, playerCount: Int, range: ClosedRange<Double>?, plannedCount: Int? = nil) {
    self.init(
      request, playerCount: playerCount,
      ranges: range.map { [ClosedRange<Double>](repeating: $0, count: playerCount) }, plannedCount: plannedCount)
  }

  public var playerCount: Int {
    switch players {
    case .sequences(let sequences): sequences.count
    case .fixedSample(let moments, _, _): moments.count
    }
  }

  /// Whether this tracker, perhaps read from a file, answers `request` for `playerCount` players.
  public func fits(_ request: ConfidenceRequest, playerCount: Int) -> Bool {
    guard self.request == request, self.playerCount == playerCount else { return false }
    switch players {
    case .sequences(let sequences):
      return sequences.allSatisfy { sequence in
        switch sequence {
        case .betting: request.method == .betting
        case .empiricalBernstein: request.method == .empiricalBernstein
        case .asymptotic: request.method == .asymptotic
        }
      }
    case .fixedSample(_, let length, let plannedCount):
      return request.method == .fixedSample && length > 0 && length.isFinite && plannedCount >= 1
    }
  }

  /// Adds one observation of `player`.
  ///
  /// - Precondition: it lies in the player's range, up to rounding.
  public mutating func add(_ observation: Double, of player: Int) {
    add(CollectionOfOne((player: player, value: observation)))
  }

  /// Adds one observation of each of several players.
  public mutating func add(_ observations: some Sequence<(player: Int, value: Double)>) {
    switch players {
    case .sequences(var sequences):
      players = .sequences([])
      for (player, value) in observations { sequences[player].add(value) }
      players = .sequences(sequences)
    case .fixedSample(var moments, let length, let plannedCount):
      players = .sequences([])
      for (player, value) in observations { moments[player].add(value) }
      players = .fixedSample(moments, length: length, plannedCount: plannedCount)
    }
  }

  /// How many observations of `player` were added.
  public func count(of player: Int) -> Int {
    switch players {
    case .sequences(let sequences): sequences[player].count
    case .fixedSample(let moments, _, _): moments[player].count
    }
  }

  /// The limits of every player; nil where none are claimed: before asymptotic ones are allowed, and before and beyond
  /// the number of observations that was fixed in advance.
  public var intervals: [ClosedRange<Double>?] {
    switch players {
    case .sequences(let sequences): return sequences.map(\.interval)
    case .fixedSample(let moments, let length, let plannedCount):
      let delta = request.delta / Double(moments.count)
      return moments.map { moments in
        guard moments.count == plannedCount, let variance = moments.variance,
          let radius = ConfidenceBound.empiricalBernstein(
            count: moments.count, variance: variance, range: length, delta: delta)
        else { return nil }
        return moments.mean - radius...moments.mean + radius
      }
    }
  }

  /// What is decided about the top k so far; nil when no k was asked for.
  ///
  /// - Parameter values: the estimates, which order players whose limits do not tell.
  public func decision(values: [Double]) -> TopKDecision? {
    request.topCount.map {
      TopKDecision(intervals: intervals, values: values, topCount: $0, tolerance: request.tolerance)
    }
  }
}
