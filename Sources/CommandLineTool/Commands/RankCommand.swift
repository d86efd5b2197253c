import Foundation
import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Reports

/// `rank MODEL --images PATH --output RUN`: the Shapley value of every filter.
struct RankCommand: Command {
  static let outputFolder = CommandOption<String>.text(
    "output", "RUN", "The run folder to make; it must be new or empty, or hold the run that --resume goes on with.",
    isRequired: true)
  static let resume = CommandOption<Bool>.flag(
    "resume",
    "Go on with the run in the folder from its last checkpoint: the result has the same bits as an unbroken run's.")
  static let memory = CommandOption<Int>.memory(
    "memory", "The most memory for the activations of all workers together.", default: "no limit")

  static let variations = CommandOption<String>.text(
    "variations", "CSV",
    "A list of images of scenes of which one factor at a time is set to each of its values (columns file, scene, factor, "
      + "value): what the head of the ranking responds to is measured on them, after the ranking.")

  static let description = CommandDescription(
    name: "rank", summary: "ranks a model's filters by Shapley value, with honest errors",
    discussion: [
      "Every filter is a player. Orders of removal are drawn at random; what the metric loses when a filter goes is its "
        + "marginal contribution, and the mean over orders is its Shapley value. All values together sum to what the "
        + "network can do beyond the network without filters. Positive: the filter helps the metric; negative: it harms.",
      "The run folder gets config.json (all settings and digests), estimate.json (the checkpoint), players.csv, "
        + "ranking.json, report.html and figures. Ctrl-C or SIGTERM saves a checkpoint; --resume goes on. The same seed "
        + "gives the same bits for any number of workers.",
      "Standard errors say how far a value would move if the run were repeated with another seed. Two filters whose values "
        + "differ by less than their errors are not ordered. Confidence limits (--confidence) say what is certain: with "
        + "--top K each filter is in, out or undecided, which means that the samples so far do not tell.",
    ],
    positionals: [ModelFile.positional],
    groups: ImageOptions.groups + [
      QuestionOptions.group, EstimatorOptions.group, BudgetOptions.group,
      .init(
        "run",
        [
          outputFolder.declaration, resume.declaration, variations.declaration, CommonOptions.seed.declaration,
          CommonOptions.workers.declaration, memory.declaration, CommonOptions.progress.declaration,
          CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init(
        "a first look, ten minutes long",
        "neuron-shapley rank net.onnx --images val/ --preprocess imagenet --time 10m --output first.run"),
      .init(
        "log-likelihood needs far fewer samples than accuracy",
        "neuron-shapley rank net.onnx --images val/ --preprocess imagenet --metric log-likelihood --evaluations 2e6 --output ll.run"
      ),
      .init(
        "which ten filters matter most, with 95 % confidence, within 0.01 of accuracy",
        "neuron-shapley rank net.onnx --images val/ --preprocess imagenet --estimator stars --top 10 --delta 0.05 --tolerance 0.01 --time 2h --output top.run"
      ),
      .init("go on after an interruption", "neuron-shapley rank net.onnx --images val/ … --output first.run --resume"),
      .init(
        "the published bandit",
        "neuron-shapley rank net.onnx --images val/ --preprocess imagenet --estimator tmab --top 100 --evaluations 1e7 --output tmab.run"
      ),
      .init(
        "layers as players, exactly",
        "neuron-shapley rank net.onnx --images val/ --preprocess cifar10 --groups layers --estimator exact --output layers.run"
      ),
    ])

  let model: String
  let outputPath: String
  let isResuming: Bool
  let images: ImageOptions
  let question: QuestionOptions
  let estimator: EstimatorOptions
  let budget: BudgetOptions
  let seed: UInt64
  let workers: Int
  let memory: Int?
  let variationsPath: String?
  let output: CommonOptions.Output
  let display: ProgressDisplay
  let commandLine: [String]

  init(_ arguments: Arguments) throws {
    model = arguments.positionals[0]
    outputPath = try arguments.required(Self.outputFolder)
    isResuming = arguments[Self.resume]
    seed = try arguments.value(CommonOptions.seed) ?? 0
    workers = try CommonOptions.workerCount(arguments)
    memory = try arguments.value(Self.memory)
    variationsPath = try arguments.value(Self.variations)
    images = try ImageOptions(arguments, seed: seed, workers: workers)
    question = try QuestionOptions(arguments)
    budget = try BudgetOptions(arguments)
    estimator = try EstimatorOptions(arguments)
    output = CommonOptions.Output(arguments)
    display = ProgressDisplay(isQuiet: output.isQuiet, isForced: arguments[CommonOptions.progress])
    commandLine = ["neuron-shapley", Self.description.name] + arguments.words
  }

  func result() async throws -> CommandResult {
    let model = try ModelFile(reading: self.model)
    let folder = try RunFolder(forWritingAt: outputPath, resuming: isResuming)
    let loaded = try await images.load(for: model.network, phase: "decoding", display: display, output: output)
    let calibration = try await images.loadCalibration(for: model.network, display: display, output: output)
    let variations = try await loadVariations(for: model.network)
    let configuration = try configuration(model.network, loaded.images)
    let settings = try JSONValue(settings(model, loaded, calibration, variations, configuration))
    let job = try await prepare(model.network, loaded.images, calibration?.images, configuration)
    try checkTop(job.players.count)
    try folder.adopt(settings, decisive: RankingSettings.decisive)
    let stored = try StoredCheckpoint.read(from: folder)
    if isResuming {
      output.remark(stored == nil ? "there is no checkpoint yet: beginning" : "going on from the checkpoint")
    }

    if budget.isUnlimited {
      if estimator.name.needsBudget, let planned = job.configuration.estimator.evaluations {
        output.remark("no budget is given: spending at most \(NumberText.grouped(planned)) evaluations")
      } else if estimator.confidence.endsByDecision(for: configuration.metric) {
        output.remark("no budget is given: sampling until the top is decided within the tolerance")
      }
    }
    if stored == nil { try await check(job, loaded.images) }
    let session = RankingSession(job: job, folder: folder, budget: budget, display: display)
    let outcome = try await session.run(resuming: stored)
    let summary = images.summary(loaded)
    let responses = try await responses(outcome.result.ranking, variations, job, loaded.images.classNames)
    let document = RankingDocument(
      outcome, model: model, question: describe(configuration, loaded.images), images: summary,
      calibration: calibration.map { ImageOptions.summary(path: images.calibrationPath ?? "", $0) } ?? summary,
      settings: settings, commandLine: repeating(outcome), workers: workers, responses: responses)
    try RankingFiles.write(document, to: folder, includingRanking: true)
    return RankingFiles.result(document, in: folder)
  }

  /// The command line that makes the same ranking again.
  ///
  /// Without truncation every unit of permutation sampling takes the same number of evaluations, so that a run which the
  /// clock ended is repeated exactly by a budget.
  private func repeating(_ outcome: RankingSession.Outcome) -> [String] {
    var words = commandLine.filter { $0 != "--resume" }
    guard outcome.isRepeatableByEvaluations else { return words }
    for option in ["--time", "--evaluations", "--multiply-adds", "--standard-error"] {
      guard let place = words.firstIndex(where: { $0 == option || $0.hasPrefix(option + "=") }) else { continue }
      words.removeSubrange(place..<min(words.count, place + (words[place].contains("=") ? 1 : 2)))
    }
    return words + ["--evaluations", String(outcome.result.estimate.evaluations)]
  }

  private func prepare(
    _ network: Network, _ images: LabeledImages, _ calibration: LabeledImages?, _ configuration: RankingConfiguration
  ) async throws -> NeuronRankingJob {
    let (workers, memory, display) = (self.workers, self.memory, self.display)
    let total = (calibration ?? images).count
    do {
      let job = try await Interruption.whenAsked {
        try await NeuronRankingJob.prepare(
          network: network, images: images, calibration: calibration, configuration: configuration, workers: workers,
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

  private func configuration(_ network: Network, _ images: LabeledImages) throws -> RankingConfiguration {
    let metric = try question.metric(classNames: images.classNames)
    let imageCount = images.labels.count { metric.uses(label: $0) }
    let choice = try estimator.choice(
      for: metric, labels: images.labels, classCount: network.classCount,
      evaluations: try evaluations(network, metric, imageCount: imageCount), standardError: budget.standardError)
    return RankingConfiguration(
      metric: metric, ablation: question.ablation, players: question.players, estimator: choice, seed: seed)
  }

  /// The budget of evaluations: the one given; none when another limit is; else a default for the estimators that need one.
  private func evaluations(_ network: Network, _ metric: PerformanceMetric, imageCount: Int) throws -> Int? {
    if let evaluations = budget.evaluations { return evaluations }
    guard estimator.name.needsBudget, budget.isUnlimited, !estimator.confidence.endsByDecision(for: metric) else {
      return nil
    }
    let players = try FilterPlayers(ExecutionPlan(network), selection: question.players).count
    return estimator.defaultEvaluations(playerCount: players, imageCount: imageCount)
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

  private func loadVariations(for network: Network) async throws -> ImageVariations? {
    guard let path = variationsPath else { return nil }
    let loaded = try await images.loadUnlabeled(
      path, for: network, phase: "decoding variations", display: display, output: output)
    do { return try ImageVariations(loaded.images) } catch { throw error.inFile(path) }
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
    _ model: ModelFile, _ loaded: LoadedImages, _ calibration: LoadedImages?, _ variations: ImageVariations?,
    _ configuration: RankingConfiguration
  ) -> RankingSettings {
    let options = images.options
    return RankingSettings(
      model: .init(file: model.path, fileDigest: model.digest, digest: model.network.digest),
      images: .init(
        file: images.source.path, labels: images.source.labels, classes: images.source.classes,
        labelOffset: options.labelOffset, limit: options.limit, sample: options.sample,
        skipCorrupt: options.skipCorrupt, preprocessing: images.preprocessing, count: loaded.images.count,
        digest: loaded.images.digest),
      calibration: .init(
        file: images.calibrationPath ?? images.source.path, count: (calibration ?? loaded).images.count,
        digest: (calibration ?? loaded).images.digest),
      variations: variations.map {
        .init(file: variationsPath ?? "", count: $0.images.count, digest: $0.images.digest)
      },
      ranking: configuration, budget: .init(multiplyAdds: budget.multiplyAdds, seconds: budget.seconds),
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
