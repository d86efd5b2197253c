import Foundation
import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Reports

/// `classes MODEL --images PATH --output RUN`: what every filter is worth to each class.
struct ClassesCommand: Command {
  static let description = CommandDescription(
    name: "classes", summary: "says which filters each class owes its performance to, and what classes share",
    discussion: [
      "Every class is a game of its own: its worth is the network's performance on the class. All classes share their "
        + "coalitions: filters are removed in random orders on images of all classes, and every image informs its own class, "
        + "so that a thousand classes take no more forward passes than one ranking. Values, standard errors and sums "
        + "(Σφ = v(N) − v(∅), exact for each class) mean what they mean for 'rank'.",
      "Then each class's top is compared with the others', and removed: the accuracy of every class is measured without it, "
        + "on images that the values have not seen, beside as many random filters.",
      "The folder gets report.html, result.json, the tables values.csv, standard_errors.csv, tops.csv, overlap.csv, "
        + "layers.csv and removal.csv, figures, config.json (all settings) and estimate.json (the checkpoint). Ctrl-C or "
        + "SIGTERM saves a checkpoint; --resume goes on to the same bits.",
      "Signal is the share of the spread of a class's values that is not noise. A class has the images of its own only: where "
        + "it has few, or with class-accuracy, allow many evaluations before reading much into the order.",
    ],
    positionals: [ModelFile.positional],
    groups: ImageOptions.groups + [
      ClassOptions.group, ClassOptions.judgingGroup,
      .init(
        "budget of all classes together (give one)",
        [
          evaluations.declaration, BudgetOptions.multiplyAdds.declaration, BudgetOptions.time.declaration,
          standardError.declaration, imagesPerOrder.declaration,
        ]),
      .init(
        "run",
        [
          outputFolder.declaration, RankCommand.resume.declaration, variations.declaration,
          CommonOptions.seed.declaration, CommonOptions.workers.declaration, RankingTask.memory.declaration,
          CommonOptions.progress.declaration, CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init(
        "all classes, one pass over the images",
        "neuron-shapley classes net.onnx --images val/ --preprocess imagenet --output classes.run"),
      .init(
        "two classes, by accuracy, for an hour",
        "neuron-shapley classes net.onnx --images val/ --preprocess imagenet --classes-of-interest zebra,leopard --metric "
          + "class-accuracy --time 1h --output two.run"),
      .init(
        "judged on other images",
        "neuron-shapley classes net.onnx --images train/ --test val/ --preprocess cifar10 --output classes.run"),
    ])

  static let evaluations = CommandOption<Int>.count(
    "evaluations", "N", "Spend at most N evaluations; one is one coalition on one image.",
    default:
      "where no limit is given, as many as one pass over the images takes, 32 orders and their reverses at least, "
      + "256 at most")
  static let standardError = CommandOption<Double>.real(
    "standard-error", "S", "End once no filter's standard error for any class is larger than S.",
    expected: "a number above 0"
  ) { $0 > 0 }
  static let imagesPerOrder = CommandOption<Int>.count(
    "images-per-order", "N", "On how many images, of whatever classes, an order is walked.", default: "8")
  static let outputFolder = CommandOption<String>.text(
    "output", "RUN", "The folder to make; it must be new or empty, or hold the run that --resume goes on with.",
    isRequired: true)
  static let variations = CommandOption<String>.text(
    "variations", "CSV",
    "A list of images of scenes of which one factor at a time is set to each of its values (columns file, scene, factor, "
      + "value): what the filters in the tops respond to is measured on them.")

  let model: String
  let outputPath: String
  let isResuming: Bool
  let images: ImageOptions
  let variationsPath: String?
  let task: ClassesTask

  init(_ arguments: Arguments) throws {
    model = arguments.positionals[0]
    outputPath = try arguments.required(Self.outputFolder)
    isResuming = arguments[RankCommand.resume]
    task = try ClassesTask(arguments, command: Self.description.name)
    variationsPath = try arguments.value(Self.variations)
    images = try ImageOptions(arguments, seed: task.seed, workers: task.workers)
  }

  func result() async throws -> CommandResult {
    let (display, output, question) = (task.display, task.output, task.question)
    let model = try ModelFile(reading: self.model)
    let folder = try RunFolder(forWritingAt: outputPath, resuming: isResuming)
    let loaded = try await images.load(for: model.network, phase: "decoding", display: display, output: output)
    let classes = try question.labels(in: loaded.images, classCount: model.network.classCount)
    let calibration = try await images.loadCalibration(for: model.network, display: display, output: output)
    var test: LoadedImages?
    if let path = question.testPath {
      let source = ImageSource(path: path, labels: question.testLabels, classes: images.source.classes)
      test = try await images.load(
        source, classCount: model.network.classCount, phase: "decoding for the test", display: display, output: output)
    }
    let material = ClassesTask.Material(
      model: model, options: images, loaded: loaded, classes: classes, calibration: calibration, test: test,
      variations: try await loadVariations(for: model.network))
    let document = try await task.run(material, in: folder, isResuming: isResuming)
    return ClassesFiles.result(document, in: folder)
  }

  private func loadVariations(for network: Network) async throws -> RankingTask.Variations? {
    guard let path = variationsPath else { return nil }
    let loaded = try await images.loadUnlabeled(
      path, for: network, phase: "decoding variations", display: task.display, output: task.output)
    do { return .init(path: path, images: try ImageVariations(loaded.images)) } catch { throw error.inFile(path) }
  }
}
