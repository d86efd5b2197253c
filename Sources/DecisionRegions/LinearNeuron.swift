import InputErrors

/// One neuron of a linear layer as a function of one or two free inputs: y = w · x + b, compared with a threshold.
///
/// The neuron is *positive* where y is above its threshold and *negative* where it is below; its *boundary* is where both
/// are equal: a point of one input, a line of two.
public struct LinearNeuron: Sendable, Hashable, Codable {
  /// The most inputs that may be free.
  public static let maximumInputCount = 2

  public var name: String
  /// One value a free input: one or two, finite.
  public let weights: [Double]
  /// Finite.
  public let bias: Double
  /// What the output is compared with; 0 asks for the output's sign.
  public private(set) var threshold: Double

  /// - Throws: ``InputErrors/InputError`` (data) naming the neuron when there is no weight or more than two, or a value
  ///   is not finite.
  public init(name: String, weights: [Double], bias: Double, threshold: Double = 0) throws(InputError) {
    guard (1...Self.maximumInputCount).contains(weights.count) else {
      throw InputError(
        .data, "a picture of regions has one or two free inputs", at: .init(node: name), expected: "1 or 2 weights",
        found: "\(weights.count)", hint: "hold the other inputs at a value and add their share to the bias")
    }
    for (label, value) in zip(
      weights.indices.map { "weight \($0 + 1)" } + ["bias", "threshold"], weights + [bias, threshold])
    where !value.isFinite {
      throw InputError(
        .data, "the \(label) is no finite number", at: .init(node: name), expected: "a finite number", found: "\(value)"
      )
    }
    self.name = name
    self.weights = weights
    self.bias = bias
    self.threshold = threshold
  }

  public var inputCount: Int { weights.count }

  /// The same neuron compared with another value.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) when the threshold is not finite.
  public func with(threshold: Double) throws(InputError) -> LinearNeuron {
    try LinearNeuron(name: name, weights: weights, bias: bias, threshold: threshold)
  }

  /// w · x + b in floating point.
  ///
  /// - Precondition: one value an input.
  public func output(at point: [Double]) -> Double {
    precondition(point.count == weights.count, "one value an input")
    return zip(weights, point).reduce(bias) { $0 + $1.0 * $1.1 }
  }
}

extension LinearNeuron {
  private enum CodingKeys: String, CodingKey { case name, weights, bias, threshold }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      name: values.decode(String.self, forKey: .name), weights: values.decode([Double].self, forKey: .weights),
      bias: values.decode(Double.self, forKey: .bias), threshold: values.decode(Double.self, forKey: .threshold))
  }
}
