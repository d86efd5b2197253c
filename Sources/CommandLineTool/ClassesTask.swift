import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Reports

/// From loaded images to the folder of `classes`, with checkpoints on the way.
struct ClassesTask: Sendable {
  /// What the values are made of and judged by.
  struct Material: Sendable {
    var model: ModelFile
    var options: ImageOptions
    var loaded: LoadedImages
    /// The labels of the classes that are asked about.
    var classes: [Int]
    /// Where means and donors come from; nil for the images that the values are about.
    var calibration: LoadedImages?
    /// Where removals are measured; nil to keep images back.
    var test: LoadedImages?
    var variations: RankingTask.Variations?
  }

  /// The two parts that images are used in.
  private struct Parts {
    var ranking: LabeledImages
    var test: LabeledImages?
    var split: ClassesSettings.Split?
  }

  /// Units of work of a run without a budget, at least and at most.
  private static let usualUnits = 32...256

  let question: ClassOptions
  let budget: BudgetOptions
  let imagesPerOrder: Int?
  let seed: UInt64
  let workers: Int
  let memory: Int?
  let output: CommonOptions.Output
  let display: ProgressDisplay
  let commandLine: [String]

  init(_ arguments: Arguments, command: String) throws {
    seed = try arguments.value(CommonOptions.seed) ?? 0
    workers = try CommonOptions.workerCount(arguments)
    memory = try arguments.value(RankingTask.memory)
    imagesPerOrder = try arguments.value(ClassesCommand.imagesPerOrder)
    question = try ClassOptions(arguments)
    budget = try BudgetOptions(arguments)
    output = CommonOptions.Output(arguments)
    display = ProgressDisplay(isQuiet: output.isQuiet, isForced: arguments[CommonOptions.progress])
    commandLine = ["neuron-shapley", command] + arguments.words
  }

  /// Estimates, or goes on from the folder's checkpoint, measures the removals and writes every file of the folder.
  ///
  /// - Throws: ``InputErrors/InputError``; ``Interruption`` after a checkpoint when a signal asked for an end.
  func run(_ material: Material, in folder: RunFolder, isResuming: Bool) async throws -> ClassesDocument {
    let parts = try parts(material)
    let job = try await prepare(material, parts)
    let top = try topCount(players: job.players.count)
    let settings = try JSONValue(settings(material, parts, job.configuration, top))
    try folder.adopt(settings, decisive: ClassesSettings.decisive)
    let stored = try StoredEstimation<ClassRankingCheckpoint>.read(from: folder)
    if isResuming {
      output.remark(stored == nil ? "there is no checkpoint yet: beginning" : "going on from the checkpoint")
    }
    if budget.isUnlimited, let planned = job.configuration.evaluations {
      output.remark(
        "no budget is given: spending at most \(NumberText.grouped(planned)) evaluations on all classes together")
    }
    if stored == nil { try await check(job, material.loaded.images) }
    let session = EstimationSession(estimation: job, folder: folder, budget: budget, display: display)
    let outcome = try await session.run(resuming: stored)
    let rankings = outcome.result, tops = ClassTops(rankings, count: top)
    let removal = try await removal(job, rankings, tops, parts, material)
    let responses = try await responses(job, tops, material)
    let document = document(
      outcome, tops, removal: removal, responses: responses, parts, material, settings: settings)
    try ClassesFiles.write(document, rankings, tops, responses, to: folder)
    return document
  }

  // MARK: Before

