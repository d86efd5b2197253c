import Statistics

/// How a metric goes down, or up, as filters are removed in one order; with intervals over the images.
public struct RemovalCurve: Sendable, Hashable, Codable {
  /// A number with its percentile interval from the bootstrap over images.
  public struct Estimate: Sendable, Hashable, Codable {
    public let value: Double
    public let lower: Double
    public let upper: Double

    init(_ values: [Double], _ bootstrap: PairedBootstrap, level: Double) {
      let interval = bootstrap.interval(values, level: level)
      value = values.reduce(0, +) / Double(values.count)
      lower = interval.lowerBound
      upper = interval.upperBound
    }
  }

  /// One place of the curve.
  public struct Point: Sendable, Hashable, Codable {
    /// How many players are removed.
    public let removed: Int
    /// The metric's mean over the images.
    public let metric: Estimate
    /// The smallest and largest mean among the random orders; nil where there is one order.
    public let smallest: Double?
    public let largest: Double?
  }

  /// `ranking`, or the baseline's name.
  public let name: String
  /// Nil for the ranking that is tested.
  public let baseline: RemovalBaseline?
  public let direction: RemovalDirection
  /// How many orders the curve is the mean of.
  public let orderCount: Int
  public let points: [Point]
  /// The area below the curve over the share of removed players, divided by the largest share: the metric's mean height.
  public let area: Estimate
  /// The area less that of the tested ranking in the same direction, image by image; nil for the ranking itself. Above 0
  /// where the ranking's curve is lower.
  public let difference: Estimate?

  /// For each image, the area below its own curve: the mean over images is the area of the mean.
  static func areas(_ scores: RemovalScores) -> [Double] {
    guard let most = scores.counts.last, most > 0, let first = scores.scores.first else {
      return scores.scores.first ?? []
    }
    var areas = [Double](repeating: 0, count: first.count)
    for step in 1..<scores.counts.count {
      let width = Double(scores.counts[step] - scores.counts[step - 1]) / Double(most)
      for image in areas.indices {
        areas[image] += width * (scores.scores[step][image] + scores.scores[step - 1][image]) / 2
      }
    }
    return areas
  }

  /// - Parameters:
  ///   - scores: of one order, or of several random ones, over which means are taken image by image.
  ///   - reference: the areas of the tested ranking; nil for itself.
  init(
    name: String, baseline: RemovalBaseline?, direction: RemovalDirection, scores: [RemovalScores],
    reference: [Double]?, bootstrap: PairedBootstrap, level: Double
  ) {
    precondition(!scores.isEmpty, "a curve of at least one order")
    self.name = name
    self.baseline = baseline
    self.direction = direction
    orderCount = scores.count
    let mean = RemovalScores.mean(scores)
    let means = scores.map(\.means)
    points = mean.counts.indices.map { step in
      let heights = means.map { $0[step] }
      return Point(
        removed: mean.counts[step], metric: Estimate(mean.scores[step], bootstrap, level: level),
        smallest: heights.count > 1 ? heights.min() : nil, largest: heights.count > 1 ? heights.max() : nil)
    }
    let areas = Self.areas(mean)
    area = Estimate(areas, bootstrap, level: level)
    difference = reference.map { Estimate(zip(areas, $0).map { $0 - $1 }, bootstrap, level: level) }
  }
}

extension RemovalScores {
  /// The mean over several orders of the same counts, image by image.
  static func mean(_ orders: [RemovalScores]) -> RemovalScores {
    guard let first = orders.first, orders.count > 1 else { return orders[0] }
    var sums = first.scores
    for order in orders.dropFirst() {
      for step in sums.indices {
        for image in sums[step].indices { sums[step][image] += order.scores[step][image] }
      }
    }
    return RemovalScores(counts: first.counts, scores: sums.map { $0.map { $0 / Double(orders.count) } })
  }
}
