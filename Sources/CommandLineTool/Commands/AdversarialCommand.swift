import Foundation
import Images
import Inference
import InputErrors
import NeuronShapley
import Reports

/// `adversarial MODEL --images PATH --output DIR`: which filters an attack on images needs, and what their removal helps.
struct AdversarialCommand: Command {
  /// The metrics of an attack, by the words on the command line.
  enum Metric: String, Sendable, CaseIterable {
    case success = "attack-success"
    case probability = "attack-probability"

    func metric(target: Int?) -> PerformanceMetric {
      switch self {
      case .success: .attackSuccess(target: target)
      case .probability: .attackProbability(target: target)
      }
    }
  }

  static let metric = CommandOption<Metric>.choice(
    "metric", "M",
    "What is shared out: less the share of attacked images on which the attack succeeds, or less their mean probability of "
      + "doing so, which needs far fewer evaluations.", default: .success)
  static let saveImages = CommandOption<Bool>.flag(
    "save-images", "Write the attacked pictures to DIR/images/ranked and DIR/images/judged, as PNG files with lists.")
  static let outputFolder = CommandOption<String>.text(
    "output", "DIR",
    "The folder to make; it must be new or empty, or hold what --resume goes on with. The ranking is a run folder within.",
    isRequired: true)
  static let resume = CommandOption<Bool>.flag(
    "resume", "Go on with what an interrupted command has begun: its ranking goes on from the last checkpoint.")
  /// The folder within, which holds the ranking.
  static let rankingFolder = "ranking"

