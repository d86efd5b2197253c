import InputErrors
import Statistics

extension RandomStream.Purpose {
  /// Weights and biases of random neurons.
  public static let randomNeurons = RandomStream.Purpose(code: 70)
}

extension LinearNeuron {
  /// Neurons of a linear layer as it is before training: weights and biases uniform on (−1/√n, 1/√n) for n inputs.
  ///
  /// The same seed gives the same neurons, whatever their number.
  /// - Throws: ``InputErrors/InputError`` (usage) when there is no neuron, or not one or two inputs.
  public static func random(count: Int, inputs: Int, seed: UInt64) throws(InputError) -> [LinearNeuron] {
    guard count >= 1, (1...maximumInputCount).contains(inputs) else {
      throw InputError(
        .usage, "a random layer of this shape has no picture", expected: "at least 1 neuron and 1 or 2 inputs",
        found: "\(count)x\(inputs)")
    }
    let bound = 1 / Double(inputs).squareRoot()
    var neurons: [LinearNeuron] = []
    for index in 0..<count {
      var stream = RandomStream(seed: seed, purpose: .randomNeurons, index: index)
      let values = (0...inputs).map { _ in bound * (2 * stream.uniform() - 1) }
      neurons.append(
        try LinearNeuron(name: "n\(index + 1)", weights: Array(values.prefix(inputs)), bias: values[inputs]))
    }
    return neurons
  }
}
