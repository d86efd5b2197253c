import InputErrors

/// λ(ρ‖w‖₁ + (1 − ρ)/2·‖w‖²) over the weights per standard deviation; intercepts are free.
///
/// Beside a loss that is a mean over rows: scikit-learn's C is 1/(nλ), the alpha of its Ridge nλ, that of its Lasso and
/// ElasticNet λ.
public struct ElasticNetPenalty: Sendable, Hashable, Codable {
  /// λ, at least 0.
  public let strength: Double
  /// ρ, from 0 (squares alone) to 1 (absolute values alone).
  public let l1Ratio: Double

  /// - Throws: ``InputError`` (usage) when the strength is negative or infinite, or the ratio lies outside 0...1.
  public init(strength: Double, l1Ratio: Double = 0) throws(InputError) {
    guard strength >= 0, strength.isFinite else {
      throw InputError(.usage, "the penalty's strength is wrong", expected: "at least 0", found: "\(strength)")
    }
    guard (0...1).contains(l1Ratio) else {
      throw InputError(
        .usage, "the penalty's share of absolute values is wrong", expected: "0 to 1", found: "\(l1Ratio)")
    }
    self.strength = strength
    self.l1Ratio = l1Ratio
  }

  /// λρ
  var absolute: Double { strength * l1Ratio }
  /// λ(1 − ρ)
  var square: Double { strength * (1 - l1Ratio) }

  func value(_ weights: [Double]) -> Double {
    weights.reduce(0) { $0 + absolute * abs($1) + square / 2 * $1 * $1 }
  }
}
