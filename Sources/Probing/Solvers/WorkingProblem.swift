/// A problem with absolute values on a few columns, whose standardised values are at hand.
struct WorkingProblem: Sendable {
  private let objective: SmoothObjective
  private let columns: [Int]
  private let fullWidth: Int
  /// `[output][working column, then intercept]`
  private var parameters: [Double]

  private static let mostSteps = 30

  init(_ full: SmoothObjective, columns: [Int], parameters: [Double]) {
    let values = full.x.standardized(columns: columns, means: full.means, scales: full.scales)
    let rows = Array(0..<Int32(full.x.count))
    objective = SmoothObjective(
      standardized: StoredRows(.doubles(values), columnCount: columns.count, rows: rows), full.loss)
    self.columns = columns
    fullWidth = full.width
    self.parameters = []
    for first in stride(from: 0, to: parameters.count, by: full.width) {
      for column in columns { self.parameters.append(parameters[first + column]) }
      self.parameters.append(parameters[first + full.columns])
    }
  }

  func store(in full: inout [Double]) {
    for output in 0..<objective.outputs {
      let first = output * objective.width
      for (place, column) in columns.enumerated() { full[output * fullWidth + column] = parameters[first + place] }
      full[output * fullWidth + fullWidth - 1] = parameters[first + columns.count]
    }
  }

  /// Moves on until the optimality conditions hold to the tolerance or rounding hides all progress; returns the number of
  /// steps.
  ///
  /// One output is solved by Newton steps; what they leave, for instance of columns that nearly say the same, and several
  /// outputs are solved by descent within orthants.
  mutating func solve(_ penalty: ElasticNetPenalty, tolerance: Double) -> Int {
    let steps = objective.outputs > 1 ? 0 : solveByModels(penalty, tolerance: tolerance)
    var descent = OrthantDescent(objective, penalty, parameters: parameters)
    let more = descent.run(tolerance: tolerance)
    parameters = descent.parameters
    return steps + more
  }

  /// Newton steps, each the minimum of a quadratic model plus the absolute values, as long as they do well.
  private mutating func solveByModels(_ penalty: ElasticNetPenalty, tolerance: Double) -> Int {
    let width = objective.width
    var gradient = [Double](repeating: 0, count: parameters.count)
    var model: CurvatureMatrix?
    var value = objective.evaluate(parameters, square: penalty.square, gradient: &gradient)
    var violations = OptimalityViolations(parameters, gradient, width: width, absolute: penalty.absolute)
    var lastGap = Double.infinity
    for step in 0..<Self.mostSteps {
      let gap = violations.largest
      if gap <= tolerance { return step }
      if model == nil || gap > lastGap / 4 { model = self.model() }
      lastGap = gap
      var target = parameters
      model?.descend(
        &target, slopes: gradient, square: penalty.square, absolute: penalty.absolute,
        tolerance: max(gap / 30, tolerance / 10), sweeps: 1000)
      let start = value + penalty.absolute * violations.absoluteSum
      var share = 1.0
      while true {
        var trial = parameters
        for place in trial.indices { trial[place] = trial[place] * (1 - share) + target[place] * share }
        var trialGradient = gradient
        let trialValue = objective.evaluate(trial, square: penalty.square, gradient: &trialGradient)
        let trialViolations = OptimalityViolations(trial, trialGradient, width: width, absolute: penalty.absolute)
        let end = trialValue + penalty.absolute * trialViolations.absoluteSum
        // Values are compared up to their rounding, below which the violations tell.
        if end < start || end <= start + 4e-15 * abs(start) && trialViolations.largest < gap {
          (parameters, gradient, value, violations) = (trial, trialGradient, trialValue, trialViolations)
          break
        }
        share /= 2
        if share < 1e-6 { return step }
      }
    }
    return Self.mostSteps
  }

  private func model() -> CurvatureMatrix {
    let curvatures = objective.loss.meanCurvatures(Array(0..<objective.x.count), objective.decisions(parameters))
    var model = objective.curvature(objective.x, curvatures)
    model.mirror()
    return model
  }
}
