import Networks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The loss that training lowers: minus the log-likelihood, with the label smoothed if asked for.
///
/// With target q = (1 − ε)·label + ε/classes the loss of an image is −Σ q log p (Szegedy et al. 2016, section 7); log p
/// comes from ``Networks/Objective/logLikelihood``, so that loss and metric are one definition.
public struct CrossEntropyLoss: Sendable, Hashable {
  /// ε in 0..<1.
  public let smoothing: Double

  public init(smoothing: Double = 0) { self.smoothing = smoothing }

  /// The loss of giving every class the same probability.
  public static func ofGuessing(classes: Int) -> Double { log(Double(classes)) }

  /// The loss of one image.
  ///
  /// - Parameters:
  ///   - gradient: gets `weight` times the derivative by each logit, p − q.
  ///   - weight: 1 / batch for the mean over a batch.
  /// - Complexity: O(classes), no allocation.
  public func value(
    logits: UnsafeBufferPointer<Float>, label: Int, gradient: UnsafeMutableBufferPointer<Float>? = nil,
    weight: Double = 1
  ) -> Double {
    let logLikelihood = Objective.logLikelihood.score(logits: logits, label: label)
    let logSum = Double(logits[label]) - logLikelihood
    let share = smoothing / Double(logits.count)
    if let gradient {
      for index in logits.indices {
        let target = share + (index == label ? 1 - smoothing : 0)
        gradient[index] = Float(weight * (exp(Double(logits[index]) - logSum) - target))
      }
    }
    guard smoothing > 0 else { return -logLikelihood }
    var sum = 0.0
    for logit in logits { sum += Double(logit) - logSum }
    return -(1 - smoothing) * logLikelihood - share * sum
  }
}
