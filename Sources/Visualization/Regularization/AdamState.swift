#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Adam (Kingma & Ba, 2015, algorithm 1), upwards: steps of about the learning rate whatever the gradient's size.
public struct AdamState: Sendable, Hashable {
  public let learningRate: Double
  /// β₁ and β₂: how much a step keeps of the running means of the gradient and of its square.
  public let firstDecay: Double
  public let secondDecay: Double
  public let epsilon: Double
  /// Steps done.
  public private(set) var step = 0

  private var mean: [Float]
  private var square: [Float]

  /// - Precondition: decays in 0..<1, a finite rate.
  public init(
    parameterCount: Int, learningRate: Double = 0.05, firstDecay: Double = 0.9, secondDecay: Double = 0.999,
    epsilon: Double = 1e-8
  ) {
    precondition((0..<1).contains(firstDecay) && (0..<1).contains(secondDecay), "decays in 0..<1")
    precondition(learningRate.isFinite, "a finite learning rate")
    self.learningRate = learningRate
    self.firstDecay = firstDecay
    self.secondDecay = secondDecay
    self.epsilon = epsilon
    mean = Array(repeating: 0, count: parameterCount)
    square = mean
  }

  /// Moves the parameters upwards: by η · m̂ / (√v̂ + ε).
  ///
  /// - Precondition: as many values in both as the state was made for.
  public mutating func ascend(_ parameters: inout [Float], gradient: [Float]) {
    precondition(parameters.count == mean.count && gradient.count == mean.count, "one value a parameter")
    step += 1
    let (first, second) = (Float(firstDecay), Float(secondDecay))
    let size = Float(learningRate / (1 - pow(firstDecay, Double(step))))
    let correction = Float(1 / (1 - pow(secondDecay, Double(step))))
    let epsilon = Float(epsilon)
    parameters.withUnsafeMutableBufferPointer { parameters in
      mean.withUnsafeMutableBufferPointer { mean in
        square.withUnsafeMutableBufferPointer { square in
          gradient.withUnsafeBufferPointer { gradient in
            for place in 0..<parameters.count {
              let slope = gradient[place]
              mean[place] = first * mean[place] + (1 - first) * slope
              square[place] = second * square[place] + (1 - second) * slope * slope
              parameters[place] += size * mean[place] / ((square[place] * correction).squareRoot() + epsilon)
            }
          }
        }
      }
    }
  }
}