  private func parts(_ material: Material) throws(InputError) -> Parts {
    let images = material.loaded.images
    if let test = material.test, question.removals > 0 {
      guard let rest = test.images.without(images) else {
        throw InputError(
          .data, "all of the test images are among those that the values are about",
          at: .init(file: question.testPath, key: "--test"), hint: "leave --test out: then a part is kept back")
      }
      let seen = test.images.count - rest.count
      if seen > 0 {
        output.remark(
          "\(NumberText.grouped(seen)) test images are among those that the values are about and are left out")
      }
      return Parts(ranking: images, test: rest)
    }
    guard question.removals > 0, material.test == nil else { return Parts(ranking: images) }
    let split = ClassSplit(labels: images.labels, testShare: question.testShare, seed: seed)
    guard !split.test.isEmpty else {
      output.remark("no class has two images: there are none to measure removals on")
      return Parts(ranking: images)
    }
    return Parts(
      ranking: images.subset(split.ranking), test: images.subset(split.test),
      split: .init(
        testShare: question.testShare, rankingImages: split.ranking.count, testImages: split.test.count))
  }

  private func prepare(_ material: Material, _ parts: Parts) async throws -> ClassRankingJob {
    let (workers, memory, display) = (self.workers, self.memory, self.display)
    let calibration = material.calibration?.images
    let total = (calibration ?? parts.ranking).count
    let network = material.model.network, ranking = parts.ranking
    let configuration = ClassRankingConfiguration(
      metric: question.metric, floor: question.floor, classes: material.classes, ablation: question.who.ablation,
      players: question.who.players, evaluations: try evaluations(network, parts, material.classes),
      standardError: budget.standardError, imagesPerOrder: imagesPerOrder, seed: seed)
    do {
      let job = try await Interruption.whenAsked {
        try await ClassRankingJob.prepare(
          network: network, images: ranking, calibration: calibration, configuration: configuration, workers: workers,
          maximumBytes: memory, instructionSet: CommonOptions.instructionSet()
        ) { done in display.report(ProgressLine("calibrating", done: done, total: total, unit: "images")) }
      }
      display.end()
      return job
    } catch let error as InputError {
      // A setting that does not fit came from the option of the same name.
      throw error.kind == .usage ? error.asOption : error
    }
  }

  /// The budget of evaluations: the one given; none when another limit is; else about a pass over the images.
  private func evaluations(_ network: Network, _ parts: Parts, _ classes: [Int]) throws -> Int? {
    guard budget.isUnlimited else { return budget.evaluations }
    let players = try FilterPlayers(ExecutionPlan(network), selection: question.who.players).count
    let present = Set(classes)
    let images =
      question.metric.looksAtAllImages ? parts.ranking.count : parts.ranking.labels.count(where: present.contains)
    let group = min(imagesPerOrder ?? ExecutionPlan.laneCount, images)
    let units = (images + group - 1) / group
    return min(max(units, Self.usualUnits.lowerBound), Self.usualUnits.upperBound) * 2 * players * group
  }

  private func topCount(players: Int) throws(InputError) -> Int {
    guard let top = question.top else { return min(ClassOptions.usualTop, players) }
    guard top <= players else {
      throw InputError(
        .usage, "the top is larger than the number of players", at: .init(key: "--top"), expected: "1 to \(players)",
        found: "\(top)")
    }
    return top
  }

  /// Says how well the whole network does before anything is spent, so that a wrong preprocessing is seen.
  private func check(_ job: ClassRankingJob, _ images: LabeledImages) async throws {
    let (workers, display) = (self.workers, self.display)
    let report = try await Interruption.whenAsked {
      try await ClassificationReport.measured(job.game.plan, on: images, workers: workers) {
        display.report(ProgressLine("checking", done: $0, total: images.count, unit: "images"))
      }
    }
    display.end()
    output.remark("\(EvaluationText.sentence(report))")
    if let warning = EvaluationText.warning(report) { output.remark(warning) }
  }

