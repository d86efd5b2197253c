import Foundation
import InputErrors
import Probing
import TestSupport
import Testing

@Suite("Probe training")
struct ProbeTrainerTests {
  @Test("the path's losses are those of fits made one by one, and the best one is refitted")
  func path() throws {
    let problem = RandomProblem(seed: 21, rows: 150, columns: 12, classes: 3)
    let configuration = ProbeConfiguration(
      kind: .logistic(l1Ratio: 0), path: .strengths([0.001, 0.1, 10]), foldCount: 3, isBalanced: true,
      tolerance: 1e-9)
    let trainer = ProbeTrainer(configuration)
    let trained = try trainer.train(problem.x, problem.target, seed: 8)
    let folds = try StratifiedFolds.assign(problem.target, count: 3, seed: 8)
    #expect(trained.path.map(\.strength) == [10, 0.1, 0.001])
    for point in trained.path {
      for fold in 0..<3 {
        let training = folds.indices.filter { folds[$0] != fold }, held = folds.indices.filter { folds[$0] == fold }
        let single = try trainer.train(
          problem.x.rows(training), problem.target.rows(training), strength: point.strength, seed: 0)
        let logs = single.logProbabilities(of: problem.x.rows(held))
        guard case .classes(let labels, _) = problem.target.rows(held) else { return }
        var loss = 0.0, score = 0.0
        let classes = single.classes(of: problem.x.rows(held))
        for (row, label) in labels.enumerated() {
          let weight = 1 / Double(3 * labels.filter { $0 == label }.count)
          loss -= weight * logs[row * 3 + label]
          score += classes[row] == label ? weight : 0
        }
        #expect(abs(loss - point.foldLosses[fold]) < 1e-6)
        #expect(abs(score - point.foldScores[fold]) < 1e-12)
      }
    }
    let best = try #require(trained.path.min { $0.meanLoss < $1.meanLoss })
    #expect(trained.chosenStrength == best.strength)
    let refit = try trainer.train(problem.x, problem.target, strength: best.strength, seed: 0)
    for (a, b) in zip(trained.linear?.weights ?? [], refit.linear?.weights ?? []) { #expect(abs(a - b) < 1e-6) }
    #expect(trained.linear?.weights.count == 36)
    let again = try trainer.train(problem.x, problem.target, seed: 8)
    #expect(trained == again)
  }

  @Test("probabilities sum to one, two classes like more")
  func probabilities() throws {
    for classes in [2, 3] {
      let problem = RandomProblem(seed: 5, rows: 60, columns: 4, classes: classes)
      let trained = try ProbeTrainer(ProbeConfiguration(kind: .logistic(l1Ratio: 0))).train(
        problem.x, problem.target, strength: 0.01, seed: 0)
      let logs = trained.logProbabilities(of: problem.x), labels = trained.classes(of: problem.x)
      for row in 0..<60 {
        let own = Array(logs[row * classes..<(row + 1) * classes])
        #expect(abs(own.reduce(0) { $0 + exp($1) } - 1) < 1e-12)
        #expect(own[labels[row]] == own.max())
      }
    }
  }

  @Test("one standard error takes a penalty at least as strong; the path by the data begins and ends as it says")
  func choice() throws {
    let problem = RandomProblem(seed: 6, rows: 100, columns: 20, classes: 2)
    var configuration = ProbeConfiguration(
      kind: .logistic(l1Ratio: 0), path: .relative(ratio: 1e-4, count: 9), foldCount: 4)
    let best = try ProbeTrainer(configuration).train(problem.x, problem.target, seed: 1)
    configuration.choice = .oneStandardError
    let strong = try ProbeTrainer(configuration).train(problem.x, problem.target, seed: 1)
    #expect(strong.chosenStrength >= best.chosenStrength)
    let bound = try #require(best.chosenPoint).meanLoss + best.chosenPoint!.standardError
    #expect(strong.chosenPoint!.meanLoss <= bound)
    #expect(best.path.count == 9)
    #expect(abs(best.path[8].strength / best.path[0].strength - 1e-4) < 1e-10)
  }

  @Test("configurations that fit no target are refused")
  func badConfigurations() {
    let x = FeatureMatrix(rowCount: 4, columnCount: 1, values: [1, 2, 3, 4])
    let labels = ProbeTarget.classes([0, 1, 0, 1], count: 2), numbers = ProbeTarget.values([1, 2, 3, 4])
    func refuses(_ configuration: ProbeConfiguration, _ target: ProbeTarget) {
      #expect(throws: InputError.self) { try ProbeTrainer(configuration).train(x, target, seed: 0) }
    }
    refuses(ProbeConfiguration(kind: .logistic(l1Ratio: 0)), numbers)
    refuses(ProbeConfiguration(kind: .ridge), labels)
    refuses(ProbeConfiguration(kind: .logistic(l1Ratio: 0), foldCount: 3), labels)
    refuses(ProbeConfiguration(kind: .logistic(l1Ratio: 0), path: .strengths([]), foldCount: 2), labels)
    refuses(ProbeConfiguration(kind: .logistic(l1Ratio: 0), path: .relative(ratio: 2, count: 3), foldCount: 2), labels)
    refuses(ProbeConfiguration(kind: .logistic(l1Ratio: 0), foldCount: 2, tolerance: -1), labels)
    #expect(throws: InputError.self) {
      try ProbeTrainer(ProbeConfiguration(kind: .logistic(l1Ratio: 0))).train(
        x, labels, folds: [0, 1, 0, 1], seed: 0)
    }
  }

