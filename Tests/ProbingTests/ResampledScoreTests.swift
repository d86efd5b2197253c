import Probing
import Statistics
import TestSupport
import Testing

@Suite struct ResampledScoreTests {
  @Test func theVarianceIsCorrectedForSharedImages() {
    let score = ResampledScore([0.7, 0.8, 0.9, 0.8, 0.8], folds: 5)
    // s² = 0.005; s²·(1/5 + 1/4) = 0.00225; t(0.975, 4) = 2.7764.
    #expect(abs(score.mean - 0.8) < 1e-12)
    #expect(abs(score.standardError - 0.00225.squareRoot()) < 1e-12)
    #expect(abs(score.upper - (0.8 + 2.7764451 * 0.00225.squareRoot())) < 1e-6)
    let difference = score.difference(to: ResampledScore([0.6, 0.7, 0.8, 0.7, 0.7], folds: 5), folds: 5)
    #expect(abs(difference.mean - 0.1) < 1e-12 && difference.standardError < 1e-9, "pairs")
  }

  /// The accuracy of a probe trained on so many images, estimated by many independent data sets, lies in at least nine of
  /// ten intervals that claim 95 %.
  @Test func intervalsCoverTheExpectedAccuracy() throws {
    let trainer = ProbeTrainer(ProbeConfiguration(kind: .logistic(l1Ratio: 0), foldCount: 3))
    func data(_ seed: UInt64, _ rows: Int) -> (FeatureMatrix, ProbeTarget) {
      var stream = RandomStream(seed: seed, purpose: .test)
      let labels = (0..<rows).map { $0 % 2 }
      let values = (0..<rows * 3).map { Float(stream.normal() + ($0 % 3 == 0 ? 1.2 * Double(labels[$0 / 3]) : 0)) }
      return (FeatureMatrix(rowCount: rows, columnCount: 3, values: values), .classes(labels, count: 2))
    }
    let (testFeatures, testTarget) = data(99_999, 4000)
    var truths: [Double] = [], scores: [ResampledScore] = []
    for seed in 0..<60 {
      let (features, target) = data(UInt64(seed), 80)
      // As many as are left when a fifth is held out.
      let (training, known) = data(UInt64(1000 + seed), 64)
      let probe = try trainer.train(training, known, seed: 0)
      truths.append(HeldOutScores.answers(probe, testFeatures, testTarget).score)
      let folds = try (0..<2).map { try StratifiedFolds.assign(target, count: 5, seed: UInt64($0)) }
      scores.append(try HeldOutScores(features, target, folds: folds, trainer: trainer, seed: 0).score)
    }
    let truth = truths.reduce(0, +) / Double(truths.count)
    let covered = scores.count { $0.lower <= truth && truth <= $0.upper }
    #expect(covered >= 54, "\(covered) of 60")
    let mean = scores.reduce(0) { $0 + $1.mean } / 60
    #expect(abs(mean - truth) < 0.03)
  }
}
