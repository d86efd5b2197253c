import Foundation
import InputErrors
import Reports

/// `regions SOURCE`: the exact regions in which several neurons keep their signs.
struct RegionsCommand: Command {
  /// Images are optional here.
  private static let images = CommandOption<String>.text(
    "images", "PATH",
    "Labelled images, in any form that 'rank' takes, for a model: what means, data and marks come from.")

  static let description = CommandDescription(
    name: "regions", summary: "finds the regions of a layer's inputs in which several neurons keep their signs",
    discussion: [
      "A neuron of a linear layer, y = w · x + b, is positive on one side of its boundary and negative on the other. Of one "
        + "free input the boundary is the point −b/w, of two it is a line; several neurons cut the inputs into regions, "
        + "and crossing a boundary flips exactly the neurons whose it is. Regions are found exactly: parallel, coincident "
        + "and concurrent boundaries are told apart without rounding.",
      "SOURCE is a model (.onnx): neurons of one of its linear layers, or of a convolution at a position, as functions of "
        + "one or two of the layer's inputs with the others held, or of the plane through three images. Or a table of "
        + "weights (.csv with the columns w1, w2 for two inputs, bias, and optionally neuron and threshold). Or "
        + "random:8x1 or random:8x2: untrained neurons of one or two inputs.",
      "With data it counts how much falls in each region, by class, and --between lists which neurons flip on the way from "
        + "one class to another. 'slice agrees' is the share of images whose true output, with nothing held, has the sign "
        + "that the picture shows: low where the held inputs matter more than the free ones.",
      "--output writes a folder with regions.html, a page to play with (hover, click, drag, arrow keys) that needs "
        + "nothing else, regions.json, tables as CSV and figures/*.svg.",
    ],
    positionals: [.init("SOURCE", "a model (.onnx), a table of weights (.csv), or random:NEURONSxINPUTS")],
    groups: RegionsOptions.groups + [
      .init(
        "images, for a model",
        [images.declaration]
          + ImageOptions.groups.flatMap(\.options).filter { $0.name != "images" && $0.name != "calibration" }),
      .init(
        "output",
        [
          CommandOption<String>.text("output", "DIR", "The folder to write; it must not hold anything.").declaration,
          RegionsOptions.palette.declaration, CommonOptions.json.declaration, CommonOptions.seed.declaration,
          CommonOptions.workers.declaration, CommonOptions.progress.declaration, CommonOptions.quiet.declaration,
        ]),
    ],
    examples: [
      .init("eight random neurons of one input, compared at 0.3 and 0.7", "neuron-shapley regions random:8x1 --seed 1"),
      .init("eight of two inputs, as a page", "neuron-shapley regions random:8x2 --seed 1 --output regions"),
      .init(
        "where each neuron's output is among its highest 5 %",
        "neuron-shapley regions weights.csv --quantile 0.95 --data points.csv"),
      .init(
        "the classes on the two best filters of a ranking that reach the classifier",
        "neuron-shapley regions net.onnx --layer fc --inputs first.run --images val/ --preprocess cifar10 --between cat,dog"
      ),
      .init(
        "the plane through three images",
        "neuron-shapley regions net.onnx --layer fc1 --first 20 --plane 0,3,7 --images val/ --preprocess mnist"),
    ])

  let path: String
  let options: RegionsOptions
  let images: ImageOptions?
  let folder: String?
  let seed: UInt64
  let workers: Int
  let output: CommonOptions.Output
  let display: ProgressDisplay

  init(_ arguments: Arguments) throws {
    path = arguments.positionals[0]
    options = try RegionsOptions(arguments)
    seed = try arguments.value(CommonOptions.seed) ?? 0
    workers = try CommonOptions.workerCount(arguments)
    images = arguments.has(Self.images) ? try ImageOptions(arguments, seed: seed, workers: workers) : nil
    folder = try arguments.value(CommandOption<String>.text("output", "DIR", ""))
    output = CommonOptions.Output(arguments)
    display = ProgressDisplay(isQuiet: output.isQuiet, isForced: arguments[CommonOptions.progress])
  }

  func result() async throws -> CommandResult {
    let target = try folder.map { try RegionsFolder(path: $0) }
    let question = try await self.question()
    let options = self.options
    let document = try await Interruption.whenAsked { try question.answer(options) }
    try target?.write(document, palette: options.palette)
    return CommandResult(
      text: RegionsText.text(document), pointer: target.map { "\n  page: \($0.path)/\(RegionsFolder.page)\n" } ?? ""
    ) { try document.json() }
  }

  private func question() async throws -> RegionsQuestion {
    let shape = try RegionsPlainSource.shape(of: path)
    if shape == nil, path.hasSuffix(".onnx") || isModel {
      guard options.data == nil else {
        throw InputError(
          .usage, "a model's data are images", at: .init(key: "--data"), hint: "give --images and --preprocess")
      }
      return try await RegionsModelSource(
        model: ModelFile(reading: path), options: options, images: images, workers: workers, display: display,
        output: output
      ).question()
    }
    if images != nil {
      throw InputError(
        .usage, "there is no model for the images", at: .init(key: "--images"), hint: "give data points with --data")
    }
    if let shape { return try RegionsPlainSource.random(shape, seed: seed, options: options) }
    return try RegionsPlainSource.table(path, options: options)
  }

  /// A file that says it is no table: models begin with a small byte, tables with text.
  private var isModel: Bool {
    guard !path.hasSuffix(".csv"), let first = FileManager.default.contents(atPath: path)?.first else { return false }
    return first < 0x20
  }
}
