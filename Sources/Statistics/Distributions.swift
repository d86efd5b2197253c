#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Student's t distribution: of a mean's deviation in units of its estimated standard error.
public struct StudentDistribution: Sendable, Hashable {
  /// ν > 0; an integer in most uses.
  public let degreesOfFreedom: Double

  /// - Precondition: `degreesOfFreedom > 0` and finite.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0 && degreesOfFreedom.isFinite, "degrees of freedom are positive")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(T > t), to about 14 digits, however small. t may be infinite.
  public func upperTail(_ t: Double) -> Double {
    precondition(!t.isNaN, "a number")
    if t < 0 { return 1 - upperTail(-t) }
    if t.isInfinite { return 0 }
    let square = t * t, sum = degreesOfFreedom + square
    if sum.isInfinite { return 0 }
    return 0.5
      * IncompleteBeta.regularised(degreesOfFreedom / sum, complement: square / sum, a: degreesOfFreedom / 2, b: 0.5)
  }

  /// P(T ≤ t).
  public func cumulative(_ t: Double) -> Double { upperTail(-t) }

  /// P(|T| ≥ |t|).
  public func twoSided(_ t: Double) -> Double { min(1, 2 * upperTail(abs(t))) }

  /// The t with P(T ≤ t) = `probability`, to the last bits of the distribution function.
  ///
  /// - Precondition: `0 < probability < 1`.
  public func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a probability strictly between 0 and 1")
    if probability == 0.5 { return 0 }
    let isUpper = probability > 0.5
    let tail = isUpper ? 1 - probability : probability
    let quantile = Bisection.root { upperTail($0) - tail }
    return isUpper ? quantile : -quantile
  }
}

/// The normal distribution with mean 0 and variance 1.
public enum StandardNormalDistribution {
  /// Φ(z) = P(Z ≤ z).
  public static func cumulative(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

  /// P(|Z| ≥ |z|).
  public static func twoSided(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

  /// The z with Φ(z) = `probability`.
  ///
  /// - Precondition: `0 < probability < 1`.
  public static func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a probability strictly between 0 and 1")
    if probability == 0.5 { return 0 }
    let isUpper = probability > 0.5
    let tail = isUpper ? 1 - probability : probability
    let quantile = Bisection.root { erfc($0 / 2.0.squareRoot()) / 2 - tail }
    return isUpper ? quantile : -quantile
  }
}

private enum Bisection {
  /// Where a falling function of a positive number crosses 0, halved until doubles have nothing between.
  static func root(_ function: (Double) -> Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while high < 1e300, function(high) > 0 { (low, high) = (high, 2 * high) }
    while true {
      let middle = low + (high - low) / 2
      guard low < middle, middle < high else { return high }
      if function(middle) > 0 { low = middle } else { high = middle }
    }
  }
}
