/// How often a race draws which q, the probability with which every player is a member of a random coalition.
///
/// A Shapley value is the mean over q ~ U(0, 1) of a player's mean marginal at q (Owen 1972). Drawn with density p instead, a
/// marginal counts 1/p(q) times and its mean is the same; its variance is least where p is in proportion to the root of the mean
/// square of marginals at q. In a deep network that differs by orders of magnitude: with few filters left it answers by chance
/// whoever is toggled. p is constant on ranges, finer towards the full coalition where deep networks change
/// fastest, and nowhere below ``floor``, so that no weight exceeds its inverse.
package struct SizeDensity: Sendable, Hashable {
  /// The ranges of q.
  package static let edges = [0, 0.25, 0.5, 0.625, 0.75, 0.8125, 0.875, 0.9375, 1]
  /// The density where marginals vanish.
  package static let floor = 0.3

  /// p on each range.
  package let densities: [Double]

  /// p(q) = 1.
  package static let uniform = SizeDensity(moments: MarginalSquares())

  /// The density for marginals of such squares; uniform unless every range has some.
  package init(moments: MarginalSquares) {
    let widths = zip(Self.edges.dropFirst(), Self.edges).map { $0 - $1 }
    let spreads = moments.means.map { $0?.squareRoot() ?? 0 }
    let mean = zip(widths, spreads).reduce(0) { $0 + $1.0 * $1.1 }
    guard mean > 0, !moments.means.contains(where: { $0 == nil }) else {
      densities = widths.map { _ in 1 }
      return
    }
    densities = spreads.map { Self.floor + (1 - Self.floor) * $0 / mean }
  }

  /// The q below which p has the given share of its mass, and the weight 1/p(q).
  ///
  /// - Parameter quantile: in [0, 1).
  package func size(at quantile: Double) -> (share: Double, weight: Double) {
    var below = 0.0
    for (range, density) in densities.enumerated() {
      let mass = density * (Self.edges[range + 1] - Self.edges[range])
      if quantile < below + mass || range == densities.count - 1 {
        return (min(Self.edges[range] + (quantile - below) / density, 1), 1 / density)
      }
      below += mass
    }
    preconditionFailure("the density has ranges")
  }

  /// Quantiles that are uniform each, and spread more evenly than independent ones: multiples of the golden ratio, shifted by
  /// a random number.
  package static func quantile(_ index: Int, shift: Double) -> Double {
    let point = shift + Double(index) * 0.618_033_988_749_894_9
    return point - point.rounded(.down)
  }
}
