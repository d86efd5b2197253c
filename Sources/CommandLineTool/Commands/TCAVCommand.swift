import Foundation
import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Probing
import Reports
import TCAV

/// `tcav MODEL --concepts PATH --random PATH --images PATH`: how much concepts matter to classes.
struct TCAVCommand: Command {
  private static let outputFolder = CommandOption<String>.text(
    "output", "DIR", "The folder to write; it must be new or empty. Without it there is only the text.")

  static let description = CommandDescription(
    name: "tcav",
    summary:
      "says how much concepts that people have names for matter to classes, and whether that is more than chance",
    discussion: [
      "A concept is a set of images that show it. At each layer a linear classifier tells them from random images; its normal "
        + "is the concept's direction (CAV). The score of a class is the share of its images whose logit rises along the "
        + "direction (Kim et al. 2018): positive slopes of the logit count.",
      "Any set of images has a direction, and many directions raise a logit. So random concepts of equal size stand in the "
        + "concept's place, against the same random images, and a concept counts only if its score, or its mean slope, lies "
        + "outside of theirs, corrected for all hypotheses of the run. What does not is marked with a star. A score is withheld "
        + "where held-out images show that the classifier does not know the concept.",
      "A derivative speaks of small steps. Therefore the images are also really moved along the direction, and the direction is "
        + "taken out of the layer, beside random ones; where the move contradicts the derivative, the report says so.",
      "The folder gets report.html, result.json, findings.csv, moves.csv, removals.csv and figures.",
    ],
    positionals: [ModelFile.positional],
    groups: ImageOptions.trainingGroups + [
      TCAVOptions.questionGroup, TCAVOptions.testGroup,
      .init(
        "run",
        [
          outputFolder.declaration, CommonOptions.seed.declaration, CommonOptions.workers.declaration,
          CommonOptions.progress.declaration, CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init(
        "do stripes make a zebra? (concepts/striped, concepts/dotted, … hold images)",
        "neuron-shapley tcav net.onnx --concepts concepts/ --random random/ --images val/ --classes-of-interest zebra "
          + "--preprocess imagenet --output zebra"),
      .init(
        "two layers, concepts against each other, the usual test beside",
        "neuron-shapley tcav net.onnx --concepts concepts/ --random random/ --images val/ --classes-of-interest zebra --layers "
          + "conv4,conv5 --relative --published --preprocess imagenet --output zebra"),
      .init(
        "concepts from the columns of images that were drawn",
        "neuron-shapley tcav trained/model.onnx --concepts drawn/labels.csv --concept-column texture,frame=yes --random "
          + "others/labels.csv --images fresh/labels.csv --classes fresh/classes.json --preprocess world --output drawn.tcav"
      ),
    ])

  let model: String
  let outputPath: String?
  let images: ImageOptions
  let options: TCAVOptions
  let workers: Int
  let display: ProgressDisplay
  let output: CommonOptions.Output
  let commandLine: [String]

  init(_ arguments: Arguments) throws {
    model = arguments.positionals[0]
    outputPath = try arguments.value(Self.outputFolder)
    let seed = try arguments.value(CommonOptions.seed) ?? 0
    workers = try CommonOptions.workerCount(arguments)
    output = CommonOptions.Output(arguments)
    display = ProgressDisplay(isQuiet: output.isQuiet, isForced: arguments[CommonOptions.progress])
    options = try TCAVOptions(arguments, seed: seed)
    images = try ImageOptions(arguments, seed: seed, workers: workers)
    commandLine = ["neuron-shapley", Self.description.name] + arguments.words
  }

  func result() async throws -> CommandResult {
    let clock = ContinuousClock(), start = clock.now
    let model = try ModelFile(reading: self.model)
    let folder = try outputPath.map { try ResultFolder(path: $0) }
    let loaded = try await images.load(for: model.network, phase: "decoding", display: display, output: output)
    let concepts = try await images.loadUnlabeled(
      options.conceptsPath, for: model.network, phase: "decoding concepts", display: display, output: output)
    let random = try await images.loadUnlabeled(
      options.randomPath, for: model.network, phase: "decoding random images", display: display, output: output)
    let classes = try ClassOptions.labels(
      options.interest, in: loaded.images, classCount: model.network.classCount)
    let material = try TCAVImages(
      conceptImages: concepts.images,
      concepts: ConceptSource(path: options.conceptsPath, columns: options.columns).concepts(concepts.images),
      random: random.images, images: loaded.images, classes: classes, network: model.network)
    let study = try makeStudy(model.network, material)
    let (workers, display) = (workers, display)
    let outcome = try await Interruption.whenAsked {
      try await study.outcome(workers: workers) { phase, done, total in
        display.report(Self.line(phase, done, total))
      }
    }
    display.end()
    let pictures = pictures(outcome, material)
    let document = document(
      model, outcome, study, loaded, concepts, random, seconds: (clock.now - start) / .seconds(1))
    if let folder {
      for table in TCAVTables.all(document) { try folder.write(table.csv, as: table.name) }
      for own in TCAVTables.directions(outcome.result) { try folder.write(own.text, as: own.name) }
      for figure in try TCAVFigures.all(document, pictures: pictures) {
        try folder.write(figure: figure.drawing.document, named: figure.name)
      }
      try folder.write(try TCAVPage.page(document, pictures: pictures), as: ResultFolder.report)
      try folder.write(try document.json(), as: ResultFolder.document)
    }
    return CommandResult(
      text: TCAVText.text(document),
      pointer: folder.map { "\n  report: \($0.file(ResultFolder.report))\n" } ?? ""
    ) { try document.json() }
  }

  private func makeStudy(_ network: Network, _ material: TCAVImages) throws -> TCAVStudy {
    do {
      return try TCAVStudy(
        network, instructionSet: CommonOptions.instructionSet(), layers: options.layers,
        allLayers: options.wantsAllLayers, images: material, configuration: options.configuration,
        measuresInterventions: options.measuresInterventions)
    } catch let error as InputError {
      throw error.asOption
    }
  }

  private static func line(_ phase: TCAVStudy.Phase, _ done: Int, _ total: Int) -> ProgressLine {
    switch phase {
    case .activations: ProgressLine("reading activations", done: done, total: total, unit: "images")
    case .gradients: ProgressLine("gradients", done: done, total: total, unit: "images")
    case .vectors: ProgressLine("fitting directions", done: done, total: total, unit: "concepts")
    case .interventions: ProgressLine("moving images", done: done, total: total, unit: "images")
    }
  }

  /// Of each concept, at the deepest layers first, as many as a page can hold.
  private func pictures(_ outcome: TCAVStudy.Outcome, _ material: TCAVImages) -> [TCAVPictures] {
    let layers = outcome.result.vectors.map(\.layer)
    let depth = Dictionary(layers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let ordered = outcome.projections.enumerated().sorted {
      (depth[$1.element.layer] ?? 0, $0.offset) < (depth[$0.element.layer] ?? 0, $1.offset)
    }
    return ordered.prefix(12).compactMap { _, own in
      let pictures = TCAVPictures(
        layer: own.layer, concept: own.concept, most: own.most.compactMap { material.conceptImages.picture(of: $0) },
        least: own.least.compactMap { material.conceptImages.picture(of: $0) },
        random: own.random.compactMap { material.random.picture(of: $0) })
      return pictures.most.isEmpty ? nil : pictures
    }
  }

  private func document(
    _ model: ModelFile, _ outcome: TCAVStudy.Outcome, _ study: TCAVStudy, _ loaded: LoadedImages,
    _ concepts: LoadedImages, _ random: LoadedImages, seconds: Double
  ) -> TCAVDocument {
    let network = model.network, material = study.images
    func summary(_ path: String, _ images: LabeledImages) -> RankingDocument.ImagesSummary {
      .init(path: path, count: images.count, digest: images.digest)
    }
    return TCAVDocument(
      toolVersion: Tool.version, commandLine: commandLine,
      network: .init(
        file: model.path, digest: model.digest, inputShape: network.inputShape.extents, classes: network.classCount,
        parameters: network.parameterCount, multiplyAdds: network.multiplyAdds),
      layers: study.layers.map(\.name),
      concepts: material.concepts.map { .init(name: $0.name, imageCount: $0.places.count) },
      classes: zip(material.classes, outcome.classAccuracies).map { label, accuracy in
        .init(
          name: material.className(of: label), index: label,
          imageCount: material.classImages.labels.count { $0 == label },
          accuracy: accuracy)
      },
      conceptImages: summary(options.conceptsPath, concepts.images),
      randomImages: summary(options.randomPath, material.random), images: summary(images.source.path, loaded.images),
      overlaps: material.overlaps, result: outcome.result, interventions: outcome.interventions,
      projections: outcome.projections.map { own in
        .init(
          layer: own.layer, concept: own.concept, most: own.most.map { material.conceptImages.names[$0] },
          least: own.least.map { material.conceptImages.names[$0] },
          random: own.random.map { material.random.names[$0] })
      }, seconds: seconds)
  }
}
