import Statistics

/// Moments of a player's marginal contributions together with what slopes foretold of each, at the same coalitions and
/// components: what a control variate is made of.
///
/// Updated as Welford does; encoded as `[count, meanForetold, meanMarginal, and the three sums of products of
/// deviations]`.
struct PairedMoments: Sendable, Hashable, Codable {
  private(set) var count = 0
  private(set) var meanForetold = 0.0
  private(set) var meanMarginal = 0.0
  /// Σ of squared deviations and of products of deviations from the means.
  private(set) var foretoldSquares = 0.0
  private(set) var products = 0.0
  private(set) var marginalSquares = 0.0

  init() {}

  /// Marginals of which nothing was foretold.
  init(marginals: RunningMoments) {
    count = marginals.count
    meanMarginal = marginals.mean
    marginalSquares = marginals.sumOfSquaredDeviations
  }

  mutating func add(foretold: Double, marginal: Double) {
    count += 1
    let (first, second) = (foretold - meanForetold, marginal - meanMarginal)
    meanForetold += first / Double(count)
    meanMarginal += second / Double(count)
    foretoldSquares += first * (foretold - meanForetold)
    products += first * (marginal - meanMarginal)
    marginalSquares += second * (marginal - meanMarginal)
  }

  /// Σ of squared deviations of marginal − β · foretold.
  func residualSquares(_ coefficient: Double) -> Double {
    max(0, marginalSquares - 2 * coefficient * products + coefficient * coefficient * foretoldSquares)
  }

  init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    count = try container.decode(Int.self)
    meanForetold = try container.decode(Double.self)
    meanMarginal = try container.decode(Double.self)
    foretoldSquares = try container.decode(Double.self)
    products = try container.decode(Double.self)
    marginalSquares = try container.decode(Double.self)
    let numbers = [meanForetold, meanMarginal, foretoldSquares, products, marginalSquares]
    guard count >= 0, numbers.allSatisfy(\.isFinite), foretoldSquares >= 0, marginalSquares >= 0 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "moments need a count and sums of squares of at least 0")
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(count)
    for number in [meanForetold, meanMarginal, foretoldSquares, products, marginalSquares] {
      try container.encode(number)
    }
  }
}
