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
          CommonOptions.workers.declaration, RankingTask.memory.declaration, CommonOptions.progress.declaration,
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
  let task: RankingTask
  let variationsPath: String?

  init(_ arguments: Arguments) throws {
    model = arguments.positionals[0]
    outputPath = try arguments.required(Self.outputFolder)
    isResuming = arguments[Self.resume]
    task = try RankingTask(arguments, command: Self.description.name)
    variationsPath = try arguments.value(Self.variations)
    images = try ImageOptions(arguments, seed: task.seed, workers: task.workers)
  }

  func result() async throws -> CommandResult {
    let (display, output) = (task.display, task.output)
    let model = try ModelFile(reading: self.model)
    let folder = try RunFolder(forWritingAt: outputPath, resuming: isResuming)
    let loaded = try await images.load(for: model.network, phase: "decoding", display: display, output: output)
    let calibration = try await images.loadCalibration(for: model.network, display: display, output: output)
    let variations = try await loadVariations(for: model.network)
    let material = RankingTask.Material(
      model: model, options: images, loaded: loaded, calibration: calibration, variations: variations,
      metric: try task.question.metric(classNames: loaded.images.classNames))
    let document = try await task.run(material, in: folder, isResuming: isResuming)
    return RankingFiles.result(document, in: folder)
  }

  private func loadVariations(for network: Network) async throws -> RankingTask.Variations? {
    guard let path = variationsPath else { return nil }
    let loaded = try await images.loadUnlabeled(
      path, for: network, phase: "decoding variations", display: task.display, output: task.output)
    do { return .init(path: path, images: try ImageVariations(loaded.images)) } catch { throw error.inFile(path) }
  }
}
