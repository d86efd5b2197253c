import CKernels

/// Mean loss plus λ/2‖w‖² as a function of the parameters `[output][column, then intercept]`, on standardised columns.
///
/// Rows stay as they are stored: standardising is folded into weights and sums.
struct SmoothObjective: Sendable {
  let x: StoredRows
  let means: [Double]
  let scales: [Double]
  let loss: ProbeLoss

  var columns: Int { x.columnCount }
  var outputs: Int { loss.outputCount }
  /// Numbers an output: its weights and its intercept.
  var width: Int { columns + 1 }
  var parameterCount: Int { outputs * width }

  /// The multiply-adds of an evaluation, twice counted.
  var evaluationCost: Double { 4 * Double(x.count) * Double(columns) * Double(outputs) }

  /// The objective on columns that are standardised as they are stored.
  init(standardized x: StoredRows, _ loss: ProbeLoss) {
    self.x = x
    means = [Double](repeating: 0, count: x.columnCount)
    scales = [Double](repeating: 1, count: x.columnCount)
    self.loss = loss
  }

  init(_ x: StoredRows, _ standardization: Standardization, _ loss: ProbeLoss) {
    self.x = x
    means = standardization.means
    scales = standardization.scales
    self.loss = loss
  }

  /// Weights and offsets in the units of the stored columns.
  private func unfolded(_ parameters: [Double]) -> (weights: [Double], offsets: [Double]) {
    var weights = [Double](repeating: 0, count: outputs * columns)
    var offsets = [Double](repeating: 0, count: outputs)
    for output in 0..<outputs {
      var shift = 0.0
      for column in 0..<columns {
        let weight = parameters[output * width + column] * scales[column]
        weights[output * columns + column] = weight
        shift += weight * means[column]
      }
      offsets[output] = parameters[output * width + columns] - shift
    }
    return (weights, offsets)
  }

  /// The decisions at these parameters, `[row][output]`.
  func decisions(_ parameters: [Double], rows: StoredRows? = nil) -> [Double] {
    let x = rows ?? x
    let (weights, offsets) = unfolded(parameters)
    var decisions = [Double](repeating: 0, count: x.count * outputs)
    x.products(0..<x.count, weights: weights, outputs: outputs, into: &decisions)
    for row in 0..<x.count { for output in 0..<outputs { decisions[row * outputs + output] += offsets[output] } }
    return decisions
  }

  /// The objective's value; its gradient is put into `gradient`.
  func evaluate(_ parameters: [Double], square: Double, gradient: inout [Double]) -> Double {
    let (weights, offsets) = unfolded(parameters)
    let block = x.blockSize
    var value = 0.0
    var sums = [Double](repeating: 0, count: outputs * columns)
    var totals = [Double](repeating: 0, count: outputs)
    var decisions = [Double](repeating: 0, count: block * outputs)
    var first = 0
    while first < x.count {
      let places = first..<min(x.count, first + block)
      x.products(places, weights: weights, outputs: outputs, into: &decisions)
      for slot in 0..<places.count {
        for output in 0..<outputs { decisions[slot * outputs + output] += offsets[output] }
      }
      value += loss.differentiate(places, &decisions)
      for slot in 0..<places.count {
        for output in 0..<outputs { totals[output] += decisions[slot * outputs + output] }
      }
      x.addSums(places, factors: decisions, outputs: outputs, to: &sums)
      first = places.upperBound
    }
    for output in 0..<outputs {
      for column in 0..<columns {
        let weight = parameters[output * width + column]
        let slope = (sums[output * columns + column] - means[column] * totals[output]) * scales[column]
        gradient[output * width + column] = slope + square * weight
        value += square / 2 * weight * weight
      }
      gradient[output * width + columns] = totals[output]
    }
    return value
  }

  /// How many rows a second derivative is made of: enough to know the directions in which it is large.
  private var curvatureStep: Int { max(1, x.count / max(256, 4 * width)) }

  /// What ``approximateCurvature(_:)`` and its factor cost, as evaluations; their products run about twice as fast.
  var curvatureCost: Double {
    let size = Double(width), rows = Double(x.count / curvatureStep)
    return (rows * size * size + size * size * size / 3) / 2 / max(1, evaluationCost)
  }

  /// An approximation of the loss's second derivative, for one output: the mean over outputs, and over every so many
  /// rows where there are many more rows than columns.
  func approximateCurvature(_ parameters: [Double]) -> CurvatureMatrix {
    let places = Array(stride(from: 0, to: x.count, by: curvatureStep))
    let picked = StoredRows(x.values, columnCount: columns, rows: places.map { x.rows[$0] })
    let share = Double(x.count) / Double(places.count)
    let curvatures = loss.meanCurvatures(places, decisions(parameters, rows: picked)).map { $0 * share }
    return curvature(picked, curvatures)
  }

  /// Σ curvature · z zᵀ over these rows, where z is the standardised row with a 1 for the intercept.
  func curvature(_ rows: StoredRows, _ curvatures: [Double]) -> CurvatureMatrix {
    let factors = curvatures.map { $0.squareRoot() }
    var matrix = CurvatureMatrix(size: width)
    let block = 64
    var standardized = [Double](repeating: 0, count: block * matrix.stride)
    var first = 0
    while first < rows.count {
      let part = first..<min(rows.count, first + block)
      let own = Array(factors[part])
      rows.standardize(part, means, scales: scales, factors: own, into: &standardized, stride: matrix.stride)
      for (slot, factor) in own.enumerated() { standardized[slot * matrix.stride + columns] = factor }
      matrix.add(standardized, count: part.count)
      first = part.upperBound
    }
    return matrix
  }
}
