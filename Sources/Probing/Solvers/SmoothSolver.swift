/// Minimises a ``SmoothObjective`` for one penalty after the other, each from where the last one ended.
///
/// A quasi-Newton descent (L-BFGS) that takes the inverse of the objective's own second derivative as its start, once
/// what it has spent on steps would have paid for it, and again whenever that much was spent since. So easy problems cost
/// a few evaluations, and hard ones are solved by Newton's method with few second derivatives. Memory and second
/// derivative go from one penalty to the next.
struct SmoothSolver: Sendable {
  let objective: SmoothObjective
  private(set) var parameters: [Double]
  private var memory = QuasiNewtonMemory()
  private var curvature: CurvatureMatrix?
  private var factor: CurvatureFactor?
  private var factorSquare = 0.0
  private var square: Double?
  /// Evaluations since the second derivative was last renewed.
  private var spent = 0.0
  /// Evaluations in all.
  private(set) var evaluations = 0.0

  struct Outcome: Sendable {
    var value: Double
    /// The largest entry of the gradient.
    var gap: Double
    var iterations: Int
    var isConverged: Bool
  }

  /// The largest second derivative that is factored.
  private static let mostColumns = 4096
  private static let mostIterations = 2000

  init(_ objective: SmoothObjective, parameters: [Double]) {
    precondition(parameters.count == objective.parameterCount, "a number for each parameter")
    self.objective = objective
    self.parameters = parameters
  }

  /// - Parameter usesLength: the whole gradient's length is compared with the tolerance, not its largest entry.
  mutating func solve(square: Double, tolerance: Double, usesLength: Bool = false) -> Outcome {
    prepare(square: square)
    var gradient = [Double](repeating: 0, count: parameters.count)
    var value = objective.evaluate(parameters, square: square, gradient: &gradient)
    var iterations = 0
    func size(_ gradient: [Double]) -> Double {
      usesLength
        ? QuasiNewtonMemory.dot(gradient, gradient).squareRoot() : gradient.reduce(0) { max($0, abs($1)) }
    }
    while size(gradient) > tolerance, iterations < Self.mostIterations {
      if spent >= objective.curvatureCost, objective.width <= Self.mostColumns { renewCurvature(square: square) }
      let direction = self.direction(gradient, square: square)
      var found = search(direction, value: value, gradient: gradient, square: square)
      if found == nil {
        // What is known of the curvature may be far from the truth where losses become flat: it is learnt anew.
        memory = QuasiNewtonMemory()
        factor = nil
        found = search(self.direction(gradient, square: square), value: value, gradient: gradient, square: square)
      }
      guard let step = found else { break }
      var change = step.gradient
      QuasiNewtonMemory.add(-1, gradient, to: &change)
      var moved = step.parameters
      QuasiNewtonMemory.add(-1, parameters, to: &moved)
      memory.add(step: moved, change: change)
      parameters = step.parameters
      gradient = step.gradient
      value = step.value
      iterations += 1
    }
    let largest = gradient.reduce(0) { max($0, abs($1)) }
    return Outcome(value: value, gap: largest, iterations: iterations, isConverged: size(gradient) <= tolerance)
  }

  /// Makes what is known of another penalty's second derivative that of this one.
  private mutating func prepare(square: Double) {
    if let last = self.square, last != square {
      memory.shift(by: square - last, width: objective.width)
      if let curvature, square > 4 * factorSquare || square < factorSquare / 4 {
        factor = curvature.factor(adding: square)
        factorSquare = square
      }
    }
    self.square = square
  }

  private mutating func renewCurvature(square: Double) {
    let curvature = objective.approximateCurvature(parameters)
    factor = curvature.factor(adding: square)
    factorSquare = square
    self.curvature = curvature
    spent = 0
  }

  private func direction(_ gradient: [Double], square: Double) -> [Double] {
    let scale = 1 / (0.25 + square), width = objective.width
    guard let factor else { return memory.direction(gradient, scale: scale, initial: nil) }
    return memory.direction(gradient, scale: scale) { vector in
      stride(from: 0, to: vector.count, by: width).flatMap { factor.solve(Array(vector[$0..<$0 + width])) }
    }
  }

  private struct Step {
    var parameters: [Double]
    var value: Double
    var gradient: [Double]
  }

  /// A point along the direction where the slope has become clearly flatter and the value smaller; the objective is
  /// convex, so slopes bracket the minimum. Nil where rounding hides all progress.
  private mutating func search(_ direction: [Double], value: Double, gradient: [Double], square: Double) -> Step? {
    let slope = QuasiNewtonMemory.dot(direction, gradient)
    guard slope < 0 else { return nil }
    var low = 0.0, lowSlope = slope
    var high: (place: Double, slope: Double)?
    var place = 1.0
    for _ in 0..<40 {
      var trial = Step(parameters: parameters, value: 0, gradient: gradient)
      QuasiNewtonMemory.add(place, direction, to: &trial.parameters)
      trial.value = objective.evaluate(trial.parameters, square: square, gradient: &trial.gradient)
      spent += 1
      evaluations += 1
      let trialSlope = QuasiNewtonMemory.dot(direction, trial.gradient)
      // Values are compared up to their rounding.
      let isLower = trial.value <= value + 1e-4 * place * slope + 4e-15 * abs(value)
      if isLower, trialSlope.isFinite, abs(trialSlope) <= -0.9 * slope { return trial }
      if trialSlope < 0, trial.value.isFinite {
        low = place
        lowSlope = trialSlope
      } else {
        high = (place, trialSlope)
      }
      if let high {
        let share = high.slope.isFinite ? lowSlope / (lowSlope - high.slope) : 0.1
        place = low + (high.place - low) * min(0.9, max(0.1, share))
      } else {
        let gain = slope - lowSlope
        place *= gain < 0 ? min(10, max(2, slope / gain)) : 10
      }
    }
    return nil
  }
}
