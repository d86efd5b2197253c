/// Minimises a ``SmoothObjective`` plus absolute values of the weights, for one penalty after the other, each from where
/// the last one ended.
///
/// It works on a set of columns: those with a weight, and those that violate the optimality conditions most. The set grows
/// until no column outside violates them.
struct SparseSolver: Sendable {
  let objective: SmoothObjective
  private(set) var parameters: [Double]

  private static let mostIterations = 20_000
  /// The set of columns may grow this often before the gap is halved.
  private static let mostRoundsWithoutGain = 10

  init(_ objective: SmoothObjective, parameters: [Double]) {
    precondition(parameters.count == objective.parameterCount, "a number for each parameter")
    self.objective = objective
    self.parameters = parameters
  }

  mutating func solve(_ penalty: ElasticNetPenalty, tolerance: Double) -> SmoothSolver.Outcome {
    let columns = objective.columns, width = objective.width
    var gradient = [Double](repeating: 0, count: parameters.count)
    var isWorking = [Bool](repeating: false, count: columns)
    var iterations = 0
    var bestGap = Double.infinity, roundsWithoutGain = 0
    while true {
      let smooth = objective.evaluate(parameters, square: penalty.square, gradient: &gradient)
      let violations = OptimalityViolations(parameters, gradient, width: width, absolute: penalty.absolute)
      let outcome = SmoothSolver.Outcome(
        value: smooth + penalty.absolute * violations.absoluteSum, gap: violations.largest, iterations: iterations,
        isConverged: violations.largest <= tolerance)
      roundsWithoutGain = outcome.gap < bestGap / 2 ? 0 : roundsWithoutGain + 1
      bestGap = min(bestGap, outcome.gap)
      if outcome.isConverged || iterations >= Self.mostIterations || roundsWithoutGain > Self.mostRoundsWithoutGain {
        return outcome
      }

      var active = 0
      for column in 0..<columns {
        if (0..<objective.outputs).contains(where: { parameters[$0 * width + column] != 0 }) {
          isWorking[column] = true
        }
        active += isWorking[column] ? 1 : 0
      }
      let outside = (0..<columns).filter { !isWorking[$0] && violations.columns[$0] > tolerance }
        .sorted { (violations.columns[$0], $1) > (violations.columns[$1], $0) }
      for column in outside.prefix(max(16, active)) { isWorking[column] = true }
      let isLast = outside.count <= max(16, active)
      var problem = WorkingProblem(objective, columns: (0..<columns).filter { isWorking[$0] }, parameters: parameters)
      let steps = problem.solve(
        penalty, tolerance: isLast ? tolerance / 2 : max(tolerance / 2, violations.largest / 10))
      problem.store(in: &parameters)
      iterations += max(1, steps)
      if steps == 0, outside.isEmpty { return outcome }
    }
  }
}

/// How far parameters are from fulfilling the optimality conditions of an objective with absolute values.
struct OptimalityViolations: Sendable {
  /// The largest one of each column, over outputs.
  private(set) var columns: [Double]
  /// The largest one of all, intercepts included.
  private(set) var largest = 0.0
  /// The sum of the weights' absolute values.
  private(set) var absoluteSum = 0.0

  /// - Parameter gradient: that of the objective without the absolute values.
  init(_ parameters: [Double], _ gradient: [Double], width: Int, absolute: Double) {
    columns = [Double](repeating: 0, count: width - 1)
    for place in parameters.indices {
      let column = place % width
      guard column < width - 1 else {
        largest = max(largest, abs(gradient[place]))
        continue
      }
      let weight = parameters[place], slope = gradient[place]
      absoluteSum += abs(weight)
      let violation = weight == 0 ? abs(slope) - absolute : abs(slope + (weight > 0 ? absolute : -absolute))
      columns[column] = max(columns[column], violation)
      largest = max(largest, violation)
    }
  }
}
