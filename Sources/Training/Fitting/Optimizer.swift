#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns gradients into new parameters, in single precision and in the order of PyTorch's own arithmetic.
public struct Optimizer: Sendable {
  /// What an optimizer remembers between steps.
  public struct State: Sendable, Hashable {
    /// Steps done.
    public var steps = 0
    /// SGD's momentum buffer, or Adam's mean of the gradients; empty where there is none.
    public var first: [Float] = []
    /// Adam's mean of the squared gradients; empty for SGD.
    public var second: [Float] = []

    public init() {}
  }

  public let recipe: OptimizerRecipe
  /// The parameters that decay, as ranges of the flat vector in ascending order.
  public let decayed: [Range<Int>]
  public private(set) var state: State

  /// - Parameters:
  ///   - decayed: see ``decayed``; the others lie between them.
  ///   - parameterCount: the length of the flat vector.
  ///   - state: where an earlier optimizer left off; nil to begin.
  public init(_ recipe: OptimizerRecipe, decayed: [Range<Int>], parameterCount: Int, state: State? = nil) {
    self.recipe = recipe
    self.decayed = decayed
    if let state {
      self.state = state
      return
    }
    self.state = State()
    let zeros = [Float](repeating: 0, count: parameterCount)
    switch recipe.rule {
    case .sgd(let momentum, _): if momentum > 0 { self.state.first = zeros }
    case .adam, .adamW:
      self.state.first = zeros
      self.state.second = zeros
    }
  }

  /// How many values ``State/first`` and ``State/second`` hold a parameter.
  static func stateCounts(_ recipe: OptimizerRecipe, parameterCount: Int) -> (first: Int, second: Int) {
    switch recipe.rule {
    case .sgd(let momentum, _): (momentum > 0 ? parameterCount : 0, 0)
    case .adam, .adamW: (parameterCount, parameterCount)
    }
  }

  /// One step. Complexity: O(parameters), no allocation.
  ///
  /// - Precondition: as many gradients as parameters.
  public mutating func step(parameters: inout [Float], gradients: [Float], learningRate: Double) {
    precondition(parameters.count == gradients.count, "a gradient for each parameter")
    state.steps += 1
    let count = parameters.count
    let recipe = self.recipe, decayed = self.decayed, steps = state.steps
    parameters.withUnsafeMutableBufferPointer { parameters in
      gradients.withUnsafeBufferPointer { gradients in
        state.first.withUnsafeMutableBufferPointer { first in
          state.second.withUnsafeMutableBufferPointer { second in
            let part = Part(
              parameters: parameters, gradients: gradients, first: first, second: second, steps: steps,
              rate: learningRate)
            var position = 0
            for range in decayed {
              part.update(position..<range.lowerBound, recipe.rule, decay: 0)
              part.update(range, recipe.rule, decay: recipe.weightDecay)
              position = range.upperBound
            }
            part.update(position..<count, recipe.rule, decay: 0)
          }
        }
      }
    }
  }

  /// Shortens gradients to a Euclidean norm, as PyTorch's `clip_grad_norm_`; returns the norm before.
  public static func clip(_ gradients: inout [Float], to limit: Double) -> Double {
    var sum = 0.0
    for value in gradients { sum += Double(value) * Double(value) }
    let norm = sum.squareRoot()
    let factor = Float(limit / (norm + 1e-6))
    if factor < 1 { for index in gradients.indices { gradients[index] *= factor } }
    return norm
  }
}

/// The vectors of one step.
private struct Part {
  let parameters: UnsafeMutableBufferPointer<Float>
  let gradients: UnsafeBufferPointer<Float>
  let first: UnsafeMutableBufferPointer<Float>
  let second: UnsafeMutableBufferPointer<Float>
  let steps: Int
  let rate: Double

  func update(_ range: Range<Int>, _ rule: OptimizerRecipe.Rule, decay: Double) {
    if range.isEmpty { return }
    switch rule {
    case .sgd(let momentum, let nesterov):
      if momentum > 0 {
        descend(range, momentum: Float(momentum), nesterov: nesterov, decay: Float(decay))
      } else {
        descend(range, decay: Float(decay))
      }
    case .adam(let beta1, let beta2, let epsilon):
      adapt(range, beta1, beta2, epsilon, decay: Float(decay), shrink: 1)
    case .adamW(let beta1, let beta2, let epsilon):
      adapt(range, beta1, beta2, epsilon, decay: 0, shrink: Float(1 - rate * decay))
    }
  }

  private func descend(_ range: Range<Int>, decay: Float) {
    let rate = Float(self.rate)
    for index in range {
      let gradient = gradients[index] + decay * parameters[index]
      parameters[index] -= rate * gradient
    }
  }

  private func descend(_ range: Range<Int>, momentum: Float, nesterov: Bool, decay: Float) {
    let rate = Float(self.rate), isFirst = steps == 1
    for index in range {
      let gradient = gradients[index] + decay * parameters[index]
      let buffer = isFirst ? gradient : momentum * first[index] + gradient
      first[index] = buffer
      parameters[index] -= rate * (nesterov ? gradient + momentum * buffer : buffer)
    }
  }

  private func adapt(
    _ range: Range<Int>, _ beta1: Double, _ beta2: Double, _ epsilon: Double, decay: Float, shrink: Float
  ) {
    let meanRate = Float(1 - beta1), squareKeep = Float(beta2), squareRate = Float(1 - beta2)
    let rate = Float(self.rate / (1 - pow(beta1, Double(steps))))
    let correction = Float((1 - pow(beta2, Double(steps))).squareRoot()), epsilon = Float(epsilon)
    for index in range {
      let parameter = parameters[index] * shrink
      let gradient = gradients[index] + decay * parameter
      let mean = first[index] + meanRate * (gradient - first[index])
      let square = squareKeep * second[index] + squareRate * gradient * gradient
      first[index] = mean
      second[index] = square
      parameters[index] = parameter - rate * mean / (square.squareRoot() / correction + epsilon)
    }
  }
}
