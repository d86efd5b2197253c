import CooperativeGames
import InputErrors
import Statistics

/// How often confidence limits have been wrong by now, for the published bandit's bound and for sequences, on a game whose
/// values are known: the electoral college of the 1970s, 51 players, one random order an observation.
///
/// Every run looks after every order, as a bandit does. The marginal of the player whose vote decides is 1, all others' are
/// 0, so that an order costs next to nothing.
struct CoverageSimulation {
  /// A way to make limits.
  enum Kind: String, CaseIterable {
    case published = "published bound, δ = 0.2"
    case publishedStrict = "published bound, δ = 0.05"
    case asymptotic = "asymptotic, δ = 0.05"
    case bernstein = "empirical Bernstein, δ = 0.05"
    case betting = "betting, δ = 0.05"

    /// Whether limits only ever shrink.
    fileprivate var isNested: Bool {
      switch self {
      case .published, .publishedStrict, .asymptotic: false
      case .bernstein, .betting: true
      }
    }

    fileprivate var request: ConfidenceRequest? {
      switch self {
      case .published, .publishedStrict: nil
      case .asymptotic: ConfidenceRequest(method: .asymptotic, delta: 0.05)
      case .bernstein: ConfidenceRequest(method: .empiricalBernstein, delta: 0.05)
      case .betting: ConfidenceRequest(method: .betting, delta: 0.05)
      }
    }
  }

  /// What is known of one kind after some number of orders.
  struct Point {
    var orders: Int
    /// The share of runs in which a limit of any player has been wrong at any look so far.
    var missedShare: Double
    /// The length of the first player's limits in the first run; nil while it has none.
    var width: Double?
  }

  let runs: Int
  let orders: Int
  private let game: WeightedVotingGame
  private let truth: [Double]

  init(runs: Int, orders: Int) throws {
    let seats = [
      (45, 1), (41, 1), (27, 1), (26, 2), (25, 1), (21, 1), (17, 2), (14, 1), (13, 2), (12, 3), (11, 1), (10, 4),
      (9, 4),
      (8, 2), (7, 4), (6, 4), (5, 1), (4, 9), (3, 7),
    ]
    self.runs = runs
    self.orders = orders
    game = try WeightedVotingGame(weights: seats.flatMap { [Int](repeating: $0.0, count: $0.1) }, quota: 270)
    truth = game.shapleyValues
  }

  /// Orders at which the curves have points: about 16 a factor of two.
  private var looks: [Int] {
    var looks: [Int] = []
    var look = 10.0
    while look <= Double(orders) {
      if looks.last != Int(look) { looks.append(Int(look)) }
      look *= 1.045
    }
    return looks
  }

  func curve(_ kind: Kind) -> [Point] {
    let looks = looks
    var missedAt = [Int](repeating: .max, count: runs)
    var widths = [Double?](repeating: nil, count: looks.count)
    for run in 0..<runs {
      var stream = RandomStream(seed: UInt64(run), purpose: .playerOrder)
      var counts = [Int](repeating: 0, count: truth.count)
      var tracker = kind.request.map { ConfidenceTracker($0, playerCount: truth.count, range: -1...1) }
      for order in 1...orders {
        let player = decisivePlayer(&stream)
        counts[player] += 1
        tracker?.add(truth.indices.lazy.map { ($0, $0 == player ? 1.0 : 0.0) })
        // The limits of time-uniform sequences are intersections: what was wrong once remains wrong.
        let look = looks.firstIndex(of: order)
        guard look != nil || !kind.isNested else { continue }
        let limits = tracker?.intervals ?? published(counts, after: order, delta: kind == .published ? 0.2 : 0.05)
        if missedAt[run] == .max, zip(limits, truth).contains(where: { $0?.contains($1) == false }) {
          missedAt[run] = order
        }
        if run == 0, let look { widths[look] = limits[0].map { $0.upperBound - $0.lowerBound } }
        // The first run goes on for the widths.
        if missedAt[run] != .max, run > 0 { break }
      }
    }
    return looks.indices.map { place in
      let missed = missedAt.count { $0 <= looks[place] }
      return Point(orders: looks[place], missedShare: Double(missed) / Double(runs), width: widths[place])
    }
  }

  private func decisivePlayer(_ stream: inout RandomStream) -> Int {
    var weight = game.weights.reduce(0, +)
    for player in stream.permutation(of: truth.count) {
      weight -= game.weights[player]
      if weight < game.quota { return player }
    }
    return 0
  }

  private func published(_ counts: [Int], after orders: Int, delta: Double) -> [ClosedRange<Double>?] {
    counts.map { count in
      let mean = Double(count) / Double(orders)
      guard orders > 1 else { return nil }
      let variance = mean * (1 - mean) * Double(orders) / Double(orders - 1)
      return ConfidenceBound.publishedBandit(count: orders, variance: variance, range: 1, delta: delta)
        .map { mean - $0...mean + $0 }
    }
  }
}
