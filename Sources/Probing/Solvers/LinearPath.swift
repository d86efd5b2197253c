/// Fits the same rows with one penalty after the other, each from where the last one ended.
struct LinearPath: Sendable {
  let standardization: Standardization
  let loss: ProbeLoss

  private enum Solver: Sendable {
    case smooth(SmoothSolver)
    /// Squares alone, in the coordinates of the row space.
    case reduced(SmoothSolver, RowSpace)
    case sparse(SparseSolver)
  }

  private let objective: SmoothObjective
  private let hasAbsoluteValues: Bool
  private var solver: Solver

  init(_ x: StoredRows, _ target: ProbeTarget, isBalanced: Bool, l1Ratio: Double) {
    standardization = Standardization(of: x)
    loss = ProbeLoss(target, isBalanced: isBalanced)
    objective = SmoothObjective(x, standardization, loss)
    hasAbsoluteValues = l1Ratio > 0
    var start: [Double] = []
    for intercept in loss.bestIntercepts {
      start += [Double](repeating: 0, count: x.columnCount)
      start.append(intercept)
    }
    solver =
      hasAbsoluteValues
      ? .sparse(SparseSolver(objective, parameters: start)) : .smooth(SmoothSolver(objective, parameters: start))
  }

  private var columns: Int { objective.columns }

  /// The largest slope of the loss by a weight, where all weights are 0 and the intercepts at their best.
  var largestSlope: Double {
    let width = columns + 1
    var start = [Double](repeating: 0, count: objective.parameterCount)
    for (output, intercept) in loss.bestIntercepts.enumerated() { start[output * width + columns] = intercept }
    var gradient = start
    _ = objective.evaluate(start, square: 0, gradient: &gradient)
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
    solver =
      hasAbsoluteValues
      ? .sparse(SparseSolver(objective, parameters: start)) : .smooth(SmoothSolver(objective, parameters: start))
  }

  /// - Parameter tolerance: in units of the loss's ``ProbeLoss/unit``.
  mutating func fit(_ penalty: ElasticNetPenalty, tolerance relative: Double) -> LinearFit {
    let tolerance = relative * loss.unit
    reduceWherePaid(penalty)
    let outcome: SmoothSolver.Outcome, parameters: [Double]
    switch solver {
    case .smooth(var smooth):
      outcome = smooth.solve(square: penalty.square, tolerance: tolerance)
      parameters = smooth.parameters
      solver = .smooth(smooth)
    case .reduced(var reduced, let space):
      // No entry of the full gradient is larger than the reduced one is long.
      let inner = reduced.solve(square: penalty.square, tolerance: tolerance * 0.9, usesLength: true)
      solver = .reduced(reduced, space)
      // What rounding left is done in the full problem.
      var full = SmoothSolver(objective, parameters: space.parameters(reduced.parameters))
      var polished = full.solve(square: penalty.square, tolerance: tolerance)
      polished.iterations += inner.iterations
      outcome = polished
      parameters = full.parameters
    case .sparse(let sparse) where penalty.absolute == 0:
      var smooth = SmoothSolver(objective, parameters: sparse.parameters)
      outcome = smooth.solve(square: penalty.square, tolerance: tolerance)
      parameters = smooth.parameters
      solver = .sparse(SparseSolver(objective, parameters: parameters))
    case .sparse(var sparse):
      outcome = sparse.solve(penalty, tolerance: tolerance)
      parameters = sparse.parameters
      solver = .sparse(sparse)
    }
    return result(outcome, parameters)
  }

  /// Goes over to the row space once what was spent on evaluations would have paid for it.
  private mutating func reduceWherePaid(_ penalty: ElasticNetPenalty) {
    guard penalty.square > 0, case .smooth(let smooth) = solver, let cost = RowSpace.cost(for: objective.x),
      smooth.evaluations >= cost, let space = RowSpace(objective.x, standardization)
    else { return }
    let reduced = SmoothObjective(standardized: space.rows, loss)
    var start: [Double] = []
    for output in 0..<loss.outputCount {
      start += [Double](repeating: 0, count: reduced.columns)
      start.append(smooth.parameters[output * objective.width + columns])
    }
    solver = .reduced(SmoothSolver(reduced, parameters: start), space)
  }

  private func result(_ outcome: SmoothSolver.Outcome, _ parameters: [Double]) -> LinearFit {
    let width = columns + 1
    var weights: [Double] = [], intercepts: [Double] = []
    for first in stride(from: 0, to: parameters.count, by: width) {
      weights += parameters[first..<first + columns]
      intercepts.append(parameters[first + columns])
    }
    let probe = LinearProbe(standardization: standardization, weights: weights, intercepts: intercepts)
    return LinearFit(
      probe: probe, objective: outcome.value, optimalityGap: outcome.gap / loss.unit, iterations: outcome.iterations,
      isConverged: outcome.isConverged,
      isSeparable: loss.isSeparated(by: objective.decisions(parameters)))
  }
}
