#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a component's value follows from the smooth quantity that first-order marginals are taken of:
/// v_x(S) = h(m_x(S)), up to a constant.
///
/// A gradient of the value itself misleads where the value saturates: a probability near 1 has no slope, though removing
/// a filter may ruin it. The slope of m does not vanish, and h turns the change that it foretells into one of the value.
public enum Link: Sendable, Hashable, Codable {
  /// h(m) = m: logits, margins.
  case identity
  /// h(m) = 1 / (1 + e⁻ᵐ): the probability of a label as a function of its log-odds.
  case logistic
  /// h(m) = −log(1 + e⁻ᵐ): the log-probability, not below `floor` where there is one.
  case logLogistic(floor: Double?)
  /// h(m) = 1 when m > 0, else 0: a right answer as a function of the margin.
  case step

  /// h(m).
  public func value(_ argument: Double) -> Double {
    switch self {
    case .identity: argument
    case .logistic: 1 / (1 + exp(-argument))
    case .logLogistic(let floor): max(Link.logLogistic(argument), floor ?? -.infinity)
    case .step: argument > 0 ? 1 : 0
    }
  }

  /// The marginal contribution that the slope foretells: Δ̂ = h(m + g(1 − z)) − h(m − g z), with z = 1 where the player
  /// is present.
  ///
  /// - Parameters:
  ///   - argument: m at the coalition.
  ///   - slope: g = ∂m/∂z of the player.
  public func marginal(argument: Double, slope: Double, isPresent: Bool) -> Double {
    isPresent ? value(argument) - value(argument - slope) : value(argument + slope) - value(argument)
  }

  /// What averages of slopes over many coalitions are made of: smooth, so that they converge where the value jumps.
  ///
  /// The derivative of the value for the log-likelihood and the identity; the linked difference for a probability and,
  /// with a logistic of width ¼ in place of the jump, for right answers.
  public func smoothMarginal(argument: Double, slope: Double, isPresent: Bool) -> Double {
    switch self {
    case .identity: return slope
    case .logistic: return marginal(argument: argument, slope: slope, isPresent: isPresent)
    case .logLogistic(let floor):
      if let floor, Link.logLogistic(argument) < floor { return 0 }
      return slope / (1 + exp(argument))
    case .step:
      return Link.logistic.marginal(
        argument: argument / Link.stepWidth, slope: slope / Link.stepWidth, isPresent: isPresent)
    }
  }

  /// The width of the logistic that stands for a jump, in units of the margin.
  static let stepWidth = 0.25

  private static func logLogistic(_ argument: Double) -> Double {
    argument > 0 ? -log1p(exp(-argument)) : argument - log1p(exp(argument))
  }
}