  private func settings(
    _ material: Material, _ parts: Parts, _ configuration: ClassRankingConfiguration, _ top: Int
  ) -> ClassesSettings {
    let (source, options) = (material.options, material.options.options)
    return ClassesSettings(
      model: .init(
        file: material.model.path, fileDigest: material.model.digest, digest: material.model.network.digest),
      images: .init(
        file: source.source.path, labels: source.source.labels, classes: source.source.classes,
        labelOffset: options.labelOffset, limit: options.limit, sample: options.sample,
        skipCorrupt: options.skipCorrupt, preprocessing: source.preprocessing, count: material.loaded.images.count,
        digest: material.loaded.images.digest),
      calibration: .init(
        file: source.calibrationPath ?? source.source.path,
        count: material.calibration?.images.count ?? parts.ranking.count,
        digest: material.calibration?.images.digest ?? parts.ranking.digest),
      split: parts.split, classes: configuration,
      judging: .init(
        top: top, removals: question.removals, randomDraws: question.random,
        test: material.test.map {
          .init(file: question.testPath ?? "", count: $0.images.count, digest: $0.images.digest)
        }),
      variations: material.variations.map {
        .init(file: $0.path, count: $0.images.images.count, digest: $0.images.images.digest)
      },
      budget: .init(multiplyAdds: budget.multiplyAdds, seconds: budget.seconds),
      execution: .init(workers: workers, memory: memory, toolVersion: Tool.version))
  }

  // MARK: After

  /// Removes the tops of the classes with the most test images, one after the other.
  private func removal(
    _ job: ClassRankingJob, _ rankings: ClassRankings, _ tops: ClassTops, _ parts: Parts, _ material: Material
  ) async throws -> ClassesDocument.Removal? {
    guard let test = parts.test else { return nil }
    var counts: [Int: Int] = [:]
    for label in test.labels { counts[label, default: 0] += 1 }
    let tested = rankings.classes.indices.filter { counts[rankings.classes[$0].label] != nil }.sorted {
      let (one, two) = (counts[rankings.classes[$0].label] ?? 0, counts[rankings.classes[$1].label] ?? 0)
      return one != two ? one > two : $0 < $1
    }
    let chosen = tested.prefix(question.removals).sorted()
    guard !chosen.isEmpty else {
      output.remark("no class has a test image: removals are not measured")
      return nil
    }
    let sets = chosen.map { (label: rankings.classes[$0].label, players: tops.sets[$0]) }
    let (workers, display, total) = (self.workers, self.display, 1 + sets.count + question.random)
    let seeds = (0..<question.random).map { seed &+ UInt64($0) }
    let measured = try await Interruption.whenAsked {
      try await ClassRemoval.measured(
        job.game.plan, players: job.players, sets: sets, seeds: seeds, ablation: job.game.ablation, on: test,
        workers: workers
      ) { display.report(ProgressLine("removing", done: $0, total: total, unit: "sets of filters")) }
    }
    display.end()
    let path = question.testPath ?? material.options.source.path
    let labels = Set(test.labels).union(material.classes).sorted()
    let names = Dictionary(
      uniqueKeysWithValues: zip(
        labels, ClassesDocument.uniqueNames(labels.map { ($0, material.loaded.images.className(of: $0)) })))
    return ClassesDocument.Removal(
      measured, removed: sets.map(\.label),
      images: .init(path: path, count: test.count, digest: test.digest), isSplit: material.test == nil,
      count: tops.count, leftOut: rankings.classes.count - chosen.count
    ) { names[$0] ?? String($0) }
  }

  /// What the filters in the tops respond to.
  private func responses(
    _ job: ClassRankingJob, _ tops: ClassTops, _ material: Material
  ) async throws -> FilterResponses? {
    guard let variations = material.variations?.images else { return nil }
    let filters = tops.classes.indices.filter { !tops.classes[$0].isEmpty }.compactMap { player in
      let entry = job.players.players[player]
      return entry.layer.flatMap { layer in entry.channel.map { Filter(layer: layer, channel: $0) } }
    }
    let (workers, display, total) = (self.workers, self.display, variations.images.count)
    let classNames = material.loaded.images.classNames
    let responses = try await Interruption.whenAsked {
      try await FilterResponses.measured(
        job.game.plan, of: filters, on: variations, classNames: classNames, workers: workers
      ) { display.report(ProgressLine("reading responses", done: $0, total: total, unit: "images")) }
    }
    display.end()
    return responses
  }

