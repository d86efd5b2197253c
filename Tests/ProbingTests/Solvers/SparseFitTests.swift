import InputErrors
import Probing
import TestSupport
import Testing

@Suite("Fits with absolute weights as penalty")
struct SparseFitTests {
  static let shapes = SmoothFitTests.shapes

  @Test("optimality conditions hold as stated, by a plain evaluation", arguments: shapes, [1e-3, 0.02, 0.2])
  func optimality(shape: SmoothFitTests.Shape, strength: Double) throws {
    for (seed, ratio) in [1.0, 0.5, 0.05].enumerated() {
      let problem = RandomProblem(
        seed: UInt64(seed), rows: shape.rows, columns: shape.columns, classes: shape.classes)
      let penalty = try ElasticNetPenalty(strength: strength, l1Ratio: ratio)
      let fit = try LinearSolver.fit(
        problem.x, problem.target, penalty: penalty, isBalanced: seed > 0, tolerance: 1e-9)
      let gap = PlainObjective(problem, isBalanced: seed > 0).gap(fit, penalty)
      #expect(fit.isConverged)
      #expect(gap <= 1.1e-9)
      #expect(abs(gap - fit.optimalityGap) <= 1e-11)
    }
  }

  @Test("from the largest strength of the data's path on, every weight is 0; below it one is not")
  func largestStrength() throws {
    for classes in [0, 2, 3] {
      let problem = RandomProblem(seed: 7, rows: 90, columns: 11, classes: classes)
      let kind: ProbeConfiguration.Kind = classes == 0 ? .lasso(l1Ratio: 0.5) : .logistic(l1Ratio: 0.5)
      let trained = try ProbeTrainer(
        ProbeConfiguration(kind: kind, path: .relative(ratio: 0.95, count: 2), foldCount: 3, tolerance: 1e-9)
      ).train(problem.x, problem.target, seed: 1)
      #expect(trained.path.map(\.nonzeroColumns).first == 0)
      #expect(trained.path[1].nonzeroColumns > 0)
    }
  }
}
