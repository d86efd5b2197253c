import AtomicFiles
import Foundation
import Images
import Inference
import InputErrors
import ModelFormats
import Networks
import NeuronShapley
import Pruning
import Reports
import Statistics

/// `prune MODEL --remove FILE|LIST|RUN --output FILE`: takes removed filters out of the network for good.
struct PruneCommand: Command {
  static let target = CommandOption<String>.text(
    "output", "FILE", "The pruned model, an ONNX file; must not exist.", isRequired: true)
  static let report = CommandOption<String>.text(
    "report", "DIR", "Also write a page with every layer before and after, the document and a table; new or empty.")
  static let tolerance = CommandOption<Double>.real(
    "tolerance", "X",
    "How far a logit may be from the ablated network's, relative to the image's largest logit. When the pruned "
      + "network is further away, nothing is written and the command fails.", default: "1e-5",
    expected: "a positive number"
  ) { $0 > 0 }

  static let description = CommandDescription(
    name: "prune", summary: "takes filters out of a model for good and writes a smaller, faster one",
    discussion: [
      "The pruned model computes what the original does with the filters' outputs replaced (--ablation): what they were "
        + "replaced with goes into the biases of the layers behind, exactly, at padded borders too. Filters that nothing "
        + "reads any longer, or that have become constant, go as well. Nothing is trained again.",
      "A filter whose output is added to others' keeps its place in the sum where that costs less than moving channels; "
        + "its weights are zeros then, and the report says so.",
      "The file is read again, and its logits are compared with the ablated network's on every image before it is "
        + "written. The report has accuracies, parameters, multiply-adds, file sizes, and the time of a forward pass "
        + "before and after, measured in turn.",
    ],
    positionals: [ModelFile.positional],
    groups: ImageOptions.optionalGroups(
      without:
        "Without images the outputs are compared on noise and nothing is said of accuracy; --ablation mean needs "
        + "them."
    ) + [
      RemovalOptions.group,
      .init("output", [target.declaration, report.declaration, tolerance.declaration]),
      .init(
        "run",
        [
          CommonOptions.seed.declaration, CommonOptions.workers.declaration, CommonOptions.progress.declaration,
          CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init(
        "without the 200 least important filters of a ranking",
        "neuron-shapley prune net.onnx --remove first.run --last 200 --images val/ --preprocess imagenet --output small.onnx"
      ),
      .init(
        "without two filters, as if their outputs were 0",
        "neuron-shapley prune net.onnx --remove conv1:3,conv2:17 --ablation zero --output small.onnx --report small"),
    ])

  /// Images of noise that stand in where there are none.
  private static let noiseCount = 16

  let model: String
  let images: ImageOptions?
  let removal: RemovalOptions
  let target: String
  let report: String?
  let tolerance: Double
  let seed: UInt64
  let workers: Int
  let output: CommonOptions.Output
  let display: ProgressDisplay
  let words: [String]

  init(_ arguments: Arguments) throws {
    model = arguments.positionals[0]
    words = ["neuron-shapley", Self.description.name] + arguments.words
    seed = try arguments.value(CommonOptions.seed) ?? 0
    workers = try CommonOptions.workerCount(arguments)
    removal = try RemovalOptions(arguments)
    target = try arguments.required(Self.target)
    report = try arguments.value(Self.report)
    tolerance = try arguments.value(Self.tolerance) ?? 1e-5
    output = CommonOptions.Output(arguments)
    display = ProgressDisplay(isQuiet: output.isQuiet, isForced: arguments[CommonOptions.progress])
    guard !removal.isEmpty else {
      throw InputError(
        .usage, "nothing is said of the filters to take out", at: .init(key: "--remove"),
        expected: RemovalOptions.remove.declaration.usage, hint: "or --remove-random N")
    }
    if case .resample = removal.ablation {
      throw InputError(
        .usage, "no model can hold other images' outputs", at: .init(key: "--ablation"),
        expected: "mean, meanMap, zero or batchNormShift", found: "resample")
    }
    guard arguments.has(ImageOptions.images) else {
      images = nil
      guard !removal.ablation.needsCalibration else {
        throw InputError(
          .usage, "the filters' outputs become means over images, and there are none", at: .init(key: "--images"),
          expected: ImageOptions.images.declaration.usage, hint: "or take --ablation zero")
      }
      return
    }
    images = try ImageOptions(arguments, seed: seed, workers: workers)
  }

  func result() async throws -> CommandResult {
    let model = try ModelFile(reading: self.model)
    guard !FileManager.default.fileExists(atPath: target) else {
      throw InputError(
        .cannotWrite, "the file exists already", at: .init(file: target, key: "--output"),
        hint: "choose another --output")
    }
    let plan = try ExecutionPlan(model.network, instructionSet: CommonOptions.instructionSet())
    let filters = try removal.filters(of: plan, seed: seed)
    guard !filters.isEmpty else {
      throw InputError(.usage, "the list names no filter", at: .init(key: "--remove"), found: removal.summary)
    }
    let folder = try report.map { path throws(InputError) in try ResultFolder(path: path, option: "--report") }
    let evidence = try await evidence(plan, filters)
    let pruned = try PrunedNetwork(plan, removing: filters, ablation: evidence.ablation)
    let bytes = try ONNXWriter().bytes(of: pruned.network)
    let small = try ExecutionPlan(ONNXReader().read(bytes), instructionSet: plan.instructionSet)
    let (workers, tolerance) = (self.workers, self.tolerance)
    display.report(ProgressLine("comparing", done: 0, total: evidence.inputs.count, unit: "images"))
    let check = try await Interruption.whenAsked {
      try await PruningCheck.measured(
        plan, removing: filters, ablation: evidence.ablation, against: small, on: evidence.inputs, workers: workers)
    }
    guard check.largestDifference <= tolerance else {
      display.end()
      throw PruningDisagreement(difference: check.largestDifference, tolerance: tolerance)
    }
    let performance = try await performance(plan, small, filters, evidence)
    let speed = try ForwardTiming.measured(before: plan, after: small, on: evidence.inputs)
    display.end()
    try AtomicFile.write([UInt8](bytes), to: target)
    let document = PruningDocument(
      pruned, small: small.network, bytes: bytes, model: model, command: self, evidence: evidence, filters: filters,
      check: check, speed: speed, performance: performance)
    if let folder {
      try folder.write(PruningPage.page(document), as: ResultFolder.report)
      try folder.write(PruningPage.csv(document), as: "layers.csv")
      try folder.write(try JSONValue(document).pretty, as: ResultFolder.document)
    }
    return CommandResult(
      text: PruningText.text(document),
      pointer: report.map { "\n  report: \($0)/\(ResultFolder.report)\n" } ?? ""
    ) { try JSONValue(document).pretty }
  }

  // MARK: What it is measured on

  /// The images, or noise, and what removed filters' outputs become.
  struct Evidence: Sendable {
    let labeled: LabeledImages?
    let inputs: InputImages
    let images: RankingDocument.ImagesSummary?
    let calibration: RankingDocument.ImagesSummary?
    let ablation: CalibratedAblation
  }

  private func evidence(_ plan: ExecutionPlan, _ filters: [Filter]) async throws -> Evidence {
    guard let images else {
      let noise = noise(plan.network)
      return Evidence(
        labeled: nil, inputs: noise, images: nil, calibration: nil,
        ablation: try CalibratedAblation.uncalibrated(removal.ablation, plan: plan))
    }
    let loaded = try await images.load(for: plan.network, phase: "decoding", display: display, output: output)
    let labeled = loaded.images
    try labeled.requireFit(plan.network)
    let calibration = try await images.loadCalibration(for: plan.network, display: display, output: output)
    let measured = calibration?.images ?? labeled
    let (kind, seed, workers, display) = (removal.ablation, self.seed, self.workers, self.display)
    let ablation = try await Interruption.whenAsked {
      try await CalibratedAblation.measured(kind, plan: plan, on: measured, seed: seed, workers: workers) {
        display.report(ProgressLine("calibrating", done: $0, total: measured.count, unit: "images"))
      }
    }
    let summary = images.summary(loaded)
    return Evidence(
      labeled: labeled, inputs: labeled.inputImages, images: summary,
      calibration: !kind.needsCalibration
        ? nil
        : calibration.map { ImageOptions.summary(path: images.calibrationPath ?? "", $0) } ?? summary,
      ablation: ablation)
  }

  /// Normal noise of mean 0 and variance 1.
  private func noise(_ network: Network) -> InputImages {
    let count = network.inputShape.count
    var values: [Float] = []
    values.reserveCapacity(count * Self.noiseCount)
    for image in 0..<Self.noiseCount {
      var stream = RandomStream(seed: seed, purpose: .noiseImage, index: image)
      for _ in 0..<count { values.append(Float(stream.normal())) }
    }
    return InputImages(values, shape: network.inputShape)
  }

  private func performance(
    _ plan: ExecutionPlan, _ small: ExecutionPlan, _ filters: [Filter], _ evidence: Evidence
  ) async throws -> PruningDocument.Performance? {
    guard let labeled = evidence.labeled else { return nil }
    let (workers, display) = (self.workers, self.display)
    let reports = try await Interruption.whenAsked {
      var reports: [ClassificationReport] = []
      for (phase, plan, removed) in [
        ("evaluating the whole network", plan, []), ("evaluating the ablated network", plan, filters),
        ("evaluating the pruned network", small, []),
      ] {
        reports.append(
          try await ClassificationReport.measured(
            plan, on: labeled, removing: removed, ablation: removed.isEmpty ? nil : evidence.ablation,
            workers: workers
          ) { display.report(ProgressLine(phase, done: $0, total: labeled.count, unit: "images")) })
      }
      return reports
    }
    if let warning = EvaluationText.warning(reports[0]) { output.remark(warning) }
    let scores = reports.map { PruningDocument.Scores($0) }
    return .init(whole: scores[0], ablated: scores[1], pruned: scores[2])
  }
}

/// The pruned network is not what was asked for: rounding beyond the tolerance, or a defect.
struct PruningDisagreement: Error {
  let difference: Double
  let tolerance: Double

  var text: String {
    "the pruned network's logits differ from the ablated network's by \(NumberText.significant(difference, 2)) of the "
      + "largest, more than the tolerance of \(NumberText.plain(tolerance)); nothing has been written"
  }
}
