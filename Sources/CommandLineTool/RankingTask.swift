import Foundation
import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Reports

/// A ranking in a run folder: from loaded images to the folder's files, with checkpoints on the way.
///
/// This is what `rank` does once it has read its files, and what other commands do on their way to something else.
struct RankingTask: Sendable {
  /// What a ranking is made of.
  struct Material: Sendable {
    var model: ModelFile
    /// Where the images come from, for the settings that the run keeps.
    var options: ImageOptions
    var loaded: LoadedImages
    /// Where means and donors come from; nil for the ranked images.
    var calibration: LoadedImages?
    var variations: Variations?
    var metric: PerformanceMetric
    /// Whether the images were changed so that the network gets them wrong: how many it gets right is no check then.
    var isAttacked = false
  }

  /// Images on which the head of the ranking is tried out.
  struct Variations: Sendable {
    var path: String
    var images: ImageVariations
  }

  static let memory = CommandOption<Int>.memory(
    "memory", "The most memory for the activations of all workers together.", default: "no limit")

  let question: QuestionOptions
  let estimator: EstimatorOptions
  let budget: BudgetOptions
  let seed: UInt64
  let workers: Int
  let memory: Int?
  let output: CommonOptions.Output
  let display: ProgressDisplay
  /// The command line, word by word, which the document keeps.
  let commandLine: [String]

  /// - Parameters:
  ///   - command: the command's name.
  ///   - isPlain: whether the command has ``QuestionOptions/plainGroup`` only.
  init(_ arguments: Arguments, command: String, isPlain: Bool = false) throws {
    seed = try arguments.value(CommonOptions.seed) ?? 0
    workers = try CommonOptions.workerCount(arguments)
    memory = try arguments.value(Self.memory)
    question = try QuestionOptions(arguments, isPlain: isPlain)
    budget = try BudgetOptions(arguments)
    estimator = try EstimatorOptions(arguments)
    output = CommonOptions.Output(arguments)
    display = ProgressDisplay(isQuiet: output.isQuiet, isForced: arguments[CommonOptions.progress])
    commandLine = ["neuron-shapley", command] + arguments.words
  }

  /// Ranks, or goes on from the folder's checkpoint, and writes every file of the folder.
  ///
  /// - Throws: ``InputErrors/InputError``; ``Interruption`` after a checkpoint when a signal asked for an end.
  func run(_ material: Material, in folder: RunFolder, isResuming: Bool) async throws -> RankingDocument {
    let images = material.loaded.images
    let earlier = try EarlierChoice.read(from: folder)
    let (job, choice) = try await prepare(material, earlier)
    let configuration = job.configuration
    let settings = try JSONValue(settings(material, configuration, choice))
    try checkTop(job.players.count)
    try folder.adopt(settings, decisive: RankingSettings.decisive)
    let stored = try StoredCheckpoint.read(from: folder)
    if isResuming {
      output.remark(stored == nil ? "there is no checkpoint yet: beginning" : "going on from the checkpoint")
    }
    if estimator.kind == nil {
      output.remark(EstimatorChoiceText.remark(choice, kind: configuration.estimator.kind))
    }
    if budget.isUnlimited {
      if configuration.estimator.kind.needsBudget, let planned = job.configuration.estimator.evaluations {
        output.remark("no budget is given: spending at most \(NumberText.grouped(planned)) evaluations")
      } else if estimator.confidence.endsByDecision(for: configuration.metric) {
        output.remark("no budget is given: sampling until the top is decided within the tolerance")
      }
    }
    if stored == nil, !material.isAttacked { try await check(job, images) }
    let session = RankingSession(job: job, folder: folder, budget: budget, display: display)
    let outcome = try await session.run(resuming: stored)
    let summary = material.options.summary(material.loaded)
    let responses = try await responses(outcome.result.ranking, material.variations?.images, job, images.classNames)
    let document = RankingDocument(
      outcome, model: material.model, question: describe(configuration, images), images: summary,
      calibration: material.calibration.map {
        ImageOptions.summary(path: material.options.calibrationPath ?? material.options.source.path, $0)
      } ?? summary,
      settings: settings, choice: choice, commandLine: repeating(outcome), workers: workers, responses: responses)
    try RankingFiles.write(document, to: folder, includingRanking: true)
    return document
  }

