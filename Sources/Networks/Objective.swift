/// A score of one image computed from its logits and its label: the one definition that metrics, losses and gradients
/// share.
///
/// Probabilities are the softmax of the logits. A tie for the maximum goes to the class with the smaller index.
public enum Objective: String, Sendable, Hashable, Codable, CaseIterable {
  /// 1 when the label's logit is the largest, else 0.
  case accuracy
  /// 1 when the label's logit is among the five largest, else 0.
  case top5 = "top5"
  /// log of the label's probability; at most 0.
  case logLikelihood = "log-likelihood"
  /// The label's probability.
  case probability
  /// The label's logit.
  case logit
  /// The label's logit less the largest other one.
  case margin

  /// The smallest and largest value that it can take, or nil where there is no bound.
  public var range: ClosedRange<Double>? {
    switch self {
    case .accuracy, .top5, .probability: 0...1
    case .logLikelihood, .logit, .margin: nil
    }
  }

  /// True when it is a differentiable function of the logits (almost everywhere and informative there).
  public var isDifferentiable: Bool {
    switch self {
    case .accuracy, .top5: false
    case .logLikelihood, .probability, .logit, .margin: true
    }
  }

  /// The score of one image.
  ///
  /// - Parameters:
  ///   - logits: one value a class; a NaN makes the score of a differentiable objective NaN and an accuracy 0.
  ///   - label: the index of the true class, within the logits.
  /// - Complexity: O(classes), no allocation.
  public func score(logits: UnsafeBufferPointer<Float>, label: Int) -> Double {
    precondition(logits.indices.contains(label), "a label outside the classes")
    let own = logits[label]
    switch self {
    case .accuracy: return rank(of: label, own, logits) < 1 ? 1 : 0
    case .top5: return rank(of: label, own, logits) < 5 ? 1 : 0
    case .logLikelihood: return logProbability(own, logits)
    case .probability: return exponential(logProbability(own, logits))
    case .logit: return Double(own)
    case .margin:
      var other = -Float.infinity
      for index in logits.indices where index != label { other = Float.maximum(other, logits[index]) }
      return Double(own) - Double(other)
    }
  }

  /// How many classes stand before the label's.
  private func rank(of label: Int, _ own: Float, _ logits: UnsafeBufferPointer<Float>) -> Int {
    if own.isNaN { return logits.count }
    var ahead = 0
    for index in logits.indices {
      let other = logits[index]
      if other > own || (other == own && index < label) || other.isNaN { ahead += 1 }
    }
    return ahead
  }

  private func logProbability(_ own: Float, _ logits: UnsafeBufferPointer<Float>) -> Double {
    var largest = -Float.infinity
    for value in logits {
      if value.isNaN { return .nan }
      largest = max(largest, value)
    }
    var sum = 0.0
    for value in logits { sum += exponential(Double(value) - Double(largest)) }
    return Double(own) - Double(largest) - logarithm(sum)
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

private func exponential(_ x: Double) -> Double { exp(x) }
private func logarithm(_ x: Double) -> Double { log(x) }
