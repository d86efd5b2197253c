import CooperativeGames
import Foundation
import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Testing

@Suite struct ClassRankingJobTests {
  /// Ten players, so that every game can be enumerated.
  static let players = PlayerSelection(layers: ["stem", "grouped"])

  private func images(_ count: Int = 23) throws -> LabeledImages { try SmallNetworks.images(count, seed: 31) }

  private func job(
    _ configuration: ClassRankingConfiguration, workers: Int = 1, images: LabeledImages? = nil
  ) async throws -> ClassRankingJob {
    let images = try images ?? self.images()
    return try await ClassRankingJob.prepare(
      network: SmallNetworks.mixed(seed: 12), images: images, calibration: SmallNetworks.images(9, seed: 32),
      configuration: configuration, workers: workers)
  }

  private func plain(_ configuration: RankingConfiguration, images: LabeledImages) async throws -> RankingResult {
    let job = try await NeuronRankingJob.prepare(
      network: SmallNetworks.mixed(seed: 12), images: images, calibration: SmallNetworks.images(9, seed: 32),
      configuration: configuration)
    let result = try await job.run().result
    return try #require(result)
  }

  private func classes(of images: LabeledImages) -> [Int] { Set(images.labels).sorted() }

  /// The slow and obvious way: a game of its own for each class, every coalition evaluated.
  @Test(arguments: [ClassMetric.logLikelihood, .classAccuracy, .binary])
  func everyClassIsItsOwnGame(metric: ClassMetric) async throws {
    let images = try images(), labels = classes(of: images)
    let found = try await job(
      .init(metric: metric, classes: labels, players: Self.players, evaluations: 160_000, seed: 5)
    ).run().result
    let rankings = try #require(found)
    #expect(rankings.classes.map(\.label) == labels && rankings.unseen.isEmpty)
    for ranking in rankings.classes {
      let own = images.labels.indices.filter { images.labels[$0] == ranking.label }
      let isPart = metric == .logLikelihood
      let exact = try await plain(
        .init(
          metric: isPart
            ? .logLikelihood() : metric == .binary ? .binary(ranking.label) : .classAccuracy(ranking.label),
          players: Self.players, estimator: .exact()), images: isPart ? images.subset(own) : images)
      #expect(ranking.imageCount == own.count)
      let errors = try #require(ranking.standardErrors)
      for (player, value) in exact.estimate.values.enumerated() {
        let distance = abs(ranking.values[player] - value)
        #expect(distance < 4.5 * errors[player] + 1e-9, "class \(ranking.label), player \(player)")
      }
      #expect(abs(ranking.residual) < 1e-10)
    }
  }

  /// All classes cost what one ranking costs, to the last multiplication, and their mean is that ranking.
  @Test func allClassesShareTheirForwardPasses() async throws {
    let images = try images(), labels = classes(of: images), evaluations = 30_000
    let single = try await plain(
      .init(
        metric: .logLikelihood(), players: Self.players, estimator: .permutation(.init(evaluations: evaluations)),
        seed: 7), images: images)
    for metric in [ClassMetric.logLikelihood, .classAccuracy, .binary] {
      let found = try await job(
        .init(metric: metric, classes: labels, players: Self.players, evaluations: evaluations, seed: 7)
      ).run().result
      let rankings = try #require(found)
      #expect(rankings.effort.multiplyAdds == single.effort.multiplyAdds)
      #expect(rankings.effort.evaluations == single.effort.evaluations)
      guard metric == .logLikelihood else { continue }
      let draws = Double(rankings.classes.reduce(0) { $0 + $1.dealtCount })
      for (player, value) in single.estimate.values.enumerated() {
        let mean = rankings.classes.reduce(0) { $0 + $1.values[player] * Double($1.dealtCount) } / draws
        #expect(abs(mean - value) < 1e-12)
      }
    }
    // One class of many costs as many multiplications an evaluation, and looks at its own images alone.
    let one = try await job(
      .init(classes: [labels[1]], players: Self.players, evaluations: evaluations, seed: 7)
    ).run().result
    #expect(try #require(one).effort.imageCount == images.labels.count { $0 == labels[1] })
  }

  @Test func theSameBitsForAnyWorkersAndAfterAResume() async throws {
    let configuration = ClassRankingConfiguration(
      metric: .logLikelihood, floor: -15, classes: classes(of: try images()), ablation: .resample,
      evaluations: 24_000, seed: 77)
    let whole = try await job(configuration).run().result
    let expected = try #require(whole)
    let other = try await job(configuration, workers: 3).run().result
    #expect(try #require(other).classes == expected.classes)
    #expect(try #require(other).effort.multiplyAdds == expected.effort.multiplyAdds)
    var checkpoint: ClassRankingCheckpoint?
    var resumes = 0
    while true {
      var units = 0
      let run = try await job(configuration, workers: 1 + resumes % 3).run(resuming: checkpoint) { _ in
        units += 1
        return units == 20 ? .stop : .goOn
      }
      if run.ending == .finished {
        #expect(try #require(run.result).classes == expected.classes)
        break
      }
      checkpoint = try JSONDecoder().decode(
        ClassRankingCheckpoint.self, from: JSONEncoder().encode(run.checkpoint))
      resumes += 1
    }
    #expect(resumes > 0)
    var reseeded = configuration
    reseeded.seed = 78
    let another = try await job(reseeded)
    let stale = checkpoint
    await #expect(throws: InputError.self) { try await another.run(resuming: stale) }
  }