  private func document(
    _ outcome: EstimationSession<ClassRankingJob>.Outcome, _ tops: ClassTops, removal: ClassesDocument.Removal?,
    responses: FilterResponses?, _ parts: Parts, _ material: Material, settings: JSONValue
  ) -> ClassesDocument {
    let images = material.loaded.images, network = material.model.network, effort = outcome.result.effort
    let all = Set(images.labels).sorted()
    let names = Dictionary(
      uniqueKeysWithValues: zip(all, ClassesDocument.uniqueNames(all.map { ($0, images.className(of: $0)) })))
    let rankings = outcome.result.renamed { names[$0] ?? String($0) }
    let layers = ClassesDocument.layers(rankings.players)
    let (matrix, shown) = ClassesDocument.matrix(rankings, tops)
    let summary = RankingDocument.ImagesSummary(
      path: material.options.source.path, count: parts.ranking.count, digest: parts.ranking.digest,
      skipped: material.options.summary(material.loaded).skipped)
    let errors = rankings.classes.map { $0.standardErrors?.max() }
    return ClassesDocument(
      toolVersion: Tool.version, commandLine: repeating(outcome),
      question: .init(
        metric: question.metric.rawValue, ablation: question.who.ablation.rawValue,
        playerKind: question.who.playerKind, top: tops.count),
      network: .init(
        file: material.model.path, digest: material.model.digest, inputShape: network.inputShape.extents,
        classes: network.classCount, parameters: network.parameterCount, multiplyAdds: network.multiplyAdds),
      images: summary,
      calibration: material.calibration.map {
        ImageOptions.summary(path: material.options.calibrationPath ?? "", $0)
      } ?? summary,
      estimation: .init(
        estimator: "permutation", seed: seed, ending: ending(outcome),
        isEndedByClock: false, imagesCounted: effort.imageCount,
        imagesDrawn: effort.drawnImageCount ?? effort.imageCount,
        largestResidual: rankings.classes.map { abs($0.residual) }.max() ?? 0,
        largestStandardError: errors.contains(nil) ? nil : errors.compactMap { $0 }.max()),
      cost: .init(
        evaluations: effort.evaluations, units: rankings.units, multiplyAdds: effort.multiplyAdds,
        seconds: outcome.seconds, workers: workers, peakMemory: PeakMemory.bytes),
      players: rankings.players.map(\.name), layers: layers,
      classes: ClassesDocument.entries(rankings, tops, layers: layers, responses: responses),
      withoutImages: question.interest == nil
        ? (0..<network.classCount).filter { names[$0] == nil }.map { images.className(of: $0) } : [],
      unseen: rankings.unseen.map { names[$0] ?? String($0) },
      overlap: ClassesDocument.overlap(rankings, tops, shown: shown),
      shared: ClassesDocument.shared(rankings, tops), matrix: matrix, removal: removal, settings: settings)
  }

  private func ending(_ outcome: EstimationSession<ClassRankingJob>.Outcome) -> String {
    guard outcome.isFinished else {
      return outcome.isEndedByClock ? "the time is over" : "the budget of multiply-adds is spent"
    }
    let errors = outcome.result.classes.map { $0.standardErrors?.max() ?? .infinity }
    guard let target = budget.standardError, let largest = errors.max(), largest <= target else {
      return "the budget of evaluations is spent"
    }
    return "no standard error is larger than \(NumberText.plain(target))"
  }

  /// The command line that makes the same result again: every unit of work takes the same number of evaluations, so that
  /// a budget repeats what the clock ended.
  private func repeating(_ outcome: EstimationSession<ClassRankingJob>.Outcome) -> [String] {
    let words = commandLine.filter { $0 != "--resume" }
    guard outcome.isEndedByClock else { return words }
    return RankingTask.words(words, endingAfter: outcome.result.estimatedEvaluations)
  }
}
