import Foundation
import InputErrors
import Probing
import TestSupport
import Testing

@Suite("Probes with hidden units")
struct MultilayerTests {
  @Test("the gradient is that of finite differences", arguments: [0, 2, 3])
  func gradient(classes: Int) {
    let problem = RandomProblem(seed: 3, rows: 20, columns: 5, classes: classes)
    let objective = MultilayerObjective(problem.x, problem.target, hiddenUnits: 4, isBalanced: true, strength: 0.3)
    var random = SeededRandom(8)
    let parameters = random.floats(objective.parameterCount).map(Double.init)
    let gradient = objective.evaluate(parameters).gradient
    var largest = 0.0
    for place in parameters.indices {
      var above = parameters, below = parameters
      above[place] += 1e-6
      below[place] -= 1e-6
      let slope = (objective.evaluate(above).value - objective.evaluate(below).value) / 2e-6
      largest = max(largest, abs(slope - gradient[place]))
    }
    #expect(largest < 1e-7)
  }

  /// Labels that no linear map tells: whether two signs agree.
  private func agreement(rows: Int) -> (x: FeatureMatrix, target: ProbeTarget) {
    var random = SeededRandom(17)
    let values = random.floats(rows * 4)
    let labels = (0..<rows).map { values[$0 * 4] * values[$0 * 4 + 1] > 0 ? 1 : 0 }
    return (FeatureMatrix(rowCount: rows, columnCount: 4, values: values), .classes(labels, count: 2))
  }

  @Test("it learns what a linear probe cannot, the same from the same seed")
  func agreement() throws {
    let (x, target) = agreement(rows: 600), (fresh, freshTarget) = agreement(rows: 800)
    guard case .classes(let labels, _) = freshTarget else { return }
    let held = fresh.rows(Array(600..<800))
    func accuracy(_ probe: TrainedProbe) -> Double {
      let right = zip(probe.classes(of: held), labels[600...]).filter { $0 == $1 }.count
      return Double(right) / 200
    }
    let trainer = ProbeTrainer(ProbeConfiguration(kind: .multilayer()))
    let trained = try trainer.train(x, target, strength: 0.001, seed: 4)
    let linear = try ProbeTrainer(ProbeConfiguration(kind: .logistic(l1Ratio: 0))).train(
      x, target, strength: 0.001, seed: 4)
    #expect(accuracy(trained) > 0.9)
    #expect(accuracy(linear) < 0.65)
    let again = try trainer.train(x, target, strength: 0.001, seed: 4)
    let other = try trainer.train(x, target, strength: 0.001, seed: 5)
    #expect(trained == again)
    #expect(trained != other)
    #expect(trained.linear == nil && trained.fit == nil)
  }

  @Test("numbers are predicted in their unit, and the path prefers a penalty that helps")
  func numbers() throws {
    var random = SeededRandom(2)
    let values = random.floats(300 * 3)
    let x = FeatureMatrix(rowCount: 300, columnCount: 3, values: values)
    let numbers = (0..<300).map { row in 1000 + 50 * abs(Double(values[row * 3])) + 20 * Double(values[row * 3 + 1]) }
    let configuration = ProbeConfiguration(
      kind: .multilayer(hiddenUnits: 8), path: .strengths([10, 0.001]), foldCount: 3)
    let trained = try ProbeTrainer(configuration).train(x, .values(numbers), seed: 0)
    #expect(trained.chosenStrength == 0.001)
    #expect(try #require(trained.chosenPoint).meanScore > 0.9)
    #expect(trained.path[0].meanScore < 0.5)
    let predictions = trained.values(of: x)
    let error = zip(predictions, numbers).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 300
    #expect(error < 50)
  }

  @Test("no hidden units, or a class of one row, are refused")
  func badInput() {
    let x = FeatureMatrix(rowCount: 4, columnCount: 1, values: [1, 2, 3, 4])
    func refuses(_ units: Int, _ labels: [Int]) {
      #expect(throws: InputError.self) {
        try ProbeTrainer(ProbeConfiguration(kind: .multilayer(hiddenUnits: units))).train(
          x, .classes(labels, count: 2), strength: 0.1, seed: 0)
      }
    }
    refuses(0, [0, 0, 1, 1])
    refuses(4, [0, 0, 0, 1])
  }
}
