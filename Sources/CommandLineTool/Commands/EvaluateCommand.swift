import Foundation
import Inference
import InputErrors
import NeuronShapley
import Reports

/// `evaluate MODEL --images PATH`: how well the network classifies, whole or with filters removed.
struct EvaluateCommand: Command {
  static let description = CommandDescription(
    name: "evaluate", summary: "measures a model on labelled images, with filters removed at will",
    discussion: [
      "Prints accuracy, top-5 accuracy and mean log-likelihood with standard errors over the images, the classes one by "
        + "one, and the commonest mistakes; --json has the whole confusion matrix.",
      "Check here that the preprocessing is right before you rank: a model that scores far below what it is known for is "
        + "fed wrongly.",
    ],
    positionals: [ModelFile.positional],
    groups: ImageOptions.groups + [
      RemovalOptions.group,
      .init(
        "run",
        [
          CommonOptions.seed.declaration, CommonOptions.workers.declaration, CommonOptions.progress.declaration,
          CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init("a torchvision model", "neuron-shapley evaluate resnet18.onnx --images val/ --preprocess imagenet"),
      .init(
        "without two filters",
        "neuron-shapley evaluate net.onnx --images val/ --preprocess imagenet --remove conv1:3,conv2:17"),
      .init(
        "without the ten best of a ranking",
        "neuron-shapley evaluate net.onnx --images val/ --preprocess imagenet --remove first.run/players.csv --first 10"
      ),
    ])

  let model: String
  let images: ImageOptions
  let removal: RemovalOptions
  let seed: UInt64
  let workers: Int
  let output: CommonOptions.Output
  let display: ProgressDisplay

  init(_ arguments: Arguments) throws {
    model = arguments.positionals[0]
    seed = try arguments.value(CommonOptions.seed) ?? 0
    workers = try CommonOptions.workerCount(arguments)
    images = try ImageOptions(arguments, seed: seed, workers: workers)
    removal = try RemovalOptions(arguments)
    output = CommonOptions.Output(arguments)
    display = ProgressDisplay(isQuiet: output.isQuiet, isForced: arguments[CommonOptions.progress])
  }

  func result() async throws -> CommandResult {
    let model = try ModelFile(reading: self.model)
    let plan = try ExecutionPlan(model.network, instructionSet: CommonOptions.instructionSet())
    let filters = try removal.filters(of: plan, seed: seed)
    let loaded = try await images.load(for: model.network, phase: "decoding", display: display, output: output)
    let labeled = loaded.images
    try labeled.requireFit(model.network)
    let calibration =
      try await images.loadCalibration(for: model.network, display: display, output: output)?.images ?? labeled
    let (workers, display, kind, seed) = (self.workers, self.display, removal.ablation, self.seed)
    // Without the removal too: a wrong preprocessing must not pass for the filters' doing.
    let (report, whole) = try await Interruption.whenAsked {
      var ablation: CalibratedAblation?
      if !filters.isEmpty {
        ablation = try await CalibratedAblation.measured(
          kind, plan: plan, on: calibration, seed: seed, workers: workers
        ) { display.report(ProgressLine("calibrating", done: $0, total: calibration.count, unit: "images")) }
      }
      let report = try await ClassificationReport.measured(
        plan, on: labeled, removing: filters, ablation: ablation, workers: workers
      ) { display.report(ProgressLine("evaluating", done: $0, total: labeled.count, unit: "images")) }
      guard !filters.isEmpty else { return (report, report) }
      let whole = try await ClassificationReport.measured(plan, on: labeled, workers: workers) {
        display.report(ProgressLine("evaluating the whole network", done: $0, total: labeled.count, unit: "images"))
      }
      return (report, whole)
    }
    display.end()
    let document = EvaluationDocument(
      file: model.path, digest: model.digest, images: images.summary(loaded), classNames: labeled.classNames,
      report: report)
    if !filters.isEmpty { output.remark(EvaluationText.sentence(whole)) }
    if let warning = EvaluationText.warning(whole) { output.remark(warning) }
    return CommandResult(text: EvaluationText.text(document)) { try JSONValue(document).pretty }
  }
}
