/// The layout of a network with one hidden layer, and its passes: parameters are `[unit][column]`, `[unit]`,
/// `[output][unit]`, `[output]`.
struct MultilayerMap: Sendable {
  let means: [Double]
  let scales: [Double]
  let hiddenUnits: Int
  let outputs: Int

  init(_ standardization: Standardization, hiddenUnits: Int, outputs: Int) {
    means = standardization.means
    scales = standardization.scales
    self.hiddenUnits = hiddenUnits
    self.outputs = outputs
  }

  var columns: Int { means.count }
  var hiddenBiases: Range<Int> { hiddenUnits * columns..<hiddenUnits * (columns + 1) }
  var outputWeights: Range<Int> { hiddenBiases.upperBound..<hiddenBiases.upperBound + outputs * hiddenUnits }
  var outputBiases: Range<Int> { outputWeights.upperBound..<outputWeights.upperBound + outputs }
  var parameterCount: Int { outputBiases.upperBound }

  /// True for weights, which are penalised, false for biases.
  func isWeight(_ place: Int) -> Bool { place < hiddenBiases.lowerBound || outputWeights.contains(place) }

  /// Rectified hidden values `[row][unit]` and decisions `[row][output]` of these rows.
  func decisions(
    _ parameters: [Double], _ x: StoredRows, _ places: Range<Int>
  ) -> (hidden: StoredRows, values: [Double], decisions: [Double]) {
    var weights = [Double](repeating: 0, count: hiddenUnits * columns)
    var offsets = Array(parameters[hiddenBiases])
    for unit in 0..<hiddenUnits {
      var shift = 0.0
      for column in 0..<columns {
        let weight = parameters[unit * columns + column] * scales[column]
        weights[unit * columns + column] = weight
        shift += weight * means[column]
      }
      offsets[unit] -= shift
    }
    var hidden = [Double](repeating: 0, count: places.count * hiddenUnits)
    x.products(places, weights: weights, outputs: hiddenUnits, into: &hidden)
    for slot in 0..<places.count {
      for unit in 0..<hiddenUnits {
        hidden[slot * hiddenUnits + unit] = max(0, hidden[slot * hiddenUnits + unit] + offsets[unit])
      }
    }
    let rows = StoredRows(.doubles(hidden), columnCount: hiddenUnits, rows: Array(0..<Int32(places.count)))
    var decisions = [Double](repeating: 0, count: places.count * outputs)
    rows.products(0..<places.count, weights: Array(parameters[outputWeights]), outputs: outputs, into: &decisions)
    for slot in 0..<places.count {
      for output in 0..<outputs { decisions[slot * outputs + output] += parameters[outputBiases.lowerBound + output] }
    }
    return (rows, hidden, decisions)
  }

  /// The loss of these rows, times `share`, plus `square`/2 times the squared weights; its gradient is put into `gradient`.
  func evaluate(
    _ parameters: [Double], _ x: StoredRows, _ places: Range<Int>, loss: ProbeLoss, share: Double, square: Double,
    gradient: inout [Double]
  ) -> Double {
    var (rows, hidden, derivatives) = decisions(parameters, x, places)
    var value = loss.differentiate(places, &derivatives) * share
    for place in derivatives.indices { derivatives[place] *= share }
    var outputSums = [Double](repeating: 0, count: outputs * hiddenUnits)
    rows.addSums(0..<places.count, factors: derivatives, outputs: outputs, to: &outputSums)
    gradient.replaceSubrange(outputWeights, with: outputSums)
    for output in 0..<outputs { gradient[outputBiases.lowerBound + output] = 0 }
    // The hidden values become the derivatives by what goes into them.
    var totals = [Double](repeating: 0, count: hiddenUnits)
    for slot in 0..<places.count {
      for output in 0..<outputs { gradient[outputBiases.lowerBound + output] += derivatives[slot * outputs + output] }
      for unit in 0..<hiddenUnits {
        var sum = 0.0
        if hidden[slot * hiddenUnits + unit] > 0 {
          for output in 0..<outputs {
            sum +=
              derivatives[slot * outputs + output] * parameters[outputWeights.lowerBound + output * hiddenUnits + unit]
          }
        }
        hidden[slot * hiddenUnits + unit] = sum
        totals[unit] += sum
      }
    }
    var sums = [Double](repeating: 0, count: hiddenUnits * columns)
    x.addSums(places, factors: hidden, outputs: hiddenUnits, to: &sums)
    for unit in 0..<hiddenUnits {
      for column in 0..<columns {
        gradient[unit * columns + column] =
          (sums[unit * columns + column] - means[column] * totals[unit]) * scales[column]
      }
      gradient[hiddenBiases.lowerBound + unit] = totals[unit]
    }
    for place in parameters.indices where isWeight(place) {
      gradient[place] += square * parameters[place]
      value += square / 2 * parameters[place] * parameters[place]
    }
    return value
  }
}