  @Test("with many more columns than rows, a path of any tolerance ends where single fits do", arguments: [0, 2, 3])
  func wide(classes: Int) throws {
    let problem = RandomProblem(seed: 31, rows: 48, columns: 400, classes: classes)
    let kind: ProbeConfiguration.Kind = classes == 0 ? .ridge : .logistic(l1Ratio: 0)
    let trained = try ProbeTrainer(
      ProbeConfiguration(kind: kind, path: .relative(ratio: 1e-6, count: 12), foldCount: 3, tolerance: 1e-10)
    ).train(problem.x, problem.target, seed: 3)
    let point = try #require(trained.path.last)
    let folds = try StratifiedFolds.assign(problem.target, count: 3, seed: 3)
    for fold in 0..<3 {
      let training = folds.indices.filter { folds[$0] != fold }, held = folds.indices.filter { folds[$0] == fold }
      let fit = try LinearSolver.fit(
        problem.x.rows(training), problem.target.rows(training),
        penalty: ElasticNetPenalty(strength: point.strength), isBalanced: false, tolerance: 1e-10)
      #expect(fit.isConverged)
      let decisions = fit.probe.decisions(problem.x.rows(held))
      var loss = 0.0
      for (slot, row) in held.enumerated() {
        switch problem.target {
        case .values(let values): loss += (decisions[slot] - values[row]) * (decisions[slot] - values[row])
        case .classes(let labels, count: 2): loss += log(1 + exp(labels[row] == 1 ? -decisions[slot] : decisions[slot]))
        case .classes(let labels, let count):
          let own = decisions[slot * count..<(slot + 1) * count]
          loss += log(own.reduce(0) { $0 + exp($1) }) - decisions[slot * count + labels[row]]
        }
      }
      let expected = loss / Double(held.count)
      #expect(abs(expected - point.foldLosses[fold]) < 1e-5 * max(1, expected))
    }
  }

  @Test("means and standard errors of a point are those of its folds")
  func standardErrors() {
    let point = PathPoint(
      strength: 1, foldLosses: [1, 2, 6], foldScores: [0.5, 0.5, 0.5], nonzeroColumns: 0, fit: nil)
    #expect(point.meanLoss == 3)
    #expect(abs(point.standardError - (7.0 / 3).squareRoot()) < 1e-12)
    #expect(point.meanScore == 0.5 && point.scoreStandardError == 0)
  }
}
