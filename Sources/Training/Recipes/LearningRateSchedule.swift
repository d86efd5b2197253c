import InputErrors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The learning rate of every step.
public struct LearningRateSchedule: Sendable, Hashable {
  public enum Form: Sendable, Hashable {
    /// The same rate to the end.
    case constant
    /// Half a cosine from the rate, behind the warm-up, down to `final` after the last step (Loshchilov and Hutter 2017,
    /// without restarts).
    case cosine(final: Double)
    /// The rate times `factor` for each of the epochs that is complete.
    case step(epochs: [Int], factor: Double)
  }

  public var form: Form
  /// The rate behind the warm-up.
  public var rate: Double
  /// Epochs in which the rate rises in equal steps to ``rate``; may be a fraction.
  public var warmUpEpochs: Double

  public init(_ form: Form = .constant, rate: Double, warmUpEpochs: Double = 0) {
    self.form = form
    self.rate = rate
    self.warmUpEpochs = warmUpEpochs
  }

  /// The rate of a step.
  ///
  /// - Parameters:
  ///   - step: from 0.
  ///   - stepsPerEpoch: at least 1.
  ///   - epochs: of the whole training.
  public func rate(atStep step: Int, stepsPerEpoch: Int, epochs: Int) -> Double {
    let warmUp = warmUpEpochs * Double(stepsPerEpoch)
    if Double(step + 1) < warmUp { return rate * Double(step + 1) / warmUp }
    switch form {
    case .constant: return rate
    case .cosine(let final):
      let length = Double(stepsPerEpoch * epochs) - warmUp
      let share = length > 0 ? min(1, max(0, (Double(step) - warmUp) / length)) : 1
      return final + (rate - final) * (1 + cos(Double.pi * share)) / 2
    case .step(let milestones, let factor):
      let epoch = step / stepsPerEpoch
      return rate * pow(factor, Double(milestones.count { $0 <= epoch }))
    }
  }
}

/// The JSON form: a number for a constant rate, or `{"schedule": "cosine", "rate": 0.05, "warmUpEpochs": 1, "final": 0}`,
/// `{"schedule": "step", "rate": 0.1, "epochs": [5, 8], "factor": 0.1}`.
extension LearningRateSchedule: Codable {
  enum Kind: String, CaseIterable, Codable { case constant, cosine, step }

  public init(from decoder: any Decoder) throws {
    if let rate = try? decoder.singleValueContainer().decode(Double.self) {
      guard rate.isFinite, rate > 0, rate <= 1000 else {
        throw InputError(
          .data, "the value is wrong", at: .init(key: decoder.codingPath.last?.stringValue),
          expected: "a number above 0 to 1000", found: "\(rate)")
      }
      self.init(rate: rate)
      return
    }
    let object = try ConfigurationObject(decoder)
    let kind = try object.choice(Kind.self, "schedule") ?? .constant
    let own: [String] =
      switch kind {
      case .constant: []
      case .cosine: ["final"]
      case .step: ["epochs", "factor"]
      }
    try object.allow(["schedule", "rate", "warmUpEpochs"] + own, of: "the schedule \(kind.rawValue)")
    guard let rate = try object.real("rate", in: 0...1000, orAbove: true) else {
      throw InputError(
        .data, "the key is missing", at: .init(key: object.keyPath("rate")), expected: "a number above 0 to 1000")
    }
    let form: Form
    switch kind {
    case .constant: form = .constant
    case .cosine: form = .cosine(final: try object.real("final", in: 0...1000) ?? 0)
    case .step:
      guard let epochs = try object.integers("epochs", in: 1...TrainingRecipe.mostEpochs) else {
        throw InputError(
          .data, "the key is missing", at: .init(key: object.keyPath("epochs")),
          expected: "the epochs behind which the rate changes")
      }
      form = .step(epochs: epochs, factor: try object.real("factor", in: 0...1, orAbove: true) ?? 0.1)
    }
    self.init(form, rate: rate, warmUpEpochs: try object.real("warmUpEpochs", in: 0...1000) ?? 0)
  }

  private enum Key: String, CodingKey { case schedule, rate, warmUpEpochs, final, epochs, factor }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch form {
    case .constant: try container.encode(Kind.constant, forKey: .schedule)
    case .cosine(let final):
      try container.encode(Kind.cosine, forKey: .schedule)
      try container.encode(final, forKey: .final)
    case .step(let epochs, let factor):
      try container.encode(Kind.step, forKey: .schedule)
      try container.encode(epochs, forKey: .epochs)
      try container.encode(factor, forKey: .factor)
    }
    try container.encode(rate, forKey: .rate)
    try container.encode(warmUpEpochs, forKey: .warmUpEpochs)
  }
}
