/// A confidence sequence of any kind, updated one observation at a time.
///
/// See the kinds for what each promises and demands.
public enum ConfidenceSequence: Sendable, Hashable, Codable {
  case betting(BettingSequence)
  case empiricalBernstein(EmpiricalBernsteinSequence)
  case asymptotic(AsymptoticSequence)

  /// How many observations were added.
  public var count: Int {
    switch self {
    case .betting(let sequence): sequence.count
    case .empiricalBernstein(let sequence): sequence.count
    case .asymptotic(let sequence): sequence.count
    }
  }

  /// The interval that holds the mean by what was seen so far; nil while none is claimed.
  public var interval: ClosedRange<Double>? {
    switch self {
    case .betting(let sequence): sequence.interval
    case .empiricalBernstein(let sequence): sequence.interval
    case .asymptotic(let sequence): sequence.interval
    }
  }

  /// Adds one observation.
  ///
  /// - Precondition: it lies in the range of a sequence that has one, up to rounding.
  public mutating func add(_ observation: Double) {
    switch self {
    case .betting(var sequence):
      sequence.add(observation)
      self = .betting(sequence)
    case .empiricalBernstein(var sequence):
      sequence.add(observation)
      self = .empiricalBernstein(sequence)
    case .asymptotic(var sequence):
      sequence.add(observation)
      self = .asymptotic(sequence)
    }
  }
}
