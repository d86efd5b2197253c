import Probing
import TestSupport
import Testing

@Suite struct NeuronOrderTests {
  /// Neurons 3 and 8 of twelve know the concept; the rest is noise.
  private func planted(seed: UInt64, rows: Int = 200) -> (features: FeatureMatrix, labels: [Int]) {
    var random = SeededRandom(seed)
    let labels = (0..<rows).map { _ in random.int(0...1) }
    var values = random.floats(rows * 12)
    for row in 0..<rows {
      values[row * 12 + 3] += Float(labels[row])
      values[row * 12 + 8] -= Float(labels[row])
    }
    return (FeatureMatrix(rowCount: rows, columnCount: 12, values: values), labels)
  }

  @Test(arguments: NeuronOrder.allCases) func plantedNeuronsComeFirst(_ order: NeuronOrder) throws {
    for seed in 1...5 {
      let (features, labels) = planted(seed: UInt64(seed))
      let target = ProbeTarget.classes(labels, count: 2)
      let probe = try ProbeTrainer(ProbeConfiguration(kind: .logistic(l1Ratio: 0))).train(features, target, seed: 1)
      let ranked = try order.order(features, target, probe: probe)
      #expect(Set(ranked.prefix(2)) == [3, 8] && Set(ranked) == Set(0..<12))
    }
  }

  @Test(arguments: NeuronOrder.allCases) func theyComeFirstForAQuantityToo(_ order: NeuronOrder) throws {
    var random = SeededRandom(2)
    let rows = 150, noise = random.floats(rows)
    let features = FeatureMatrix(rowCount: rows, columnCount: 10, values: random.floats(rows * 10))
    let values = (0..<rows).map { Double(features[$0, 4]) - 2 * Double(features[$0, 9]) + 0.3 * Double(noise[$0]) }
    let target = ProbeTarget.values(values)
    let probe = try ProbeTrainer(ProbeConfiguration(kind: .ridge)).train(features, target, seed: 1)
    #expect(try order.order(features, target, probe: probe).prefix(2) == [9, 4])
  }

  @Test func aFewNeuronsSuffice() throws {
    let (features, labels) = planted(seed: 11, rows: 300)
    let target = ProbeTarget.classes(labels, count: 2)
    let trainer = ProbeTrainer(ProbeConfiguration(kind: .logistic(l1Ratio: 0)))
    let folds = try StratifiedFolds.assign(target, count: 5, seed: 0)
    let held = try HeldOutScores(features, target, folds: [folds], trainer: trainer, seed: 0, keepsProbes: true)
    let whole = try trainer.train(features, target, seed: 0)
    let found = try NeuronSufficiency.measured(
      features, target, folds: folds, held: held, whole: whole, trainer: trainer, seed: 0)
    #expect(found.map(\.order) == NeuronOrder.allCases)
    for order in found {
      #expect(order.counts == [1, 2, 4, 8, 12] && Set(order.leading.prefix(2)) == [3, 8])
      #expect(order.sufficient == 2)
      #expect(abs((order.scores.last ?? 0) - held.values.reduce(0, +) / 5) < 1e-12)
    }
  }
}
