import Foundation
import InputErrors
import Probing
import TestSupport
import Testing

@Suite("Fits with squared weights as penalty")
struct SmoothFitTests {
  struct Shape: CustomTestStringConvertible {
    var rows: Int
    var columns: Int
    var classes: Int
    var testDescription: String { "\(rows) × \(columns), \(classes) classes" }
  }

  static let shapes = [
    Shape(rows: 60, columns: 3, classes: 2), Shape(rows: 200, columns: 17, classes: 2),
    Shape(rows: 40, columns: 90, classes: 2), Shape(rows: 90, columns: 8, classes: 3),
    Shape(rows: 50, columns: 70, classes: 4), Shape(rows: 80, columns: 12, classes: 0),
    Shape(rows: 30, columns: 64, classes: 0),
  ]

  @Test("optimality conditions hold as stated, by a plain evaluation", arguments: shapes, [1e-3, 0.05, 2])
  func optimality(shape: Shape, strength: Double) throws {
    for seed in 1...3 {
      let problem = RandomProblem(
        seed: UInt64(seed), rows: shape.rows, columns: shape.columns, classes: shape.classes)
      for isBalanced in [false, true] {
        let penalty = try ElasticNetPenalty(strength: strength)
        let fit = try LinearSolver.fit(
          problem.x, problem.target, penalty: penalty, isBalanced: isBalanced, tolerance: 1e-9)
        let gap = PlainObjective(problem, isBalanced: isBalanced).gap(fit, penalty)
        #expect(fit.isConverged)
        #expect(gap <= 1.1e-9)
        #expect(abs(gap - fit.optimalityGap) <= 1e-11)
      }
    }
  }

  @Test("it agrees with plain gradient descent", arguments: shapes)
  func reference(shape: Shape) throws {
    let problem = RandomProblem(seed: 9, rows: shape.rows, columns: shape.columns, classes: shape.classes)
    let strength = 0.5, objective = PlainObjective(problem, isBalanced: true)
    var weights = [[Double]](repeating: [Double](repeating: 0, count: shape.columns), count: objective.outputs)
    var intercepts = [Double](repeating: 0, count: objective.outputs)
    let rate = 0.04
    var value = 0.0
    for _ in 0..<3000 {
      let result = objective.evaluate(weights, intercepts, square: strength)
      value = result.value
      for output in weights.indices {
        intercepts[output] -= rate * result.intercepts[output]
        for column in 0..<shape.columns { weights[output][column] -= rate * result.weights[output][column] }
      }
    }
    let fit = try LinearSolver.fit(
      problem.x, problem.target, penalty: ElasticNetPenalty(strength: strength), isBalanced: true, tolerance: 1e-9)
    let differences = zip(fit.probe.weights + fit.probe.intercepts, weights.joined() + intercepts).map { abs($0 - $1) }
    #expect(differences.max() ?? 1 < 1e-6)
    #expect(abs(fit.objective - value) < 1e-9)
  }

