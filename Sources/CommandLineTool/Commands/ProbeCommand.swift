import Foundation
import Images
import Inference
import InputErrors
import NeuronShapley
import Probing
import Reports

/// `probe MODEL --images CSV --target COLUMN | --positive DIR --negative DIR`: what every layer knows of a concept.
struct ProbeCommand: Command {
  private static let outputFolder = CommandOption<String>.text(
    "output", "DIR", "The folder to write; it must be new or empty. Without it there is only the text.")

  static let description = CommandDescription(
    name: "probe", summary: "says which concepts can be read from which layers and neurons, and whether they are used",
    discussion: [
      "A probe is a simple classifier, or a regression, that reads a concept from a layer's activations on images that it was "
        + "not trained on. That alone says little: beside every score stand those of the same probe on a control task (random "
        + "labels for things that recur), on shuffled labels, in the same network before training, and on the image itself. "
        + "A concept counts as learned where it can be read better than from the last two.",
      "That a concept can be read does not mean that the network uses it. So the direction that the probe reads, and its "
        + "leading neurons, are removed from the layer, beside directions that probes find in shuffled labels and random neurons, and "
        + "the network's performance is measured on the images that show the concept.",
      "For concepts of two classes every neuron is tried alone as a detector; four ways to order neurons are compared by how many "
        + "of them it takes for 90 % of the score. The online description length says how easily a concept is learned from a "
        + "layer. With --checkpoints, the same is asked of networks from the training: what, when and where.",
      "A concept emerges at the step at which its score has come half the way from the first checkpoint's to its largest; begin a "
        + "series with the untrained network.",
      "The folder gets report.html, result.json, layers.csv and figures; units.csv and neurons.csv without --layers-only, effects.csv "
        + "where something was removed, series.csv with --checkpoints.",
    ],
    positionals: [ModelFile.positional],
    groups: ImageOptions.optionalGroups(without: "Not needed with --positive and --negative.").map { group in
      .init(
        group.title, group.options.filter { $0 != ImageOptions.calibration.declaration })
    } + [
      ProbeOptions.conceptGroup, ProbeOptions.probeGroup, ProbeOptions.effectGroup, ProbeOptions.seriesGroup,
      .init(
        "run",
        [
          outputFolder.declaration, CommonOptions.seed.declaration, CommonOptions.workers.declaration,
          memory.declaration, CommonOptions.progress.declaration, CommonOptions.quiet.declaration,
          CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init(
        "zebras against random images, in every layer",
        "neuron-shapley probe net.onnx --positive zebra/ --negative random/ --preprocess imagenet --output zebra.probe"),
      .init(
        "three concepts and a quantity of images that were drawn",
        "neuron-shapley probe net.onnx --images drawn/labels.csv --target texture=dots,colour=red,frame,size --preprocess world --output probes"
      ),
      .init(
        "when it was learned",
        "neuron-shapley probe run/model.onnx --images drawn/labels.csv --target texture=dots,colour=red --preprocess world --checkpoints run --output when"
      ),
    ])

  static let memory = CommandOption<Int>.memory(
    "memory", "Memory for activations; layers that do not fit together take a pass over the images each.", default: "2G"
  )

  let model: String
  let outputPath: String?
  let source: ProbeImages
  let options: ProbeOptions
  let seed: UInt64
  let workers: Int
  let memoryBytes: Int
  let display: ProgressDisplay
  let output: CommonOptions.Output
  let commandLine: [String]

  init(_ arguments: Arguments) throws {
    model = arguments.positionals[0]
    outputPath = try arguments.value(Self.outputFolder)
    seed = try arguments.value(CommonOptions.seed) ?? 0
    workers = try CommonOptions.workerCount(arguments)
    memoryBytes = try arguments.value(Self.memory) ?? 2 << 30
    output = CommonOptions.Output(arguments)
    display = ProgressDisplay(isQuiet: output.isQuiet, isForced: arguments[CommonOptions.progress])
    options = try ProbeOptions(arguments, seed: seed)
    source = try ProbeImages(arguments, options: options, seed: seed, workers: workers)
    commandLine = ["neuron-shapley", Self.description.name] + arguments.words
  }

  func result() async throws -> CommandResult {
    let clock = ContinuousClock(), start = clock.now
    let model = try ModelFile(reading: self.model)
    let plan = try ExecutionPlan(model.network, instructionSet: CommonOptions.instructionSet())
    let layers = try probedLayers(plan)
    let series = try ProbeSeries(options.checkpoints, steps: options.steps)
    let folder = try outputPath.map { try ResultFolder(path: $0) }
    let loaded = try await source.load(for: model.network, display: display, output: output)
    let study = try ProbeStudy(
      plan, images: loaded.images, layers: layers, concepts: loaded.concepts, identities: loaded.identities,
      configuration: options.study)
    let (workers, memory, display) = (workers, memoryBytes, display)
    let concepts = try await Interruption.whenAsked {
      try await study.run(workers: workers, memory: memory) { progress in
        switch progress {
        case .reading(let done, let total):
          display.report(ProgressLine("reading activations", done: done, total: total, unit: "images"))
        case .probing(let done, let total):
          display.report(ProgressLine("probing", done: done, total: total, unit: "probes"))
        }
      }
    }
    let effects = try await Interruption.whenAsked { [self] in try await measuredEffects(plan, study, concepts, loaded)
    }
    let steps = try await Interruption.whenAsked { [self] in try await measuredSeries(series, loaded) }
    display.end()
    let network = model.network
    let document = ProbeDocument(
      toolVersion: Tool.version, commandLine: commandLine,
      network: .init(
        file: model.path, digest: model.digest, inputShape: network.inputShape.extents, classes: network.classCount,
        parameters: network.parameterCount, multiplyAdds: network.multiplyAdds),
      images: .init(path: loaded.path, count: loaded.images.count, digest: loaded.images.digest),
      controlSource: options.identity.map { "random labels for each value of the column '\($0)'" }
        ?? "random labels for each image and its mirror image, one of them in training and the other held out",
      configuration: options.study, layers: layers, concepts: concepts, effects: effects, series: steps,
      remarks: loaded.remarks, seconds: (clock.now - start) / .seconds(1))
    if let folder {
      for table in ProbeTables.all(document) { try folder.write(table.csv, as: table.name) }
      for figure in ProbeFigures.all(document) { try folder.write(figure: figure.svg, named: figure.name) }
      try folder.write(ProbePage.page(document), as: ResultFolder.report)
      try folder.write(try document.json(), as: ResultFolder.document)
    }
    return CommandResult(
      text: ProbeText.text(document, leadingUnits: options.kind == .unit),
      pointer: folder.map { "\n  report: \($0.file(ResultFolder.report))\n" } ?? ""
    ) { try document.json() }
  }

  private func probedLayers(_ plan: ExecutionPlan) throws -> [ProbedLayer] {
    let catalog = LayerCatalog(plan)
    let layers: [ActivationLayer]
    do {
      layers = try options.layers.map { try $0.map { try catalog.layer(named: $0) } } ?? catalog.filterLayers
    } catch let found as InputError {
      var error = found
      error.place.key = "--layers"
      throw error
    }
    let single = layers.map { ProbedLayer($0) }
    return options.isTogether && layers.count > 1 ? single + [ProbedLayer(together: layers)] : single
  }

  /// Removes concepts from the layers that were asked for.
  private func measuredEffects(
    _ plan: ExecutionPlan, _ study: ProbeStudy, _ concepts: [ConceptProbes], _ loaded: ProbeImages.Loaded
  ) async throws -> [ConceptEffect] {
    let catalog = LayerCatalog(plan)
    let known = study.layers.filter { $0.parts.count == 1 && $0.parts[0].node != plan.network.logits }.map {
      $0.parts[0]
    }
    let asked: (ConceptProbes) throws -> [ActivationLayer] = { concept in
      switch options.effects {
      case .none: []
      case .all: known
      case .layers(let names):
        try names.map { name in
          do { return try catalog.layer(named: name) } catch let found as InputError {
            var error = found
            error.place.key = "--effects"
            throw error
          }
        }
      case .best:
        concept.layers.filter { layer in known.contains { $0.name == layer.layer } }
          .filter { $0.verdict != .notFound }.max { $0.score.mean < $1.score.mean }
          .flatMap { best in known.first { $0.name == best.layer } }.map { [$0] } ?? []
      }
    }
    let places = try concepts.map(asked)
    guard places.contains(where: { !$0.isEmpty }) else { return [] }
    let measurement = try await ConceptEffectMeasurement(
      plan, images: loaded.images, usesOwnDecisions: loaded.isUnlabeled,
      metric: options.metric, ablation: options.ablation, imageCount: options.effectImageCount,
      drawCount: options.drawCount,
      neuronCount: options.neuronCount,
      seed: seed, workers: workers)
    let pooling: ActivationPooling = options.study.pooling == .max ? .max : .mean
    var effects: [ConceptEffect] = []
    for (place, concept) in study.concepts.enumerated() {
      let layers = places[place]
      for layer in layers {
        try Task.checkCancellation()
        let features = try await LayerActivations.collected(
          plan, layers: [layer], pooling: pooling, images: loaded.images.inputImages, workers: workers)[0].features
        let display = display
        effects.append(
          try await measurement.measured(
            concept, at: layer, features: features.rows(concept.rows),
            configuration: concept.classCount == nil ? options.study.quantityProbe : options.study.classProbe,
            isFound: concepts[place].layers.first { $0.layer == layer.name }?.verdict != .notFound, workers: workers
          ) { done in
            display.report(
              ProgressLine(
                "removing \(concept.name)", done: done, total: measurement.imageCount(for: concept), unit: "images"))
          })
      }
    }
    return effects
  }

  private func measuredSeries(_ series: ProbeSeries, _ loaded: ProbeImages.Loaded) async throws -> [WhatWhenWhere] {
    guard !series.checkpoints.isEmpty else { return [] }
    var configuration = options.study
    configuration.readsNeurons = false
    let probing = try CheckpointProbing(
      images: loaded.images, concepts: loaded.concepts, configuration: configuration)
    let display = display
    return try await probing.run(
      checkpointCount: series.checkpoints.count, layers: options.layers, workers: workers,
      progress: { done, total in
        display.report(ProgressLine("probing checkpoints", done: done, total: total, unit: "probes"))
      }
    ) { try series.checkpoint($0) }
  }
}