  /// The command line that makes the same ranking again.
  ///
  /// Without truncation every unit of permutation sampling takes the same number of evaluations, so that a run which the
  /// clock ended is repeated exactly by a budget.
  private func repeating(_ outcome: RankingSession.Outcome) -> [String] {
    let words = commandLine.filter { $0 != "--resume" }
    guard outcome.isRepeatableByEvaluations else { return words }
    let repeated = Self.words(words, endingAfter: outcome.result.estimate.evaluations)
    guard estimator.kind == nil else { return repeated }
    // Another budget might be another choice.
    let plain = zip(repeated, repeated.dropFirst() + [""]).filter { $0 != ("--estimator", "auto") }.map(\.0)
    return plain + ["--estimator", outcome.result.provenance.configuration.estimator.name]
  }

  /// A command line with a budget of evaluations instead of its own.
  static func words(_ words: [String], endingAfter evaluations: Int) -> [String] {
    var words = words
    for option in ["--time", "--evaluations", "--multiply-adds", "--standard-error"] {
      guard let place = words.firstIndex(where: { $0 == option || $0.hasPrefix(option + "=") }) else { continue }
      words.removeSubrange(place..<min(words.count, place + (words[place].contains("=") ? 1 : 2)))
    }
    return words + ["--evaluations", String(evaluations)]
  }

  /// The ranking, with the estimator that is named, that an earlier sitting chose, or that is chosen now.
  private func prepare(
    _ material: Material, _ earlier: EarlierChoice?
  ) async throws -> (NeuronRankingJob, ChosenEstimator?) {
    let (workers, memory, display) = (self.workers, self.memory, self.display)
    let (network, images, metric) = (material.model.network, material.loaded.images, material.metric)
    let total = (material.calibration ?? material.loaded).images.count
    let question = RankingPreparation.Question(
      metric: metric, ablation: self.question.ablation, players: self.question.players, seed: seed)
    // Settings that do not fit are refused before anything is measured.
    if let earlier { try estimator.require(earlier.kind) }
    let known = try (estimator.kind ?? earlier?.kind).map {
      try settings(of: $0, estimator.kind == nil ? earlier?.choice : nil, network, images, metric)
    }
    let request = try known == nil ? self.request(network, images, metric) : nil
    do {
      let (job, choice) = try await Interruption.whenAsked { () throws -> (NeuronRankingJob, ChosenEstimator?) in
        let preparation = try await RankingPreparation.measured(
          network: network, images: images, calibration: material.calibration?.images, question: question,
          takesSlopes: known?.takesSlopes ?? false, workers: workers, maximumBytes: memory,
          instructionSet: CommonOptions.instructionSet()
        ) { done in display.report(ProgressLine("calibrating", done: done, total: total, unit: "images")) }
        if let known { return (try preparation.job(estimator: known), nil) }
        guard let request else { preconditionFailure("an estimator is named, known or asked for") }
        let choice = try preparation.choice(for: request)
        return (
          try preparation.job(estimator: try settings(of: choice.kind, choice, network, images, metric)), choice
        )
      }
      display.end()
      return (job, choice ?? (estimator.kind == nil ? earlier?.choice : nil))
    } catch let error as InputError {
      // A setting that does not fit came from the option of the same name.
      throw error.kind == .usage ? error.asOption : error
    }
  }

  /// What is asked of an estimator that is to be chosen.
  private func request(
    _ network: Network, _ images: LabeledImages, _ metric: PerformanceMetric
  ) throws -> EstimatorRequest {
    let confidence = estimator.confidence.request(for: metric)
    // Limits and targets have an end of their own.
    let isOpen = budget.isUnlimited && confidence == nil
    return EstimatorRequest(
      candidates: estimator.candidates, metric: metric,
      evaluations: try isOpen ? evaluations(of: .permutation, network, images, metric) : budget.evaluations,
      multiplyAdds: budget.multiplyAdds, isTimed: budget.seconds != nil, standardError: budget.standardError,
      confidence: confidence)
  }

  private func settings(
    of kind: EstimatorChoice.Kind, _ choice: ChosenEstimator?, _ network: Network, _ images: LabeledImages,
    _ metric: PerformanceMetric
  ) throws -> EstimatorChoice {
    try estimator.settings(
      of: kind, for: metric, labels: images.labels, classCount: network.classCount,
      evaluations: try evaluations(of: kind, network, images, metric), standardError: budget.standardError,
      choice: choice)
  }

