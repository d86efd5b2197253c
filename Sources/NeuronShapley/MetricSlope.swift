import CooperativeGames
import Networks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension PerformanceMetric {
  /// How an image's score follows, up to a constant, from the quantity that slopes are taken of: the margin for right
  /// answers, the label's log-odds for its probability and log-likelihood, the score itself for logit and margin.
  ///
  /// Nil for a network of one class, which has no other class to compare with.
  public func link(classCount: Int) -> Link? {
    guard classCount > 1 else { return nil }
    switch self {
    case .accuracy, .top5, .classAccuracy, .binary, .attackSuccess: return .step
    case .logLikelihood(let floor): return .logLogistic(floor: floor)
    case .probability, .attackProbability: return .logistic
    case .logit, .margin: return .identity
    }
  }

  /// m of one image, whose ``link(classCount:)`` is the score, and its gradient with respect to the logits.
  ///
  /// - Parameter gradient: one value a class; overwritten.
  /// - Precondition: at least two classes. Complexity: O(classes), no allocation.
  func argument(
    logits: UnsafeBufferPointer<Float>, label: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    gradient.update(repeating: 0)
    switch self {
    case .accuracy, .classAccuracy, .margin: return margin(logits, of: label, rank: 1, weight: 1, gradient)
    case .top5: return margin(logits, of: label, rank: 5, weight: 1, gradient)
    case .binary(let index):
      return margin(logits, of: index, rank: 1, weight: label == index ? 1 : -1, gradient)
    case .logit:
      gradient[label] = 1
      return Double(logits[label])
    case .logLikelihood, .probability: return logOdds(logits, of: label, weight: 1, gradient)
    // Of success less 1, which a constant makes of failure.
    case .attackSuccess(let target):
      return margin(logits, of: target ?? label, rank: 1, weight: target == nil ? 1 : -1, gradient)
    case .attackProbability(let target):
      return logOdds(logits, of: target ?? label, weight: target == nil ? 1 : -1, gradient)
    }
  }

  /// weight · (the class's logit − the `rank`-th largest of the others); 1 without a gradient where there are fewer others.
  private func margin(
    _ logits: UnsafeBufferPointer<Float>, of label: Int, rank: Int, weight: Float,
    _ gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    guard logits.count > rank else { return 1 }
    // The next smaller logit among the others, `rank` times; of ties the smaller index comes first.
    var best = -1
    for _ in 0..<rank {
      var next = -1
      for index in logits.indices where index != label {
        if best >= 0, !(logits[index] < logits[best] || (logits[index] == logits[best] && index > best)) { continue }
        if next < 0 || logits[index] > logits[next] { next = index }
      }
      guard next >= 0 else { return .nan }
      best = next
    }
    gradient[label] = weight
    gradient[best] = -weight
    return Double(weight) * (Double(logits[label]) - Double(logits[best]))
  }

  /// weight · (ℓ − log Σ exp(others)): the log-odds of the class, whose slope does not vanish where its probability is
  /// near 1.
  private func logOdds(
    _ logits: UnsafeBufferPointer<Float>, of label: Int, weight: Double,
    _ gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    var largest = -Float.infinity
    for index in logits.indices where index != label { largest = max(largest, logits[index]) }
    var sum = 0.0
    for index in logits.indices where index != label { sum += exp(Double(logits[index]) - Double(largest)) }
    for index in logits.indices where index != label {
      gradient[index] = -Float(weight * exp(Double(logits[index]) - Double(largest)) / sum)
    }
    gradient[label] = Float(weight)
    return weight * (Double(logits[label]) - Double(largest) - log(sum))
  }
}
