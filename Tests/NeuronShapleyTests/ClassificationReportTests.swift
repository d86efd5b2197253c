import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import TestSupport
import Testing

@Suite struct ClassificationReportTests {
  @Test(arguments: [Ablation.mean, .zero, .resample])
  func everyFigureFollowsFromTheReferencesLogits(kind: Ablation) async throws {
    let plan = try ExecutionPlan(SmallNetworks.mixed(seed: 21))
    let images = try SmallNetworks.images(27, seed: 22)
    let calibration = try SmallNetworks.images(10, seed: 23)
    let ablation = try await CalibratedAblation.measured(kind, plan: plan, on: calibration)
    let reference = AblationReference(plan, kind, images: images, calibration: calibration)
    for removed in [[], [Filter(layer: "stem", channel: 2), Filter(layer: "logits", channel: 1)]] {
      var correct = 0, inTop = 0, logLikelihood = 0.0
      var confusion: [[Int]] = Array(repeating: [0, 0, 0, 0, 0], count: 5)
      for image in 0..<27 {
        let block = image / 8 * 8
        let donor = ablation.donors?.donors(of: Array(block..<min(27, block + 8)), isOwnSet: false)[image - block]
        let units: Set<Int> = removed.isEmpty ? [] : [2, 21 + 6 + 1]
        let values = reference.logits(of: image, removing: units, donor: donor).map(Float.init)
        let label = images.labels[image]
        values.withUnsafeBufferPointer { logits in
          logLikelihood += Objective.logLikelihood.score(logits: logits, label: label)
        }
        let order = (0..<5).sorted { values[$0] > values[$1] }
        confusion[label][order[0]] += 1
        correct += order[0] == label ? 1 : 0
        inTop += 1
      }
      let report = try await ClassificationReport.measured(
        plan, on: images, removing: removed, ablation: ablation, workers: 3)
      #expect(report.accuracy.mean == Double(correct) / 27)
      #expect(report.top5.mean == Double(inTop) / 27)
      #expect(abs(report.logLikelihood.mean - logLikelihood / 27) < 1e-4)
      #expect(report.removed == removed && report.ablation == (removed.isEmpty ? nil : kind))
      var found: [[Int]] = Array(repeating: [0, 0, 0, 0, 0], count: 5)
      for entry in report.confusions { found[entry.label][entry.predicted] = entry.imageCount }
      #expect(found == confusion)
      for score in report.classes {
        #expect(score.imageCount == confusion[score.label].reduce(0, +))
        #expect(score.correctCount == confusion[score.label][score.label])
        #expect(score.top5Count == score.imageCount)
      }
      #expect(report.classes.reduce(0) { $0 + $1.imageCount } == 27)
      let byClass = report.classes.reduce(0) { $0 + $1.logLikelihood * Double($1.imageCount) }
      #expect(abs(byClass / 27 - report.logLikelihood.mean) < 1e-12)
      let single = try await ClassificationReport.measured(plan, on: images, removing: removed, ablation: ablation)
      #expect(single == report)
    }
  }

  @Test func unknownFiltersAndLabelsAreRefused() async throws {
    let plan = try ExecutionPlan(SmallNetworks.mixed(seed: 21))
    let images = try SmallNetworks.images(5, seed: 22)
    let ablation = try await CalibratedAblation.measured(.zero, plan: plan, on: images)
    for filter in [Filter(layer: "stemm", channel: 0), Filter(layer: "stem", channel: 4)] {
      await #expect(throws: InputError.self) {
        try await ClassificationReport.measured(plan, on: images, removing: [filter], ablation: ablation)
      }
    }
    let wrong = try SmallNetworks.images(30, classCount: 9, seed: 1)
    await #expect(throws: InputError.self) { try await ClassificationReport.measured(plan, on: wrong) }
  }

  @Test func removingPlayersIsComparedWithRandomRemoval() async throws {
    let plan = try ExecutionPlan(SmallNetworks.mixed(seed: 25))
    let images = try SmallNetworks.images(20, seed: 26)
    let calibration = try SmallNetworks.images(10, seed: 27)
    let ablation = try await CalibratedAblation.measured(.mean, plan: plan, on: calibration)
    let players = try FilterPlayers(plan)
    let order = Array((0..<players.count).reversed())
    let comparison = try await RemovalComparison.measured(
      plan, players: players, order: order, counts: [2, 5], seeds: [1, 2, 3], ablation: ablation,
      metric: .logLikelihood(), on: images, workers: 2)
    let reference = AblationReference(plan, .mean, images: images, calibration: calibration)
    func expected(_ removed: [String]) throws -> Double {
      let units = Set(try removed.flatMap { players.units[try players.player(named: $0)] })
      return (0..<20).reduce(0.0) { sum, image in
        let logits = reference.logits(of: image, removing: units).map(Float.init)
        return sum
          + logits.withUnsafeBufferPointer { Objective.logLikelihood.score(logits: $0, label: images.labels[image]) }
      } / 20
    }
    #expect(abs(comparison.before.mean - (try expected([]))) < 1e-4)
    #expect(comparison.steps.map(\.removedCount) == [2, 5])
    for step in comparison.steps {
      #expect(step.ranked.removed == order.prefix(step.removedCount).map { players.players[$0].name })
      #expect(step.random.count == 3)
      for effect in [step.ranked] + step.random {
        #expect(Set(effect.removed).count == step.removedCount)
        #expect(abs(effect.score.mean - (try expected(effect.removed))) < 1e-4)
      }
    }
    for (small, large) in zip(comparison.steps[0].random, comparison.steps[1].random) {
      #expect(Array(large.removed.prefix(2)) == small.removed)
    }
    #expect(comparison.steps[1].random[0].removed != comparison.steps[1].random[1].removed)
    await #expect(throws: InputError.self) {
      try await RemovalComparison.measured(
        plan, players: players, order: order, counts: [22], seeds: [], ablation: ablation, metric: .accuracy,
        on: images)
    }
  }
}