  @Test("scaling and shifting columns by powers of two changes nothing, permuting rows only rounding")
  func invariance() throws {
    let problem = RandomProblem(seed: 4, rows: 120, columns: 10, classes: 3)
    let penalty = try ElasticNetPenalty(strength: 0.01)
    func fit(_ x: FeatureMatrix, _ target: ProbeTarget) throws -> [Double] {
      try LinearSolver.fit(x, target, penalty: penalty, isBalanced: false, tolerance: 1e-10).probe.weights
    }
    let plain = try fit(problem.x, problem.target)
    let moved = FeatureMatrix(
      rowCount: 120, columnCount: 10, values: problem.x.values.enumerated().map { ($1 + 2) * Float($0 % 10 + 1) })
    for (a, b) in zip(plain, try fit(moved, problem.target)) { #expect(abs(a - b) < 1e-5) }
    let order = Array((0..<120).reversed())
    for (a, b) in zip(plain, try fit(problem.x.rows(order), problem.target.rows(order))) { #expect(abs(a - b) < 1e-8) }
  }

  @Test("decisions are those of the directions in the features' units")
  func directions() throws {
    let problem = RandomProblem(seed: 2, rows: 50, columns: 6, classes: 2)
    let probe = try LinearSolver.fit(
      problem.x, problem.target, penalty: ElasticNetPenalty(strength: 0.1), isBalanced: false
    ).probe
    let direction = probe.direction(0)
    for (row, decision) in probe.decisions(problem.x).enumerated() {
      let plain = zip(problem.standardized[row], probe.weights).reduce(probe.intercepts[0]) { $0 + $1.0 * $1.1 }
      let raw = (0..<6).reduce(direction.offset) { $0 + direction.vector[$1] * Double(problem.x[row, $1]) }
      #expect(abs(decision - plain) < 1e-9)
      #expect(abs(decision - raw) < 1e-9)
    }
  }

  @Test("separable rows without a penalty, constant columns and more columns than rows have finite answers")
  func degenerate() throws {
    let none = try ElasticNetPenalty(strength: 0)
    let separable = FeatureMatrix(rowCount: 6, columnCount: 1, values: [1, 2, 3, 4, 5, 6])
    let target = ProbeTarget.classes([0, 0, 0, 1, 1, 1], count: 2)
    let fit = try LinearSolver.fit(separable, target, penalty: none, isBalanced: false)
    #expect(fit.isSeparable && fit.isConverged && fit.probe.weights[0].isFinite && fit.probe.weights[0] > 1)

    let constant = FeatureMatrix(rowCount: 6, columnCount: 2, values: [Float](repeating: 0.1, count: 12))
    let unknowing = try LinearSolver.fit(
      constant, .classes([0, 0, 0, 0, 1, 1], count: 2), penalty: none, isBalanced: false)
    #expect(unknowing.isConstant && !unknowing.isSeparable && unknowing.isConverged)
    #expect(unknowing.probe.weights == [0, 0])
    #expect(abs(unknowing.probe.intercepts[0] - log(0.5)) < 1e-6)

    let wide = RandomProblem(seed: 3, rows: 20, columns: 60, classes: 3)
    let free = try LinearSolver.fit(wide.x, wide.target, penalty: none, isBalanced: true)
    #expect(free.isSeparable && free.probe.weights.allSatisfy(\.isFinite))
  }

  @Test("a warm start ends at the same optimum, sooner")
  func warmStart() throws {
    let problem = RandomProblem(seed: 12, rows: 300, columns: 40, classes: 2)
    func fit(_ strength: Double, from start: LinearProbe? = nil) throws -> LinearFit {
      try LinearSolver.fit(
        problem.x, problem.target, penalty: ElasticNetPenalty(strength: strength), isBalanced: false,
        tolerance: 1e-8, from: start)
    }
    let first = try fit(0.01), cold = try fit(0.009), warm = try fit(0.009, from: first.probe)
    for (a, b) in zip(cold.probe.weights, warm.probe.weights) { #expect(abs(a - b) < 1e-6) }
    #expect(warm.iterations < cold.iterations)
  }

  @Test("bad input is refused with one line")
  func badInput() throws {
    let x = FeatureMatrix(rowCount: 4, columnCount: 1, values: [1, 2, 3, 4])
    let penalty = try ElasticNetPenalty(strength: 1)
    func refusal(_ x: FeatureMatrix, _ target: ProbeTarget, tolerance: Double = 1e-6) -> String {
      let error = #expect(throws: InputError.self) {
        try LinearSolver.fit(x, target, penalty: penalty, isBalanced: false, tolerance: tolerance)
      }
      return error?.description ?? ""
    }
    #expect(refusal(x, .classes([0, 0, 0, 0], count: 2)).contains("found none of class 1"))
    #expect(refusal(x, .classes([0, 0, 0, 0], count: 1)).contains("at least 2"))
    #expect(refusal(x, .classes([0, 1, 2, 1], count: 2)).contains("found 2"))
    #expect(refusal(x, .classes([0, 1], count: 2)).contains("4 rows"))
    #expect(refusal(x, .values([3, 3, 3, 3])).contains("the same everywhere"))
    #expect(refusal(x, .values([3, 3, .nan, 3])).contains("not finite"))
    #expect(refusal(x, .values([1, 2, 3, 4]), tolerance: 0).contains("tolerance"))
    let empty = FeatureMatrix(rowCount: 4, columnCount: 0, values: [])
    #expect(refusal(empty, .values([1, 2, 3, 4])).contains("at least one feature"))
    let broken = FeatureMatrix(rowCount: 2, columnCount: 2, values: [1, 2, .infinity, 4])
    #expect(refusal(broken, .values([1, 2])).contains("row 1, column 0"))
    #expect(throws: InputError.self) { try ElasticNetPenalty(strength: -1) }
    #expect(throws: InputError.self) { try ElasticNetPenalty(strength: 1, l1Ratio: 1.5) }
  }
}
