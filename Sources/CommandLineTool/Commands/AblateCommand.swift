import Foundation
import Images
import Inference
import InputErrors
import NeuronShapley
import Reports

/// `ablate RUN|RANKING.csv|MODEL --images PATH`: removal curves of a ranking beside those of baselines.
struct AblateCommand: Command {
  private static let model = CommandOption<String>.text(
    "model", "MODEL", "The model's file, where SOURCE is a table or the run's model has moved.")
  private static let rankingImages = CommandOption<String>.text(
    "ranking-images", "PATH",
    "The images that the ranking is, or was, made on, in any form that --images takes: baselines are computed on them, and "
      + "a model's ranking is made on them. Without it: those of the run; of a model, a part of --images.")
  private static let share = CommandOption<Double>.real(
    "share", "S", "Of a model: the share of --images that the ranking is made on; curves are measured on the rest.",
    default: "0.5", expected: "a number between 0 and 1"
  ) { $0 > 0 && $0 < 1 }
  private static let outputFolder = CommandOption<String>.text(
    "output", "DIR", "The folder to write; it must be new or empty. Needed where SOURCE is a model.")

  static let description = CommandDescription(
    name: "ablate",
    summary: "tests a ranking: what the metric is when its filters are removed, beside simpler rankings",
    discussion: [
      "Filters are removed one after the other, the most important first and the least important first, and the metric is "
        + "measured on the way, on images that the ranking has not seen. A good ranking's first curve falls fast, its "
        + "second stays up. Beside it stand orders that are cheaper: random ones, the loss when a filter is removed alone "
        + "(leave-one-out), the norm of its weights, the mean and the variance of its activation, the first-order effect of "
        + "its removal (taylor), and its conductance (integrated gradients).",
      "SOURCE is a run of 'rank': its images are left out of --images, pixel by pixel. Or a table with the columns player "
        + "and rank (--model says whose filters). Or a model: then --images are parted, the ranking is made on one part "
        + "with the options below, and curves are measured on the other.",
      "Means that removed filters take come from the ranking's images (or from --calibration). Intervals are of the "
        + "bootstrap over images; they say how curves would move with other images, not with another ranking.",
    ],
    positionals: [.init("SOURCE", "a run folder, a table of ranked players (.csv), or a model (.onnx)")],
    groups: ImageOptions.groups + [
      .init("ranking", [model.declaration, rankingImages.declaration, share.declaration]), AblationOptions.group,
      QuestionOptions.group, EstimatorOptions.group, BudgetOptions.group,
      .init(
        "run",
        [
          outputFolder.declaration, RankCommand.resume.declaration, CommonOptions.seed.declaration,
          CommonOptions.workers.declaration, RankingTask.memory.declaration, CommonOptions.progress.declaration,
          CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init("is the ranking right?", "neuron-shapley ablate first.run --images test/ --output test.ablation"),
      .init(
        "one set of images for both",
        "neuron-shapley ablate net.onnx --images val/ --preprocess imagenet --metric log-likelihood --time 10m --output ab"
      ),
      .init(
        "the first hundred filters, against random ones and their weights",
        "neuron-shapley ablate first.run --images test/ --most 100 --baselines random,weight-norm --directions most-first"
      ),
    ])

  let source: String
  let modelPath: String?
  let rankingImagesPath: String?
  let share: Double
  let outputPath: String?
  let isResuming: Bool
  let images: ImageOptions
  let options: AblationOptions
  let task: RankingTask
  let ablation: Ablation?
  /// Options given that only a ranking to be made has a use for.
  let rankingOptions: [String]

  init(_ arguments: Arguments) throws {
    source = arguments.positionals[0]
    modelPath = try arguments.value(Self.model)
    rankingImagesPath = try arguments.value(Self.rankingImages)
    share = try arguments.value(Self.share) ?? 0.5
    outputPath = try arguments.value(Self.outputFolder)
    isResuming = arguments[RankCommand.resume]
    task = try RankingTask(arguments, command: Self.description.name)
    images = try ImageOptions(arguments, seed: task.seed, workers: task.workers, needsPreprocessing: false)
    options = try AblationOptions(arguments)
    ablation = try arguments.value(RemovalOptions.ablation)
    let estimation = (EstimatorOptions.group.options + BudgetOptions.group.options + QuestionOptions.group.options)
      .map(\.name).filter { $0 != "ablation" }
    rankingOptions = (estimation + ["share"]).filter { name in
      arguments.words.contains { $0 == "--\(name)" || $0.hasPrefix("--\(name)=") }
    }
  }

  func result() async throws -> CommandResult {
    let clock = ContinuousClock()
    if !TestedRanking.isRanking(source) { try requireModel() }
    let folder = try outputPath.map { try ResultFolder(path: $0, resuming: isResuming) }
    let trial = try await (TestedRanking.isRanking(source) ? existingRanking() : newRanking(folder))
    let start = clock.now
    let test = try await measure(trial)
    let network = trial.ranking.model.network
    let document = AblationDocument(
      toolVersion: Tool.version, commandLine: task.commandLine.filter { $0 != "--resume" },
      ranking: .init(path: trial.path, document: trial.ranking.document),
      network: .init(
        file: trial.ranking.model.path, digest: trial.ranking.model.digest, inputShape: network.inputShape.extents,
        classes: network.classCount, parameters: network.parameterCount, multiplyAdds: network.multiplyAdds),
      images: .init(path: images.source.path, count: trial.images.count, digest: trial.images.digest),
      rankingImages: trial.rankingImages.map {
        .init(path: trial.rankingImagesPath, count: $0.count, digest: $0.digest)
      },
      split: trial.split, ablation: (ablation ?? trial.ranking.settings?.ranking.ablation ?? .mean).rawValue,
      className: test.configuration.metric.classIndex.map { trial.images.className(of: $0) }, test: test,
      seconds: (clock.now - start) / .seconds(1))
    if let folder {
      for table in AblationTables.all(document) { try folder.write(table.csv, as: table.name) }
      for figure in AblationFigures.all(document) { try folder.write(figure: figure.svg, named: figure.name) }
      try folder.write(AblationPage.page(document), as: ResultFolder.report)
      try folder.write(try document.json(), as: ResultFolder.document)
    }
    let pointer = folder.map { "\n  report: \($0.file(ResultFolder.report))\n" } ?? ""
    return CommandResult(text: AblationText.text(document), pointer: pointer) { try document.json() }
  }

  /// A ranking with the images that it is tested on and those that it was made on.
  private struct Trial {
    var ranking: TestedRanking
    var path: String
    var images: LabeledImages
    var rankingImages: LabeledImages?
    var rankingImagesPath: String
    var calibration: LabeledImages?
    var split: String
  }

  private func existingRanking() async throws -> Trial {
    if let option = rankingOptions.first {
      throw InputError(
        .usage, "the ranking is made already", at: .init(key: "--\(option)"), found: "the run '\(source)'",
        hint: "the option has a use where SOURCE is a model")
    }
    let ranking = try TestedRanking(reading: source, model: modelPath)
    guard images.saysPreprocessing || ranking.settings != nil else { throw ImageOptions.preprocessingIsMissing }
    let images = self.images.preprocessed(as: ranking.settings?.images.preprocessing ?? .none)
    let network = ranking.model.network
    let loaded = try await images.load(for: network, phase: "decoding", display: task.display, output: task.output)
    let calibration = try await images.loadCalibration(for: network, display: task.display, output: task.output)
    let own: LabeledImages?
    if let path = rankingImagesPath {
      own = try await images.load(
        ImageSource(path: path, classes: images.source.classes), classCount: network.classCount,
        phase: "decoding the ranking's images", display: task.display, output: task.output
      ).images
    } else {
      own = try await ranking.ownImages(workers: task.workers, display: task.display)
    }
    let path = rankingImagesPath ?? ranking.settings?.images.file ?? ""
    guard let own else {
      return Trial(
        ranking: ranking, path: source, images: loaded.images, rankingImages: nil, rankingImagesPath: path,
        calibration: calibration?.images,
        split: "The images that the ranking was made on are not known: whether these are new to it, it cannot be told.")
    }
    guard let rest = loaded.images.without(own) else {
      throw InputError(
        .data, "the ranking has seen every one of the images",
        at: .init(file: self.images.source.path, key: "--images"),
        hint: "give others, or name the model instead of the run: then the images are parted before the ranking is made"
      )
    }
    let seen = loaded.images.count - rest.count
    return Trial(
      ranking: ranking, path: source, images: rest, rankingImages: own, rankingImagesPath: path,
      calibration: calibration?.images,
      split: seen == 0
        ? "None of the images is among the ranking's \(NumberText.grouped(own.count))."
        : "\(NumberText.grouped(seen)) images that the ranking was made on are left out.")
  }

  /// Throws where SOURCE is neither a ranking nor a model.
  private func requireModel() throws {
    if modelPath != nil {
      throw InputError(
        FileManager.default.fileExists(atPath: source) ? .data : .noInput, "there is no ranking",
        at: .init(file: source), expected: "a run folder, or a table with the columns player and rank",
        hint: "to rank a model first, name it in place of the ranking, without --model")
    }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: source, isDirectory: &isFolder), isFolder.boolValue {
      throw InputError(
        .data, "the folder holds no ranking that can be read", at: .init(file: source),
        expected: RunFolder.File.players.rawValue)
    }
  }

  private func newRanking(_ folder: ResultFolder?) async throws -> Trial {
    guard let folder else {
      throw InputError(.usage, "a new ranking needs a folder", at: .init(key: "--output"), expected: "--output DIR")
    }
    guard images.saysPreprocessing else { throw ImageOptions.preprocessingIsMissing }
    let model = try ModelFile(reading: source)
    let loaded = try await images.load(
      for: model.network, phase: "decoding", display: task.display, output: task.output)
    let calibration = try await images.loadCalibration(
      for: model.network, display: task.display, output: task.output)
    var (chosen, rest) = (loaded, loaded.images)
    var split: String
    if let path = rankingImagesPath {
      chosen = try await images.load(
        ImageSource(path: path, classes: images.source.classes), classCount: model.network.classCount,
        phase: "decoding the ranking's images", display: task.display, output: task.output)
      guard let left = loaded.images.without(chosen.images) else {
        throw InputError(
          .data, "all of the images are among the ranking's", at: .init(file: images.source.path, key: "--images"))
      }
      let seen = loaded.images.count - left.count
      rest = left
      split =
        seen == 0
        ? "None of them is among the ranking's \(NumberText.grouped(chosen.images.count))."
        : "\(NumberText.grouped(seen)) that the ranking is made on are left out."
    } else {
      let parts = try loaded.images.split(share: share, seed: task.seed)
      chosen = loaded.replacing(images: parts.first)
      rest = parts.second
      split =
        "The ranking is made on \(NumberText.grouped(chosen.images.count)) of the "
        + "\(NumberText.grouped(loaded.images.count)) images, drawn class by class by the seed \(task.seed); these are the others."
    }
    let run = try RunFolder(forWritingAt: folder.file(ResultFolder.ranking), resuming: isResuming)
    let material = RankingTask.Material(
      model: model, options: images, loaded: chosen, calibration: calibration,
      metric: try task.question.metric(classNames: loaded.images.classNames))
    _ = try await task.run(material, in: run, isResuming: isResuming)
    return Trial(
      ranking: try TestedRanking(reading: run.path, model: source), path: run.path, images: rest,
      rankingImages: chosen.images, rankingImagesPath: rankingImagesPath ?? images.source.path,
      calibration: calibration?.images, split: split)
  }

  private func metric(_ trial: Trial) throws -> PerformanceMetric {
    let own = trial.ranking.settings?.ranking.metric
    guard let kind = options.measure else {
      switch own {
      case .classAccuracy(let index): return .classAccuracy(index)
      case .binary(let index): return .binary(index)
      case nil, .accuracy, .top5, .logLikelihood, .probability, .logit, .margin, .attackSuccess, .attackProbability:
        return .accuracy
      }
    }
    switch kind {
    case .classAccuracy, .binary:
      guard let classIndex = own?.classIndex else {
        throw InputError(
          .usage, "the ranking is about no class", at: .init(key: "--measure"), found: "'\(kind.rawValue)'",
          hint: "rank with --metric class-accuracy or binary and --class")
      }
      return try PerformanceMetric(parsing: kind.rawValue, classIndex: classIndex)
    case .accuracy, .top5, .logLikelihood, .probability, .logit, .margin, .attackSuccess, .attackProbability:
      return try PerformanceMetric(parsing: kind.rawValue)
    }
  }

  private func measure(_ trial: Trial) async throws -> AblationTest {
    let metric = try metric(trial)
    let network = trial.ranking.model.network
    let set = try CommonOptions.instructionSet()
    let plan = try ExecutionPlan(network, instructionSet: set)
    let selection = trial.ranking.selection
    let players = try FilterPlayers(plan, selection: selection)
    let order = try trial.ranking.order(of: players)
    let used = trial.images.labels.indices.filter { metric.uses(label: trial.images.labels[$0]) }
    guard !used.isEmpty else {
      throw InputError(.data, "the metric '\(metric.name)' has no image to look at", at: .init(key: "--images"))
    }
    let images = used.count == trial.images.count ? trial.images : trial.images.subset(used)
    let needing = options.baselines.filter(\.needsImages)
    guard trial.rankingImages != nil || needing.isEmpty else {
      throw InputError(
        .usage, "these baselines need the images that the ranking was made on", at: .init(key: "--ranking-images"),
        found: needing.map(\.rawValue).joined(separator: ", "), hint: "or choose with --baselines random,weight-norm")
    }
    let kind = ablation ?? trial.ranking.settings?.ranking.ablation ?? .mean
    let calibration = trial.calibration ?? trial.rankingImages ?? images
    let (workers, display, seed) = (task.workers, task.display, task.seed)
    let baselineImages = (trial.rankingImages ?? images).sample(options.baselineSample, seed: seed)
    let configuration = AblationTest.Configuration(
      metric: metric, baselines: options.baselines, directions: options.directions, most: options.most,
      steps: options.steps, randomOrders: options.randomOrders, seed: seed)
    do {
      let test = try await Interruption.whenAsked {
        let ablation = try await CalibratedAblation.measured(
          kind, plan: plan, on: calibration, seed: seed, workers: workers
        ) { display.report(ProgressLine("calibrating", done: $0, total: calibration.count, unit: "images")) }
        let baselines = try BaselineScores(
          network, players: players, images: baselineImages, ablation: ablation, workers: workers, instructionSet: set)
        return try await AblationTest.measured(
          configuration, plan: plan, players: players, ranking: order, baselines: baselines, ablation: ablation,
          on: images, workers: workers
        ) { progress in
          switch progress {
          case .baseline(let baseline, let done, let total):
            display.report(ProgressLine("baseline \(baseline.rawValue)", done: done, total: total, unit: "images"))
          case .curves(let done, let total):
            display.report(ProgressLine("removing", done: done, total: total, unit: "blocks"))
          }
        }
      }
      display.end()
      return test
    } catch let error as InputError {
      throw error.kind == .usage ? error.asOption : error
    }
  }
}
