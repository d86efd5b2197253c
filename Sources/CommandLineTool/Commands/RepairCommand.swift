import Foundation
import Images
import Inference
import InputErrors
import NeuronShapley
import Reports

/// `repair MODEL --images PATH --groups CSV:COLUMN`: removes the filters that harm a group of images.
struct RepairCommand: Command {
  private static let outputFolder = CommandOption<String>.text(
    "output", "DIR", "The folder to write; it must be new or empty, or hold the repair that --resume goes on with.",
    isRequired: true)

  static let description = CommandDescription(
    name: "repair", summary: "finds and removes the filters that make a network worse for a group of images",
    discussion: [
      "A network may have learnt something that holds for most images and not for a group: a mark, a colour of skin, a "
        + "hospital's label. Filters are ranked by what they are worth on that group's images; those with a negative value "
        + "harm it. Then they are removed step by step: every step tries the most negative ones left and takes the one that "
        + "raises the group's metric most, as long as all images together lose no more accuracy than --allow and no other "
        + "group more than --allow-group.",
      "What is removed is chosen on one part of the images and judged on the other: only the second tells what was gained. "
        + "Intervals of accuracies are Wilson's, those of changes a bootstrap over images.",
      "The folder gets removed.txt for 'evaluate --remove' and 'prune --remove', steps.csv, result.json, report.html, "
        + "figures, and the ranking as a run folder of its own.",
    ],
    positionals: [ModelFile.positional],
    groups: ImageOptions.groups + [
      RepairOptions.group, QuestionOptions.plainGroup, EstimatorOptions.group, BudgetOptions.group,
      .init(
        "run",
        [
          outputFolder.declaration, RankCommand.resume.declaration, CommonOptions.seed.declaration,
          CommonOptions.workers.declaration, RankingTask.memory.declaration, CommonOptions.progress.declaration,
          CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init(
        "images drawn with a planted bias",
        "neuron-shapley repair net.onnx --images drawn/labels.csv --preprocess world --groups group --metric log-likelihood --evaluations 1e6 --output repaired"
      ),
      .init(
        "a named group, other images to judge by",
        "neuron-shapley repair net.onnx --images val.csv --groups skin --target-group dark --test test.csv --preprocess imagenet --target 0.9 --output repaired"
      ),
    ])

  let model: String
  let outputPath: String
  let isResuming: Bool
  let images: ImageOptions
  let options: RepairOptions
  let task: RankingTask

  init(_ arguments: Arguments) throws {
    model = arguments.positionals[0]
    outputPath = try arguments.required(Self.outputFolder)
    isResuming = arguments[RankCommand.resume]
    task = try RankingTask(arguments, command: Self.description.name, isPlain: true)
    images = try ImageOptions(arguments, seed: task.seed, workers: task.workers)
    options = try RepairOptions(arguments)
  }

  func result() async throws -> CommandResult {
    let model = try ModelFile(reading: self.model)
    let folder = try ResultFolder(path: outputPath, resuming: isResuming)
    let (chosen, choosing, judging, split) = try await parts(model)
    let calibration = try await images.loadCalibration(
      for: model.network, display: task.display, output: task.output)
    let metric = try task.question.metric(classNames: choosing.images.classNames)
    let plan = try ExecutionPlan(model.network, instructionSet: CommonOptions.instructionSet())
    let target = try await targetGroup(plan, choosing)
    let places = choosing.groups.places(of: target)
    guard judging.groups.counts[target] > 0 else {
      throw InputError(
        .data, "the group '\(judging.groups.names[target])' has no image to judge by", at: .init(key: "--target-group"))
    }
    guard !places.isEmpty else {
      throw InputError(
        .data, "the group '\(choosing.groups.names[target])' has no image to choose by",
        at: .init(key: "--target-group"))
    }
    // Removed filters take means over all groups, so that their removal favours none.
    let means = calibration ?? chosen.replacing(images: choosing.images)
    let run = try RunFolder(forWritingAt: folder.file(ResultFolder.ranking), resuming: isResuming)
    let ranking = try await task.run(
      .init(
        model: model, options: images, loaded: chosen.replacing(images: choosing.images.subset(places)),
        calibration: means, metric: metric), in: run, isResuming: isResuming)
    let repair = try await repair(plan, ranking, choosing, judging, target, means.images, metric)
    let network = model.network
    let document = RepairDocument(
      toolVersion: Tool.version, commandLine: task.commandLine.filter { $0 != "--resume" },
      network: .init(
        file: model.path, digest: model.digest, inputShape: network.inputShape.extents, classes: network.classCount,
        parameters: network.parameterCount, multiplyAdds: network.multiplyAdds),
      images: images.summary(chosen.replacing(images: choosing.images)),
      test: .init(
        path: options.testPath ?? images.source.path, count: judging.images.count, digest: judging.images.digest),
      split: split, ranking: .init(path: run.path, document: ranking), ablation: task.question.ablation.rawValue,
      repair: repair)
    for table in RepairTables.all(document) { try folder.write(table.text, as: table.name) }
    for figure in RepairPage.figures(document) { try folder.write(figure: figure.drawing.document, named: figure.name) }
    try folder.write(RepairPage.page(document), as: ResultFolder.report)
    try folder.write(try document.json(), as: ResultFolder.document)
    return CommandResult(
      text: RepairText.text(document),
      pointer: """

          report: \(folder.file(ResultFolder.report))
          to take them out for good: neuron-shapley prune \(self.model) --remove \(folder.file(RepairTables.removed)) …

        """
    ) { try document.json() }
  }

  /// The images to choose by and those to judge by, with their groups.
  private func parts(
    _ model: ModelFile
  ) async throws -> (chosen: LoadedImages, choosing: GroupRepair.Part, judging: GroupRepair.Part, split: String) {
    let loaded = try await images.load(
      for: model.network, phase: "decoding", display: task.display, output: task.output)
    let groups = try options.groups.groups(of: loaded.images, key: "--groups")
    guard groups.names.count > 1 else {
      throw InputError(
        .data, "all images are of one group", at: .init(key: "--groups"), found: "'\(groups.names.joined())'")
    }
    guard let path = options.testPath else {
      let classCount = model.network.classCount
      let strata = loaded.images.labels.indices.map { groups.members[$0] * classCount + loaded.images.labels[$0] }
      let split = ImageSplit(strata: strata, share: 0.5, seed: task.seed)
      guard !split.first.isEmpty, !split.second.isEmpty else {
        throw InputError(.data, "there are too few images to choose by some and judge by others")
      }
      let (first, second) = (loaded.images.subset(split.first), loaded.images.subset(split.second))
      let text =
        "Half of the \(NumberText.grouped(loaded.images.count)) images, group by group and class by class, were drawn by the "
        + "seed \(task.seed) to choose by; the other half judges."
      return (
        loaded.replacing(images: first), .init(images: first, groups: groups.subset(split.first)),
        .init(images: second, groups: groups.subset(split.second)), text
      )
    }
    let test = try await images.load(
      ImageSource(path: path, classes: images.source.classes), classCount: model.network.classCount,
      phase: "decoding the images to judge by", display: task.display, output: task.output)
    guard let fresh = test.images.without(loaded.images) else {
      throw InputError(
        .data, "all of the images to judge by are among those to choose by", at: .init(file: path, key: "--test"))
    }
    let seen = test.images.count - fresh.count
    let judging = GroupRepair.Part(
      images: fresh,
      groups: try (options.testGroups ?? options.groups).groups(
        of: fresh, key: options.testGroups == nil ? "--groups" : "--test-groups", names: groups.names))
    return (
      loaded, .init(images: loaded.images, groups: groups), judging,
      "Chosen by \(NumberText.grouped(loaded.images.count)) images of \(images.source.path), judged by "
        + "\(NumberText.grouped(fresh.count)) of \(path)"
        + (seen == 0 ? "." : "; \(NumberText.grouped(seen)) that are among the first were left out.")
    )
  }

  private func targetGroup(_ plan: ExecutionPlan, _ part: GroupRepair.Part) async throws -> Int {
    guard options.targetGroup == "worst" else {
      do { return try part.groups.group(named: options.targetGroup) } catch var error {
        error.place.key = "--target-group"
        throw error
      }
    }
    let (workers, display, total) = (task.workers, task.display, part.images.count)
    let scores = try await Interruption.whenAsked {
      try await GroupScores.measured(plan, on: part, workers: workers) {
        display.report(ProgressLine("looking for the worst group", done: $0, total: total, unit: "images"))
      }
    }
    display.end()
    return scores.worst ?? 0
  }

  private func repair(
    _ plan: ExecutionPlan, _ ranking: RankingDocument, _ choosing: GroupRepair.Part, _ judging: GroupRepair.Part,
    _ target: Int, _ calibration: LabeledImages, _ metric: PerformanceMetric
  ) async throws -> GroupRepair {
    let players = try FilterPlayers(plan, selection: task.question.players)
    let configuration = GroupRepair.Configuration(
      metric: metric, target: options.target, allowance: options.allowance,
      groupAllowance: options.groupAllowance, candidates: options.candidates,
      most: min(options.most, players.count), seed: task.seed)
    let (workers, display, kind, seed) = (task.workers, task.display, task.question.ablation, task.seed)
    let values = ranking.players.map(\.value)
    let most = configuration.most
    let repair = try await Interruption.whenAsked {
      let ablation = try await CalibratedAblation.measured(
        kind, plan: plan, on: calibration, seed: seed, workers: workers
      ) { display.report(ProgressLine("calibrating", done: $0, total: calibration.count, unit: "images")) }
      return try await GroupRepair.measured(
        configuration, plan: plan, players: players, values: values, targetGroup: target, ablation: ablation,
        choosing: choosing, judging: judging, workers: workers
      ) { removed, _ in
        display.report(ProgressLine("repairing", done: removed, total: most, unit: "filters removed"))
      }
    }
    display.end()
    return repair
  }
}
