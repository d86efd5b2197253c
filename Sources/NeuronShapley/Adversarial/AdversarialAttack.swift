import InputErrors

/// An attack on images by projected gradient descent: how far a picture may change, towards what, and in which steps.
///
/// Madry et al., "Towards Deep Learning Models Resistant to Adversarial Attacks" (2018). Lengths are in units of pixel
/// values 0…1 before preprocessing. Each step goes along the gradient of the loss with respect to the pixels (its sign
/// for L∞, its direction for L2), then back into the ball around the clean picture and into the valid pixels.
public struct AdversarialAttack: Sendable, Hashable, Codable {
  /// How the size of a change is measured.
  public enum Norm: String, Sendable, Hashable, Codable, CaseIterable {
    /// The largest change of any sample.
    case linf
    /// The square root of the sum of squared changes over all samples of the picture.
    case l2
  }

  /// What the gradient is taken of.
  public enum Loss: String, Sendable, Hashable, Codable, CaseIterable {
    /// The log-probability: ascended for the target, descended for the label without one. Its direction is taken from the
    /// log-odds, whose gradient is parallel and does not vanish at probabilities near 0 and 1.
    case crossEntropy = "cross-entropy"
    /// The logit less the largest other one (Carlini and Wagner 2017).
    case margin
  }

  /// Which of the pictures on the way is the attack's result.
  public enum Iterate: String, Sendable, Hashable, Codable, CaseIterable {
    /// The one with the largest margin in favour of the attack, the start included: an attack that has succeeded on its way
    /// has succeeded.
    case best
    /// The last one, as published.
    case last
  }

  public var norm: Norm
  /// The largest change allowed, above 0.
  public var epsilon: Double
  /// How many gradients are followed, at least 1.
  public var steps: Int
  /// The length of a step, above 0.
  public var stepSize: Double
  /// The class that pictures shall be taken for; nil for any but their own.
  public var target: Int?
  public var loss: Loss
  public var iterate: Iterate
  /// Whether pictures start at a random place of the ball instead of its centre.
  public var startsAtRandom: Bool
  /// Whether the result is rounded to pictures of 8 bits, within the ball; for images of 8 bits alone.
  public var roundsPixels: Bool
  /// Decides random starts.
  public var seed: UInt64

  /// The original's attack (Ghorbani and Zou 2020) unless told otherwise: L∞, ε = 16/255, 30 steps of 0.8/255.
  ///
  /// - Parameter stepSize: nil for ``defaultStepSize(_:epsilon:steps:)``.
  public init(
    norm: Norm = .linf, epsilon: Double = 16.0 / 255, steps: Int = 30, stepSize: Double? = nil, target: Int? = nil,
    loss: Loss = .crossEntropy, iterate: Iterate = .best, startsAtRandom: Bool = false, roundsPixels: Bool = true,
    seed: UInt64 = 0
  ) {
    self.norm = norm
    self.epsilon = epsilon
    self.steps = steps
    self.stepSize = stepSize ?? Self.defaultStepSize(norm, epsilon: epsilon, steps: steps)
    self.target = target
    self.loss = loss
    self.iterate = iterate
    self.startsAtRandom = startsAtRandom
    self.roundsPixels = roundsPixels
    self.seed = seed
  }

  /// 1.5 · ε / steps for L∞, the original's ratio, and 2.5 · ε / steps for L2, that of Madry et al.
  public static func defaultStepSize(_ norm: Norm, epsilon: Double, steps: Int) -> Double {
    switch norm {
    case .linf: 1.5 * epsilon / Double(max(1, steps))
    case .l2: 2.5 * epsilon / Double(max(1, steps))
    }
  }

  /// Throws unless the numbers are in range for a network of `classCount` classes.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) naming the setting.
  public func validate(classCount: Int) throws(InputError) {
    for (value, key) in [(epsilon, "epsilon"), (stepSize, "step-size")] where !(value > 0 && value.isFinite) {
      throw InputError(
        .usage, "the length is out of range", at: .init(key: key), expected: "a number above 0", found: "\(value)")
    }
    guard steps > 0 else {
      throw InputError(
        .usage, "the number of steps is out of range", at: .init(key: "steps"), expected: "1 or more", found: "\(steps)"
      )
    }
    guard classCount > 1 else {
      throw InputError(
        .data, "a network of one class cannot be attacked", expected: "two classes or more", found: "\(classCount)")
    }
    if let target, !(0..<classCount).contains(target) {
      throw InputError(
        .usage, "the target is not one of the model's classes", at: .init(key: "targeted"),
        expected: "0 to \(classCount - 1)", found: "\(target)")
    }
  }

  /// Whether the attack has reached its aim with a picture of `label` that is taken for `prediction`.
  public func succeeds(prediction: Int, label: Int) -> Bool {
    if let target { prediction == target } else { prediction != label }
  }

  /// The score that gradients are taken of, and the class it is about.
  var score: PerformanceMetric {
    switch loss {
    case .crossEntropy: .logLikelihood()
    case .margin: .margin
    }
  }
}
