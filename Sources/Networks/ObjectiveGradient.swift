#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Objective {
  /// Adds the gradient of one image's score with respect to its logits.
  ///
  /// - Parameters:
  ///   - logits: one value a class.
  ///   - label: the index of the true class, within the logits.
  ///   - weight: a factor of the gradient.
  ///   - gradient: one value a class, to which it is added. Of a margin, the largest other class has the smaller index
  ///     where two tie.
  /// - Precondition: ``isDifferentiable``. Complexity: O(classes).
  public func addGradient(
    logits: UnsafeBufferPointer<Float>, label: Int, weight: Float = 1, to gradient: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(logits.indices.contains(label) && gradient.count == logits.count, "a label outside the classes")
    switch self {
    case .accuracy, .top5: preconditionFailure("the objective has no gradient")
    case .logit: gradient[label] += weight
    case .margin:
      gradient[label] += weight
      var other: Int?
      for index in logits.indices where index != label {
        if let best = other, !(logits[index] > logits[best]) { continue }
        other = index
      }
      if let other { gradient[other] -= weight }
    case .logLikelihood: addLogLikelihood(logits, label, Double(weight), gradient)
    case .probability:
      let probability = Objective.probability.score(logits: logits, label: label)
      addLogLikelihood(logits, label, Double(weight) * probability, gradient)
    }
  }

  /// ∂ log p(label) / ∂ logit(c) = [c = label] − p(c).
  private func addLogLikelihood(
    _ logits: UnsafeBufferPointer<Float>, _ label: Int, _ weight: Double, _ gradient: UnsafeMutableBufferPointer<Float>
  ) {
    let log = Objective.logLikelihood.score(logits: logits, label: label), own = Double(logits[label])
    for index in logits.indices {
      let probability = exp(log + Double(logits[index]) - own)
      gradient[index] += Float(weight * ((index == label ? 1 : 0) - probability))
    }
  }
}