  @Test func classesWithFewImages() async throws {
    let network = try SmallNetworks.mixed(seed: 12)
    let random = try SmallNetworks.images(9, seed: 3)
    let images = try LabeledImages(
      tensors: (0..<9).map { random.tensor(of: $0) }, labels: [0, 0, 0, 0, 3, 0, 0, 0, 0],
      classNames: ["ant", "bee", "cat", "dog", "elk"])
    let error = await #expect(throws: InputError.self) {
      try await ClassRankingJob.prepare(network: network, images: images, configuration: .init(classes: [0, 1]))
    }
    #expect(error?.what.contains("'bee'") == true)
    let found = try await job(
      .init(classes: [0, 3], players: Self.players, evaluations: 3 * 60, imagesPerOrder: 3, seed: 1), images: images
    ).run().result
    let rankings = try #require(found)
    let single = try #require(rankings.classes.first { $0.name == "dog" })
    #expect(single.imageCount == 1 && single.units == 1 && single.standardErrors == nil && single.reliability == nil)
    #expect(rankings.classes[0].reliability != nil)
  }

  @Test func everyClassIsInBothPartsWhereItCanBe() {
    let labels = (0..<200).map { $0 % 7 == 0 ? 100 + $0 : $0 % 5 }
    let split = ClassSplit(labels: labels, testShare: 0.3, seed: 4)
    #expect((split.ranking + split.test).sorted() == Array(labels.indices))
    for label in Set(labels) {
      let count = labels.count { $0 == label }, kept = split.test.count { labels[$0] == label }
      #expect(count == 1 ? kept == 0 : kept >= 1 && kept < count && abs(Double(kept) - 0.3 * Double(count)) <= 1)
    }
    #expect(ClassSplit(labels: labels, testShare: 0.3, seed: 4) == split)
    #expect(ClassSplit(labels: labels, testShare: 0.3, seed: 5) != split)
    #expect(ClassSplit(labels: [0, 1, 2], testShare: 0.5, seed: 1).test.isEmpty)
  }

  /// The matrix of removals, entry by entry, from measurements of one class at a time.
  @Test func removalsAreWhatSeparateMeasurementsSay() async throws {
    let images = try images(), labels = classes(of: images)
    let job = try await job(.init(classes: labels, players: Self.players, evaluations: 4_000, seed: 2))
    let found = try await job.run().result
    let tops = ClassTops(try #require(found), count: 3)
    let sets = zip(labels, tops.sets).map { (label: $0, players: $1) }
    let plan = job.game.plan, ablation = job.game.ablation
    let removal = try await ClassRemoval.measured(
      plan, players: job.players, sets: sets, seeds: [1, 2], ablation: ablation, on: images, workers: 2)
    #expect(removal.labels == labels && removal.random.count == 2)
    for (row, set) in sets.enumerated() {
      for (column, label) in labels.enumerated() {
        let single = try await RemovalEffect.measured(
          plan, players: job.players, removing: set.players, ablation: ablation, metric: .classAccuracy(label),
          on: images)
        let correct = Double(removal.effects[row].correctCounts[column])
        #expect(abs(correct / Double(removal.imageCounts[column]) - single.score.mean) < 1e-12)
      }
      let before = Double(removal.correctBefore[row]) / Double(removal.imageCounts[row])
      let after = Double(removal.effects[row].correctCounts[row]) / Double(removal.imageCounts[row])
      let own = try #require(removal.effects[row].ownChange)
      #expect(abs(own.mean - (after - before)) < 1e-12 && own.imageCount == removal.imageCounts[row])
    }
    #expect(removal.random.allSatisfy { $0.removed.count == 3 && $0.ownChange == nil })
    #expect(removal.random[0].otherChange?.imageCount == images.count)
  }

  @Test func topsAndWhatTheyShare() {
    let values: [[Double]] = [[5, 4, 3, 0, 0], [0, 4, 5, 3, 0], [-1, 0, 0, 0, 9]]
    let rankings = ClassRankings(
      players: (0..<5).map { .init(name: "conv:\($0)", layer: "conv", channel: $0) },
      classes: values.enumerated().map {
        .init(
          label: $0, name: "\($0)", imageCount: 1, dealtCount: 1, units: 1, values: $1, standardErrors: nil,
          grandValue: 1, emptyValue: 0, residual: 0)
      }, unseen: [], units: 1, estimatedEvaluations: 1,
      effort: .init(
        imageCount: 1, drawnImageCount: 1, evaluations: 1, multiplyAdds: 1, fullPassMultiplyAdds: 1, bytesPerBlock: 1,
        rounds: 1, seconds: 1))
    let tops = ClassTops(rankings, count: 3)
    #expect(tops.sets == [[0, 1, 2], [2, 1, 3], [4, 1, 2]])
    #expect(tops.overlap(0, 1) == 2 && tops.overlap(1, 2) == 2 && tops.overlap(0, 2) == 2)
    #expect(tops.shared == [1, 2] && tops.exclusive(to: 0) == [0] && tops.exclusive(to: 2) == [4])
    #expect(abs(tops.overlapByChance - 1.8) < 1e-12)
    #expect(ClassTops(rankings, count: 50).count == 5)
  }
}
