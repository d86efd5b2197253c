import Images
import Inference
import InputErrors
import Networks
import Statistics

/// A ranking put to the test: removal curves of its order beside those of baselines, on images that it has not seen.
public struct AblationTest: Sendable, Hashable, Codable {
  /// What is measured.
  public struct Configuration: Sendable, Hashable, Codable {
    public var metric: PerformanceMetric
    public var baselines: [RemovalBaseline]
    public var directions: [RemovalDirection]
    /// How many players are removed at most; nil for all.
    public var most: Int?
    /// Into how many steps a curve is parted; round numbers come besides (``RemovalGrid``).
    public var steps: Int
    /// How many random orders the random baseline is the mean of.
    public var randomOrders: Int
    /// Decides the random orders and the resamples.
    public var seed: UInt64
    /// Resamples of the bootstrap.
    public var resamples: Int
    /// The share of resamples that an interval holds.
    public var level: Double

    public init(
      metric: PerformanceMetric = .accuracy, baselines: [RemovalBaseline] = RemovalBaseline.allCases,
      directions: [RemovalDirection] = RemovalDirection.allCases, most: Int? = nil, steps: Int = 20,
      randomOrders: Int = 5, seed: UInt64 = 0, resamples: Int = 2000, level: Double = 0.95
    ) {
      self.metric = metric
      self.baselines = baselines
      self.directions = directions
      self.most = most
      self.steps = steps
      self.randomOrders = randomOrders
      self.seed = seed
      self.resamples = resamples
      self.level = level
    }
  }

  /// How far a test has come.
  public enum Progress: Sendable, Hashable {
    /// A baseline's images done.
    case baseline(RemovalBaseline, done: Int, total: Int)
    /// Blocks of images removed from, of so many.
    case curves(done: Int, total: Int)
  }

  public let configuration: Configuration
  public let playerCount: Int
  public let imageCount: Int
  /// Images that the baselines looked at; 0 when none needs any.
  public let baselineImageCount: Int
  public let curves: [RemovalCurve]

  /// The tested ranking's curve in a direction; nil where it was not asked for.
  public func ranking(_ direction: RemovalDirection) -> RemovalCurve? {
    curves.first { $0.baseline == nil && $0.direction == direction }
  }

  /// Measures the curves.
  ///
  /// - Parameters:
  ///   - ranking: players from the most important to the least.
  ///   - baselines: what baselines are computed with; may be nil when none needs images.
  ///   - images: what is measured on; all must be ones that the metric looks at.
  /// - Throws: ``InputErrors/InputError`` when images do not fit, or more players are to be removed than there are;
  ///   `CancellationError`. Complexity: the baselines' own, and one incremental pass an image, order and step.
  public static func measured(
    _ configuration: Configuration, plan: ExecutionPlan, players: FilterPlayers, ranking: [Int],
    baselines: BaselineScores, ablation: CalibratedAblation, on images: LabeledImages, workers: Int = 1,
    progress: (@Sendable (Progress) -> Void)? = nil
  ) async throws -> AblationTest {
    precondition(ranking.sorted() == Array(players.players.indices), "a ranking of all players")
    let most = configuration.most ?? players.count
    guard (1...players.count).contains(most) else {
      throw InputError(
        .usage, "so many players cannot be removed", at: .init(key: "most"), expected: "1 to \(players.count)",
        found: "\(most)")
    }
    var named: [(baseline: RemovalBaseline?, orders: [[Int]])] = [(nil, [ranking])]
    for baseline in configuration.baselines {
      let total = baselines.images.count
      let report: @Sendable (Int) -> Void = { progress?(.baseline(baseline, done: $0, total: total)) }
      let count = baseline == .random ? configuration.randomOrders : 1
      var orders: [[Int]] = []
      for index in 0..<count {
        orders.append(
          try await baselines.order(baseline, seed: configuration.seed &+ UInt64(index), progress: report))
      }
      named.append((baseline, orders))
    }
    // A random order backwards is another random order: it is measured once and compared in every direction.
    let measured = configuration.directions.flatMap { direction in
      named.filter { $0.baseline != .random || direction == configuration.directions[0] }.map { ($0, direction) }
    }
    let orders = measured.flatMap { entry, direction in
      entry.orders.map { direction == .mostFirst ? $0 : $0.reversed() }
    }
    let blocks = (images.count + ExecutionPlan.laneCount - 1) / ExecutionPlan.laneCount
    let scores = try await RemovalScores.measured(
      plan, players: players, orders: orders, counts: RemovalGrid.counts(most: most, steps: configuration.steps),
      ablation: ablation, metric: configuration.metric, on: images, workers: workers
    ) { progress?(.curves(done: $0, total: blocks)) }
    let bootstrap = PairedBootstrap(
      count: images.count, resamples: configuration.resamples, seed: configuration.seed)
    var parts: [(baseline: RemovalBaseline?, direction: RemovalDirection, scores: [RemovalScores])] = []
    var place = 0
    for (entry, direction) in measured {
      parts.append((entry.baseline, direction, Array(scores[place..<place + entry.orders.count])))
      place += entry.orders.count
    }
    for direction in configuration.directions.dropFirst() {
      parts += parts.filter { $0.baseline == .random }.map { ($0.baseline, direction, $0.scores) }
    }
    let curves = parts.map { part in
      let own = parts.first { $0.baseline == nil && $0.direction == part.direction }
      return RemovalCurve(
        name: part.baseline?.rawValue ?? "ranking", baseline: part.baseline, direction: part.direction,
        scores: part.scores, reference: part.baseline == nil ? nil : own.map { RemovalCurve.areas($0.scores[0]) },
        bootstrap: bootstrap, level: configuration.level)
    }
    return AblationTest(
      configuration: configuration, playerCount: players.count, imageCount: images.count,
      baselineImageCount: configuration.baselines.contains(where: \.needsImages) ? baselines.images.count : 0,
      curves: curves)
  }
}
