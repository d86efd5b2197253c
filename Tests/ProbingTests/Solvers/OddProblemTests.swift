import Foundation
import InputErrors
import Probing
import TestSupport
import Testing

@Suite("Fits of odd problems")
struct OddProblemTests {
  /// Few rows, columns that are constant, equal to each other, tiny, huge or far from 0, rare classes.
  private func problem(_ random: inout SeededRandom) -> RandomProblem {
    let rows = random.int(2...40), columns = random.int(1...30), classes = random.pick([0, 2, 2, 3, 5])
    var x = random.floats(rows * columns)
    for column in 0..<columns {
      let kind = random.int(0...7), other = random.int(0...columns - 1)
      for row in 0..<rows {
        let place = row * columns + column
        switch kind {
        case 0: x[place] = 0.1
        case 1: x[place] = x[row * columns + other]
        case 2: x[place] *= 1e-6
        case 3: x[place] = x[place] * 1e6
        case 4: x[place] = 1000 + x[place]
        case 5: x[place] = max(0, x[place] - 0.9)
        default: break
        }
      }
    }
    var labels = (0..<rows).map { _ in random.int(0...max(1, classes - 1)) }
    if random.bool() { labels = labels.map { _ in 0 } }
    for label in 0..<min(rows, classes) { labels[label] = label }
    let target: ProbeTarget =
      classes == 0 || rows < classes
      ? .values((0..<rows).map { Double($0 * $0) * 1e3 + Double(x[$0 * columns]) }) : .classes(labels, count: classes)
    return RandomProblem(x: FeatureMatrix(rowCount: rows, columnCount: columns, values: x), target: target)
  }

  @Test("answers are finite and nearly the best", arguments: 0..<12)
  func fits(seed: Int) throws {
    var random = SeededRandom(UInt64(seed))
    for _ in 0..<25 {
      let problem = problem(&random)
      let strength = random.pick([0, 1e-6, 1e-3, 0.1, 10]), ratio = random.pick([0, 0, 1, 0.5])
      let penalty = try ElasticNetPenalty(strength: strength, l1Ratio: ratio)
      let fit = try LinearSolver.fit(problem.x, problem.target, penalty: penalty, isBalanced: random.bool())
      let numbers = fit.probe.weights + fit.probe.intercepts + [fit.objective, fit.optimalityGap]
      let areFinite = numbers.allSatisfy(\.isFinite)
      #expect(areFinite)
      #expect(fit.optimalityGap <= 1e-5)
    }
  }
}
