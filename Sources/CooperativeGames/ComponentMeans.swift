/// Means over the loaded components, one an output, of values with shape [component][output].
struct ComponentMeans {
  private(set) var means: [Double]

  init(outputCount: Int) { means = [Double](repeating: 0, count: outputCount) }

  subscript(output: Int) -> Double { means[output] }

  /// Takes the means of `values`; components are added in their order.
  mutating func take(_ values: [Double]) {
    let outputCount = means.count
    let componentCount = values.count / outputCount
    for output in 0..<outputCount {
      var sum = 0.0
      for component in 0..<componentCount { sum += values[component * outputCount + output] }
      means[output] = sum / Double(componentCount)
    }
  }
}
