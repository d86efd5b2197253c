import Foundation
import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Reports
import Training

/// `train RECIPE --images PATH --output DIR`: fits a network and keeps checkpoints on the way.
struct TrainCommand: Command {
  static let validation = CommandOption<String>.text(
    "validation", "PATH",
    "Images to validate on, in any form that --images takes; without it the recipe's share of each class is kept back.")
  static let validationLabels = CommandOption<String>.text(
    "validation-labels", "FILE", "The labels of --validation, for forms of images that hold none.")
  static let outputFolder = CommandOption<String>.text(
    "output", "DIR", "The folder to make; it must be new or empty, or hold the training that --resume goes on with.",
    isRequired: true)
  static let resume = CommandOption<Bool>.flag(
    "resume",
    "Go on with the training in the folder from its last state: the result has the same bits as an unbroken one's.")
  static let epochs = CommandOption<Int>.count(
    "epochs", "N", "Replaces the recipe's number of epochs.", in: 1...TrainingRecipe.mostEpochs)

  static let description = CommandDescription(
    name: "train", summary: "trains a network from a recipe, with checkpoints as ONNX files",
    discussion: [
      "RECIPE is a JSON file that holds the architecture, by name or as a list of layers, and the settings of the training; "
        + "or only the name of an architecture, trained with the settings' defaults. An unknown key is an error.",
      "The folder gets model.onnx, checkpoints/*.onnx with checkpoints.csv, learning-curve.csv and .svg, training.json (all "
        + "settings, digests, results), preprocessing.json and classes.json (for --preprocess and --classes of the other "
        + "commands), split.csv, and training.state, from which --resume goes on after Ctrl-C, SIGTERM or a kill -9, which "
        + "costs at most an epoch or half a minute. The same seed gives the same bits for any number of workers.",
    ],
    listings: TrainingHelp.listings,
    positionals: [.init("RECIPE", "the recipe's JSON file, or the name of an architecture")],
    groups: ImageOptions.trainingGroups + [
      .init("validation", [validation.declaration, validationLabels.declaration]),
      .init(
        "run",
        [
          outputFolder.declaration, resume.declaration, epochs.declaration, CommonOptions.seed.declaration,
          CommonOptions.workers.declaration, CommonOptions.progress.declaration, CommonOptions.quiet.declaration,
          CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init(
        "a named architecture with the default settings",
        "neuron-shapley train lenet --images train-images.idx.gz --labels train-labels.idx.gz --preprocess mnist --output fashion"
      ),
      .init(
        "a recipe on a folder of photographs",
        "neuron-shapley train recipe.json --images photos/ --resize 32x32 --channels RGB --scale 0.00392157 --output trained"
      ),
      .init(
        "rank the filters of the result",
        "neuron-shapley rank trained/model.onnx --images photos/ --preprocess trained/preprocessing.json --output first.run"
      ),
    ])

  let recipePath: String
  let outputPath: String
  let isResuming: Bool
  let epochs: Int?
  let images: ImageOptions
  let validation: ImageSource?
  let seed: UInt64
  let workers: Int
  let output: CommonOptions.Output
  let display: ProgressDisplay
  let commandLine: [String]

  init(_ arguments: Arguments) throws {
    recipePath = arguments.positionals[0]
    outputPath = try arguments.required(Self.outputFolder)
    isResuming = arguments[Self.resume]
    epochs = try arguments.value(Self.epochs)
    seed = try arguments.value(CommonOptions.seed) ?? 0
    workers = try CommonOptions.workerCount(arguments)
    images = try ImageOptions(arguments, seed: seed, workers: workers)
    let validationLabels = try arguments.value(Self.validationLabels)
    validation = try arguments.value(Self.validation).map {
      ImageSource(path: $0, labels: validationLabels, classes: try arguments.value(ImageOptions.classes))
    }
    if validation == nil, validationLabels != nil {
      throw InputError(
        .usage, "there are no validation images that the labels belong to",
        at: .init(key: "--\(Self.validationLabels.declaration.name)"), hint: "add --validation")
    }
    output = CommonOptions.Output(arguments)
    display = ProgressDisplay(isQuiet: output.isQuiet, isForced: arguments[CommonOptions.progress])
    commandLine = ["neuron-shapley", Self.description.name] + arguments.words
  }

  func result() async throws -> CommandResult {
    let recipe = try recipe()
    let folder = try RunFolder(forWritingAt: outputPath, resuming: isResuming)
    let loaded = try await images.load(phase: "decoding", display: display, output: output)
    let data = try await data(loaded, recipe)
    let trainer = try trainer(recipe, data)
    let settings = TrainingSettings(
      identity: trainer.identity,
      images: .init(
        file: images.source.path, labels: images.source.labels, classes: images.source.classes,
        validation: validation?.path, validationLabels: validation?.labels),
      execution: .init(workers: workers, toolVersion: Tool.version))
    try folder.adopt(try JSONValue(settings), decisive: TrainingSettings.decisive)
    let training = TrainingFolder(outputPath)
    try training.writeDescription(of: data, splitting: validation == nil ? loaded.images : nil)
    let stored = try training.state(of: trainer)
    if isResuming {
      output.remark(
        stored.map { "going on from step \($0.state.step) (epoch \($0.state.epoch + 1))" }
          ?? "there is no state yet: beginning")
    }
    let outcome = try TrainingRun(trainer, in: training).run { event, state in
      TrainingProgress.report(event, state, trainer, on: display, output)
      return TerminationSignal.requested == nil ? .goOn : .stop
    }
    display.end()
    return try finish(outcome, trainer, training, folder)
  }

  // MARK: What goes in

  /// The recipe of the file, or of the name.
  private func recipe() throws -> TrainingRecipe {
    var recipe: TrainingRecipe
    if recipePath.hasSuffix(".json") || recipePath.contains("/") {
      recipe = try TrainingRecipe(json: FileBytes.read(recipePath), file: recipePath)
    } else {
      do { recipe = TrainingRecipe(architecture: .named(try .named(recipePath, key: "RECIPE"), nil)) } catch var error
        as InputError
      {
        error.kind = .usage
        error.hint = error.hint ?? "a recipe's file ends in .json"
        throw error
      }
    }
    recipe.epochs = epochs ?? recipe.epochs
    return recipe
  }

  private func data(_ loaded: LoadedImages, _ recipe: TrainingRecipe) async throws -> TrainingData {
    guard let validation else {
      do {
        return try TrainingData(splitting: loaded.images, validationShare: recipe.validation, seed: seed)
      } catch let error as InputError { throw error.inFile(images.source.path) }
    }
    let whole = try TrainingData(training: loaded.images)
    let other = try await images.load(
      validation, classCount: whole.classCount, phase: "decoding for validation", display: display, output: output)
    do { return try TrainingData(training: loaded.images, validation: other.images) } catch let error as InputError {
      throw error.inFile(validation.path)
    }
  }

  private func trainer(_ recipe: TrainingRecipe, _ data: TrainingData) throws -> Trainer {
    do {
      return try Trainer(
        recipe, data: data, seed: seed, workers: workers, instructionSet: CommonOptions.instructionSet())
    } catch let error as InputError {
      // What does not fit is the recipe's: an instruction set that is unknown has its own key.
      throw error.kind == .data ? error.inFile(recipePath) : error
    }
  }

  // MARK: What comes out

  private func finish(
    _ outcome: TrainingRun.Outcome, _ trainer: Trainer, _ training: TrainingFolder, _ folder: RunFolder
  ) throws -> CommandResult {
    let result = outcome.result, data = trainer.data
    try folder.write(
      LearningCurveChart.drawing(result.records, selected: result.networkEpoch).document, as: "learning-curve.svg")
    let isWritten = FileManager.default.fileExists(atPath: training.file(.model))
    let document = TrainingDocument(
      identity: trainer.identity,
      training: .init(path: images.source.path, count: data.training.count, digest: data.training.digest),
      validation: data.validation.map {
        .init(path: validation?.path ?? images.source.path, count: $0.count, digest: $0.digest)
      },
      classNames: data.classNames,
      model: .init(
        file: isWritten ? TrainingFolder.File.model.rawValue : nil, digest: result.network.digest,
        parameters: result.network.parameterCount, multiplyAdds: result.network.multiplyAdds,
        epoch: result.networkEpoch),
      result: result,
      execution: .init(
        commandLine: commandLine, toolVersion: Tool.version, workers: workers, seconds: outcome.seconds,
        imagesPerSecond: outcome.imagesPerSecond(of: trainer)))
    try folder.write(try JSONValue(document).pretty, as: "training.json")
    switch result.ending {
    case .finished, .stoppedEarly: break
    case .interrupted:
      guard let signal = TerminationSignal.requested else { break }
      throw Interruption(
        signal: signal, hint: "the state is saved: repeat the command with --resume to go on from there")
    case .diverged(let divergence): throw divergence.inputError.inFile(recipePath)
    }
    let labels = images.source.labels.map { " --labels \($0)" } ?? ""
    let remark =
      validation == nil ? "  (counts the images that it was trained on; split.csv lists those held back)\n" : ""
    let pointer = """

        model: \(training.file(.model))
        neuron-shapley evaluate \(training.file(.model)) --images \(images.source.path)\(labels) \
      --preprocess \(training.file(.preprocessing)) --classes \(training.file(.classes))
      \(remark)
      """
    return CommandResult(text: TrainingText.text(document), pointer: pointer) { try JSONValue(document).pretty }
  }
}
