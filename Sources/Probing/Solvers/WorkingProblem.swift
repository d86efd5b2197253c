/// A problem with absolute values on a few columns, whose standardised values are at hand.
struct WorkingProblem: Sendable {
  private let objective: SmoothObjective
  private let columns: [Int]
  private let fullWidth: Int
  /// `[output][working column, then intercept]`
  private var parameters: [Double]

  private static let mostSteps = 100
  private static let mostJointParameters = 1024

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

  /// Newton steps, each the minimum of a quadratic model plus the absolute values, until the optimality conditions hold to
  /// the tolerance or rounding hides all progress. A model is kept as long as its steps do well. Returns the number of
  /// steps.
  mutating func solve(_ penalty: ElasticNetPenalty, tolerance: Double) -> Int {
    let width = objective.width
    var gradient = [Double](repeating: 0, count: parameters.count)
    var models: [CurvatureMatrix] = []
    var value = objective.evaluate(parameters, square: penalty.square, gradient: &gradient)
    var violations = OptimalityViolations(parameters, gradient, width: width, absolute: penalty.absolute)
    var lastGap = Double.infinity
    for step in 0..<Self.mostSteps {
      let gap = violations.largest
      if gap <= tolerance { return step }
      if models.isEmpty || gap > lastGap / 4 { models = self.models() }
      lastGap = gap
      var target = parameters
      for (index, model) in models.enumerated() {
        let places = index * model.size..<(index + 1) * model.size
        var point = Array(parameters[places])
        model.descend(
          &point, slopes: Array(gradient[places]), width: width, square: penalty.square, absolute: penalty.absolute,
          tolerance: max(gap / 30, tolerance / 10), sweeps: 10_000)
        target.replaceSubrange(places, with: point)
      }
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

  /// Second derivatives of the loss: one for all outputs together, or, where that would be too large, one that bounds it for
  /// each output.
  private func models() -> [CurvatureMatrix] {
    let decisions = objective.decisions(parameters), width = objective.width
    guard objective.outputs > 1, parameters.count <= Self.mostJointParameters else {
      return objective.loss.boundingCurvatures(decisions).map { curvatures in
        var model = objective.curvature(objective.x, curvatures)
        model.mirror()
        return model
      }
    }
    var joint = CurvatureMatrix(size: parameters.count)
    for first in 0..<objective.outputs {
      for second in first..<objective.outputs {
        let curvatures = objective.loss.curvatures(decisions, first, second)
        let block = objective.curvature(objective.x, curvatures.map(abs))
        joint.add(block, sign: first == second ? 1 : -1, row: first * width, column: second * width)
      }
    }
    return [joint]
  }
}