  /// The budget of evaluations: the one given; none when another limit is; else a default for the estimators that need one.
  private func evaluations(
    of kind: EstimatorChoice.Kind, _ network: Network, _ images: LabeledImages, _ metric: PerformanceMetric
  ) throws -> Int? {
    if let evaluations = budget.evaluations { return evaluations }
    guard kind.needsBudget, budget.isUnlimited, !estimator.confidence.endsByDecision(for: metric) else { return nil }
    let players = try FilterPlayers(ExecutionPlan(network), selection: question.players).count
    let imageCount = images.labels.count { metric.uses(label: $0) }
    return EstimatorOptions.defaultEvaluations(of: kind, playerCount: players, imageCount: imageCount)
  }

  /// Says how well the whole network does on the images before anything is spent on them, so that a wrong preprocessing
  /// or wrong labels are seen. One pass of every image, which no budget counts.
  private func check(_ job: NeuronRankingJob, _ images: LabeledImages) async throws {
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

  /// What the filters at the head of the ranking respond to.
  private func responses(
    _ ranking: NeuronRanking, _ variations: ImageVariations?, _ job: NeuronRankingJob, _ classNames: [String]
  ) async throws -> FilterResponses? {
    guard let variations else { return nil }
    let head = ranking.top(RankingDocument.shownCount(top: estimator.top ?? job.configuration.estimator.topCount))
    let filters = head.compactMap { entry in
      entry.layer.flatMap { layer in entry.channel.map { Filter(layer: layer, channel: $0) } }
    }
    let (workers, display, total) = (self.workers, self.display, variations.images.count)
    let responses = try await Interruption.whenAsked {
      try await FilterResponses.measured(
        job.game.plan, of: filters, on: variations, classNames: classNames, workers: workers
      ) {
        display.report(ProgressLine("reading responses", done: $0, total: total, unit: "images"))
      }
    }
    display.end()
    return responses
  }

  private func checkTop(_ players: Int) throws {
    guard let top = estimator.top, top > players else { return }
    throw InputError(
      .usage, "the top is larger than the number of players", at: .init(key: "--top"), expected: "1 to \(players)",
      found: "\(top)")
  }

  private func settings(
    _ material: Material, _ configuration: RankingConfiguration, _ choice: ChosenEstimator?
  ) -> RankingSettings {
    let (source, options) = (material.options, material.options.options)
    let calibration = material.calibration ?? material.loaded
    return RankingSettings(
      model: .init(
        file: material.model.path, fileDigest: material.model.digest, digest: material.model.network.digest),
      images: .init(
        file: source.source.path, labels: source.source.labels, classes: source.source.classes,
        labelOffset: options.labelOffset, limit: options.limit, sample: options.sample,
        skipCorrupt: options.skipCorrupt, preprocessing: source.preprocessing, count: material.loaded.images.count,
        digest: material.loaded.images.digest),
      calibration: .init(
        file: source.calibrationPath ?? source.source.path, count: calibration.images.count,
        digest: calibration.images.digest),
      variations: material.variations.map {
        .init(file: $0.path, count: $0.images.images.count, digest: $0.images.images.digest)
      },
      ranking: configuration, choice: choice, budget: .init(multiplyAdds: budget.multiplyAdds, seconds: budget.seconds),
      execution: .init(workers: workers, memory: memory, toolVersion: Tool.version))
  }

  private func describe(_ configuration: RankingConfiguration, _ images: LabeledImages) -> RankingDocument.Question {
    let confidence = configuration.estimator.confidence
    let (top, delta): (Int?, Double?) =
      switch configuration.estimator {
      case .tmab(let settings): (settings.topCount, settings.delta)
      case .permutation, .stars, .msr, .stratified, .svarm, .leverage, .regressionAdjusted, .gradient, .racing, .exact,
        .leaveOneOut:
        (estimator.top, confidence?.delta)
      }
    return .init(
      metric: configuration.metric.name, className: configuration.metric.classIndex.map { images.className(of: $0) },
      ablation: configuration.ablation.rawValue, playerKind: question.playerKind, top: top, delta: delta,
      tolerance: confidence?.topCount == nil ? nil : confidence?.tolerance)
  }
}