  static let description = CommandDescription(
    name: "adversarial", summary: "finds the filters that an attack on images needs",
    discussion: [
      "Images that the network gets right are changed by projected gradient descent until they are taken for --targeted, or "
        + "for any other class. Then every filter is a player of a game whose worth is less the success of the attack: a "
        + "filter with a negative value helps the attack. The filters that the attack needs most are removed, and on images "
        + "that the ranking has not seen it is measured what that costs on clean images, what the same attacked pictures still "
        + "achieve, and what attacks made anew against the reduced network achieve. The last is what an attacker would do.",
      "An attack with a target asks a sharper question: without one, any wrong answer is a success, that of a ruined network "
        + "too.",
      "The folder gets report.html, result.json, filters.csv, removals.csv, classes.csv and figures, and the ranking as a run "
        + "folder of its own. Removed filters take values measured on clean images.",
    ],
    positionals: [ModelFile.positional],
    groups: ImageOptions.groups + [
      AttackOptions.group, AttackTestOptions.group,
      .init(
        "question",
        [
          metric.declaration, RemovalOptions.ablation.declaration, PlayerOptions.groups.declaration,
          PlayerOptions.layers.declaration, PlayerOptions.linear.declaration,
          PlayerOptions.classifier.declaration,
        ]),
      EstimatorOptions.group, BudgetOptions.group,
      .init(
        "run",
        [
          outputFolder.declaration, saveImages.declaration, resume.declaration, CommonOptions.seed.declaration,
          CommonOptions.workers.declaration, RankingTask.memory.declaration, CommonOptions.progress.declaration,
          CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init(
        "which filters turn anything into a zebra",
        "neuron-shapley adversarial net.onnx --images val/ --preprocess imagenet --targeted zebra --time 10m --output zebra"
      ),
      .init(
        "small changes in L2, judged by other images",
        "neuron-shapley adversarial net.onnx --images train.bin --test test.bin --preprocess cifar10 --attack l2 --epsilon 0.5 --targeted 3 --metric attack-probability --evaluations 5e5 --output cat"
      ),
      .init(
        "beside the filters that matter to the accuracy",
        "neuron-shapley adversarial net.onnx --images val/ --preprocess imagenet --targeted zebra --beside first.run --output zebra"
      ),
    ])

  let model: String
  let outputPath: String
  let isResuming: Bool
  let savesImages: Bool
  let images: ImageOptions
  let attack: AttackOptions
  let test: AttackTestOptions
  let metric: Metric
  let task: RankingTask

  init(_ arguments: Arguments) throws {
    model = arguments.positionals[0]
    outputPath = try arguments.required(Self.outputFolder)
    isResuming = arguments[Self.resume]
    savesImages = arguments[Self.saveImages]
    metric = try arguments.value(Self.metric) ?? .success
    task = try RankingTask(arguments, command: Self.description.name)
    images = try ImageOptions(arguments, seed: task.seed, workers: task.workers)
    attack = try AttackOptions(arguments, seed: task.seed)
    test = try AttackTestOptions(arguments)
  }

  func result() async throws -> CommandResult {
    let (display, output) = (task.display, task.output)
    let model = try ModelFile(reading: self.model), network = model.network
    let folder = try ResultFolder(path: outputPath, resuming: isResuming)
    let run = try RunFolder(forWritingAt: folder.file(Self.rankingFolder), resuming: isResuming)
    let loaded = try await images.load(for: network, phase: "decoding", display: display, output: output)
    let attack = try attack.attack(classNames: loaded.images.classNames, classCount: network.classCount)
    let parts = try await test.parts(
      of: loaded, images, network: network, seed: task.seed, display: display, output: output)
    let calibration = try await images.loadCalibration(for: network, display: display, output: output) ?? parts.ranked

    let instructions = try CommonOptions.instructionSet()
    let plan = try ExecutionPlan(network, instructionSet: instructions)
    let players = try FilterPlayers(plan, selection: task.question.players)
    let counts = try test.counts(playerCount: players.count)
    let beside = try besideOrder(players)
    let whole = try AttackedNetwork(network, instructionSet: instructions)
    let ranked = try await attacked(parts.ranked.images, attack, whole, plan, phase: "attacking images to rank on")
    let tested = try await attacked(parts.tested.images, attack, whole, plan, phase: "attacking images to judge by")
    if savesImages {
      try AttackedImageFiles(result: ranked.result).write(to: folder.file("images/ranked"))
      try AttackedImageFiles(result: tested.result).write(to: folder.file("images/judged"))
    }

    let material = RankingTask.Material(
      model: model, options: images,
      loaded: parts.ranked.replacing(images: ranked.result.images),
      calibration: calibration, variations: nil, metric: metric.metric(target: attack.target), isAttacked: true)
    let ranking = try await task.run(material, in: run, isResuming: isResuming)
    let needed = AdversarialDocument.Player.all(ranking)
    var sequences = [
      RemovalTrials.Sequence(order: .attack, players: [try needed.map { try players.player(named: $0.player) }])
    ]
    if let beside { sequences.append(.init(order: .beside, players: [beside])) }
    sequences.append(
      .init(
        order: .random,
        players: RemovalTrials.randomOrders(test.randomOrders, playerCount: players.count, seed: task.seed)))
    let removals = try await removals(sequences, counts, plan, players, calibration.images, whole, parts, tested.result)

    let document = AdversarialDocument(
      toolVersion: Tool.version, commandLine: task.commandLine.filter { $0 != "--resume" }, network: ranking.network,
      attack: attack,
      classNames: loaded.images.classNames,
      ranked: .init(images.summary(parts.ranked), ranked.candidates, ranked.result, seed: task.seed),
      tested: .init(
        ImageOptions.summary(path: parts.path, parts.tested), tested.candidates, tested.result, seed: task.seed),
      testOrigin: parts.origin, classes: AdversarialDocument.ClassSuccess.all(ranked.result),
      ranking: .init(ranking, folder: Self.rankingFolder), players: needed, removals: removals,
      besideFile: test.besidePath)
    let figures = try AdversarialFigures.all(document, examples: ranked.result.examples(count: 6))
    for figure in figures { try folder.write(figure: figure.drawing.document, named: figure.name) }
    for table in AdversarialTables.all(document) { try folder.write(table.csv, as: table.name) }
    try folder.write(AdversarialPage.page(document, figures: figures), as: ResultFolder.report)
    let json = try JSONValue(document).pretty
    try folder.write(json, as: ResultFolder.document)
    return CommandResult(
      text: AdversarialText.text(document), pointer: "\n  report: \(folder.file(ResultFolder.report))\n"
    ) { json }
  }

  /// Attacks those of the images that it is worth while on.
  private func attacked(
    _ images: LabeledImages, _ attack: AdversarialAttack, _ network: AttackedNetwork, _ plan: ExecutionPlan,
    phase: String
  ) async throws -> (candidates: AttackCandidates, result: AdversarialImages) {
    let (workers, display) = (task.workers, task.display)
    let scale: PixelScale
    do { scale = try images.pixelScale(range: self.attack.pixelRange) } catch { throw error.asOption }
    let found = try await Interruption.whenAsked {
      let candidates = try await AttackCandidates.found(by: plan, in: images, target: attack.target, workers: workers)
      let chosen = images.subset(candidates.indices)
      let result = try await attack.run(against: network, on: chosen, scale: scale, workers: workers) {
        display.report(ProgressLine(phase, done: $0, total: chosen.count, unit: "images"))
      }
      return (candidates: candidates, result: result)
    }
    display.end()
    let success = found.result.success
    task.output.remark(
      "\(phase): \(found.result.outcomes.count) of \(images.count) (\(found.candidates.wrongCount) are wrong as they are"
        + (found.candidates.targetCount > 0 ? ", \(found.candidates.targetCount) of the target" : "")
        + "); the attack succeeds on \(NumberText.percent(success.mean))")
    return found
  }

  /// The order of the other ranking.
  private func besideOrder(_ players: FilterPlayers) throws -> [Int]? {
    guard let path = test.besidePath else { return nil }
    guard FilterNames.isRanking(path) else {
      throw InputError(
        .noInput, "there is no such ranking", at: .init(file: path, key: "--beside"),
        expected: "a run folder of 'rank' or its players.csv")
    }
    var order: [Int] = []
    for (name, place) in try FilterNames.read(path, option: "--beside", part: .all) {
      do { order.append(try players.player(named: name)) } catch {
        var error = error
        error.place.file = place.file
        error.place.line = place.line
        error.place.key = "--beside"
        throw error
      }
    }
    return order
  }

  private func removals(
    _ sequences: [RemovalTrials.Sequence], _ counts: [Int], _ plan: ExecutionPlan, _ players: FilterPlayers,
    _ calibration: LabeledImages, _ network: AttackedNetwork, _ parts: AttackTestOptions.Parts,
    _ tested: AdversarialImages
  ) async throws -> [AdversarialDocument.Removal] {
    let (workers, display, seed, kind) = (task.workers, task.display, task.seed, task.question.ablation)
    let removals = try await Interruption.whenAsked {
      let ablation = try await CalibratedAblation.measured(
        kind, plan: plan, on: calibration, seed: seed, workers: workers)
      let trials = RemovalTrials(
        plan: plan, players: players, ablation: ablation, network: network, images: parts.tested.images,
        attacked: tested, workers: workers, seed: seed)
      return try await trials.measured(sequences, counts: counts) { display.report($0) }
    }
    display.end()
    return removals
  }
}
