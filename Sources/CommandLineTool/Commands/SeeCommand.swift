import Images
import InputErrors
import Networks
import NeuronShapley
import Reports
import Visualization

/// `see MODEL --units LIST --images PATH`: what units look for.
struct SeeCommand: Command {
  private static let outputFolder = CommandOption<String>.text(
    "output", "DIR", "The folder to write; it must be new or empty.", isRequired: true)

  static let description = CommandDescription(
    name: "see",
    summary: "shows what units look for: patches, reconstructions, maximised pictures, how they came to be",
    discussion: [
      "Values of units are those before the activation function. Examples are the images at which a unit is largest, smallest, "
        + "at half of its mean positive and of its mean negative value, and images spread evenly over the distribution; patches are cut to the exact part of the "
        + "image that the unit sees at that place.",
      "Reconstructions set all but one activation to zero and follow it back to the pixels (deconvnet of Zeiler & Fergus, guided "
        + "backpropagation, gradient). '--show randomization' destroys weights from the last layer on and says which of these "
        + "pictures do not depend on what was learnt.",
      "Maximised pictures are found by gradient ascent from noise. The defaults are lucid's (Olah et al. 2017); '--show "
        + "comparison' puts the first units under every regularisation side by side.",
      "With --masks units are dissected (Bau et al. 2017): the top ½ % of a unit's activations against masks of concepts. "
        + "Since the best of many concepts always fits somehow, the same is done with the masks of other images.",
      "The folder gets report.html (link to a unit: report.html#layer:channel), result.json, tables, figures and every picture "
        + "as a PNG.",
    ],
    positionals: [ModelFile.positional],
    groups: ImageOptions.optionalGroups(
      without: "Without them there are only the first layer's filters and maximised pictures."
    ).map { group in
      CommandDescription.OptionGroup(
        group.title, group.options.filter { $0 != ImageOptions.calibration.declaration })
    } + [
      SeeOptions.questionGroup, SeeOptions.exampleGroup, SeeOptions.maximizeGroup, SeeOptions.contextGroup,
      .init(
        "run",
        [
          outputFolder.declaration, CommonOptions.seed.declaration, CommonOptions.workers.declaration,
          CommonOptions.progress.declaration, CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init(
        "the ten most responsible filters of a ranking",
        "neuron-shapley see net.onnx --ranking run --images val/ --preprocess imagenet --output seen"),
      .init(
        "a class and a unit, without images",
        "neuron-shapley see net.onnx --units conv4:17 --maximize \"logit=340\" --preprocess imagenet --output seen"),
      .init(
        "which units detect what masks show",
        "neuron-shapley see net.onnx --images camvid/images --masks camvid/annot --mask-names camvid.txt --preprocess imagenet "
          + "--output seen"),
      .init(
        "how units came to be, over a training",
        "neuron-shapley see trained/model.onnx --units conv3:0-5 --checkpoints trained --images fresh/labels.csv --preprocess "
          + "world --output seen"),
    ])

  let model: String
  let outputPath: String
  let images: ImageOptions?
  let preprocessing: Preprocessing
  let classesFile: String?
  let options: SeeOptions
  let seed: UInt64
  let workers: Int
  let display: ProgressDisplay
  let output: CommonOptions.Output
  let commandLine: [String]

  init(_ arguments: Arguments) throws {
    model = arguments.positionals[0]
    outputPath = try arguments.required(Self.outputFolder)
    seed = try arguments.value(CommonOptions.seed) ?? 0
    workers = try CommonOptions.workerCount(arguments)
    output = CommonOptions.Output(arguments)
    display = ProgressDisplay(isQuiet: output.isQuiet, isForced: arguments[CommonOptions.progress])
    let hasImages = arguments.has(ImageOptions.images)
    options = try SeeOptions(arguments, hasImages: hasImages)
    let place = hasImages ? nil : "none"
    let given = try ImageOptions(arguments, path: place, seed: seed, workers: workers)
    images = hasImages ? given : nil
    preprocessing = given.preprocessing
    classesFile = given.source.classes
    commandLine = ["neuron-shapley", Self.description.name] + arguments.words
  }

  func result() async throws -> CommandResult {
    let clock = ContinuousClock(), start = clock.now
    let model = try ModelFile(reading: self.model)
    let known = try KnownValues(
      ranking: options.rankingPath, classes: options.classValuesPath, probes: options.probesPath)
    let folder = try ResultFolder(path: outputPath)
    var loaded: LoadedImages?
    if let images {
      // Only names of classes need labels.
      loaded = try await images.load(
        for: model.network, phase: "decoding", ignoringLabels: !options.namesClasses, display: display, output: output)
      try loaded?.images.requireShape(of: model.network)
    }
    let network = model.network
    var classNames = loaded?.images.classNames ?? []
    if classNames.isEmpty, let file = classesFile { classNames = try ClassNames(file: file).names }
    let document = VisualizationDocument(
      toolVersion: Tool.version, commandLine: commandLine,
      network: .init(
        file: model.path, digest: model.digest, inputShape: network.inputShape.extents, classes: network.classCount,
        parameters: network.parameterCount, multiplyAdds: network.multiplyAdds),
      images: loaded.flatMap { loaded in images.map { $0.summary(loaded) } },
      settings: .init(
        shown: SeePart.allCases.filter(options.parts.contains).map(\.rawValue), seed: seed, extent: nil,
        steps: options.steps, regularization: options.regularization))
    var task = try SeeTask(
      model, options, images: loaded?.images, preprocessing: preprocessing, known: known, classNames: classNames,
      document: document,
      instructionSet: CommonOptions.instructionSet(), seed: seed, workers: workers, display: display)
    try await task.run()
    task.document.seconds = (clock.now - start) / .seconds(1)
    try write(task, to: folder)
    let finished = task.document
    return CommandResult(
      text: VisualizationText.text(finished), pointer: "\n  report: \(folder.file(ResultFolder.report))\n"
    ) { try finished.json() }
  }

  private func write(_ task: SeeTask, to folder: ResultFolder) throws {
    let document = task.document
    for name in task.pictures.keys.sorted() {
      if let image = task.pictures[name] { try folder.write(picture: try PNGEncoder.encode(image), as: name) }
    }
    for table in VisualizationTables.all(document) { try folder.write(table.csv, as: table.name) }
    if let table = task.firstLayerTable { try folder.write(table, as: "first_layer.csv") }
    if let table = task.dissectionTable { try folder.write(table, as: "dissection_units.csv") }
    for figure in try VisualizationFigures.all(document, pictures: task.pictures) {
      try folder.write(figure: figure.drawing.document, named: figure.name)
    }
    try folder.write(try VisualizationPage.page(document, pictures: task.pictures), as: ResultFolder.report)
    try folder.write(try document.json(), as: ResultFolder.document)
  }
}

extension LabeledImages {
  /// - Throws: ``InputErrors/InputError`` (data) when the images have another shape than the network's input.
  fileprivate func requireShape(of network: Network) throws(InputError) {
    guard shape == network.inputShape else {
      throw InputError(
        .data, "the images do not fit the model's input '\(network.nodes[0].name)'", expected: "\(network.inputShape)",
        found: "\(shape)", hint: "the preprocessing decides the images' size and channels")
    }
  }
}
