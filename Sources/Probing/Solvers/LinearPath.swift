/// Fits the same rows with one penalty after the other, each from where the last one ended.
struct LinearPath: Sendable {
  let standardization: Standardization
  let loss: ProbeLoss
  private var smooth: SmoothSolver
  private let columns: Int

  init(_ x: StoredRows, _ target: ProbeTarget, isBalanced: Bool, l1Ratio: Double) {
    standardization = Standardization(of: x)
    loss = ProbeLoss(target, isBalanced: isBalanced)
    columns = x.columnCount
    let objective = SmoothObjective(x, standardization, loss)
    var start: [Double] = []
    for intercept in loss.bestIntercepts {
      start += [Double](repeating: 0, count: x.columnCount)
      start.append(intercept)
    }
    smooth = SmoothSolver(objective, parameters: start)
  }

  /// The largest slope of the loss by a weight, where all weights are 0 and the intercepts at their best.
  var largestSlope: Double {
    let width = columns + 1
    var start = [Double](repeating: 0, count: smooth.objective.parameterCount)
    for (output, intercept) in loss.bestIntercepts.enumerated() { start[output * width + columns] = intercept }
    var gradient = start
    _ = smooth.objective.evaluate(start, square: 0, gradient: &gradient)
    var largest = 0.0
    for place in gradient.indices where place % width != columns { largest = max(largest, abs(gradient[place])) }
    return largest
  }

  /// How many columns are not constant.
  var varyingColumns: Int { standardization.deviations.reduce(0) { $0 + ($1 > 0 ? 1 : 0) } }

  /// - Precondition: the probe has the path's columns and outputs.
  mutating func begin(from probe: LinearProbe) {
    precondition(probe.columnCount == columns && probe.outputCount == loss.outputCount, "a probe of the same shape")
    var start: [Double] = []
    for output in 0..<probe.outputCount {
      for column in 0..<columns {
        start.append(standardization.deviations[column] > 0 ? probe.weights[output * columns + column] : 0)
      }
      start.append(probe.intercepts[output])
    }
    smooth = SmoothSolver(smooth.objective, parameters: start)
  }

  mutating func fit(_ penalty: ElasticNetPenalty, tolerance: Double) -> LinearFit {
    let outcome = smooth.solve(square: penalty.square, tolerance: tolerance)
    let parameters = smooth.parameters, width = columns + 1
    var weights: [Double] = [], intercepts: [Double] = []
    for first in stride(from: 0, to: parameters.count, by: width) {
      weights += parameters[first..<first + columns]
      intercepts.append(parameters[first + columns])
    }
    let probe = LinearProbe(standardization: standardization, weights: weights, intercepts: intercepts)
    return LinearFit(
      probe: probe, objective: outcome.value, optimalityGap: outcome.gap, iterations: outcome.iterations,
      isConverged: outcome.isConverged,
      isSeparable: loss.isSeparated(by: smooth.objective.decisions(parameters)))
  }
}
