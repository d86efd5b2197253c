#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The regularised incomplete beta function, from which the distributions of ratios of sums of squares follow.
enum IncompleteBeta {
  /// I_x(a, b) = ∫₀ˣ tᵃ⁻¹(1 − t)ᵇ⁻¹ dt / B(a, b), by its continued fraction (Abramowitz and Stegun 26.5.8) on the side
  /// where that converges fast.
  ///
  /// - Parameter complement: 1 − x, given apart so that nothing is lost where x is close to 1.
  /// - Precondition: `a > 0`, `b > 0`, and x and its complement lie in [0, 1]. Complexity: O(√max(a, b)).
  static func regularised(_ x: Double, complement: Double, a: Double, b: Double) -> Double {
    precondition(a > 0 && b > 0 && (0...1).contains(x) && (0...1).contains(complement), "arguments of a distribution")
    if x == 0 { return 0 }
    if complement == 0 { return 1 }
    let scale = exp(a * log(x) + b * log(complement) - logBeta(a, b))
    if x * (a + b + 2) < a + 1 { return min(1, scale * fraction(x, a, b) / a) }
    return max(0, 1 - scale * fraction(complement, b, a) / b)
  }

  /// ln B(a, b).
  static func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }

  /// ln Γ(x) for x > 0 by Stirling's series, after the recurrence has brought x above 12.
  static func logGamma(_ x: Double) -> Double {
    var (x, product) = (x, 1.0)
    while x < 12 {
      product *= x
      x += 1
    }
    let square = 1 / (x * x)
    // Bernoulli numbers B₂ₖ / (2k(2k − 1)).
    let series =
      (1.0 / 12 + square * (-1.0 / 360 + square * (1.0 / 1260 + square * (-1.0 / 1680 + square / 1188)))) / x
    return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series - log(product)
  }

  /// The continued fraction by Lentz's algorithm.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...100_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / away(1 + even * d)
      c = away(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / away(1 + odd * d)
      c = away(1 + odd / c)
      result *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return result
  }
}
