import Foundation
import Images
import InputErrors
import Reports
import ScenarioRunner
import Training

/// One run of a scenario: finds or makes the network and the images, then runs the steps.
struct ScenarioSession: Sendable {
  let folder: ScenarioFolder
  let replacements: ScenarioReplacements
  let cache: ContentCache
  let workers: Int
  let isResuming: Bool
  let output: CommonOptions.Output
  let isProgressForced: Bool
  let display: ProgressDisplay

  private var scenario: Scenario { folder.scenario }

  /// Checks everything that can be known before work begins.
  ///
  /// - Throws: ``InputErrors/InputError`` naming file and key.
  func check() throws {
    try replacements.check(folder)
    for (index, images) in scenario.images.enumerated() {
      guard case .files(let files) = images.source else { continue }
      do { _ = try Preprocessing.load(presetOrFile: preprocess(files.preprocess)) } catch let error as InputError {
        // A file of its own has its own name and keys in the error.
        guard error.place.file == nil else { throw error }
        var error = error
        (error.kind, error.place.key) = (.data, "images[\(index)].preprocess")
        throw error.inFile(folder.file)
      }
    }
    for index in scenario.steps.indices { try ScenarioStepWords(folder, step: index).check() }
  }

  /// Runs all steps, in order.
  ///
  /// - Throws: what a step throws; ``Interruption``.
  func run(into target: ScenarioOutput) async throws -> ScenarioDocument {
    var (model, training) = try await model()
    if training != nil, let kept = model?.path { model?.path = try target.adopt(model: kept) }
    var files: [String: ScenarioStepWords.ImageFiles] = [:]
    var origins: [ScenarioDocument.Origin] = []
    for images in scenario.images where isUsed(images.name) {
      let (found, origin) = try await self.files(of: images)
      files[images.name] = found
      origins.append(.init(name: images.name, path: found.path, origin: origin))
    }
    var document = ScenarioDocument(
      scenario: folder.name, question: scenario.question, model: model, images: origins, steps: [], checks: [],
      notCompared: folder.expectations == nil
        ? "Nothing is expected: there is nothing to compare with." : replacements.reasonNotToCompare)
    for index in scenario.steps.indices {
      let step = try await run(step: index, model: model?.path, training: training, files: files, target: target)
      document.steps.append(step)
    }
    if document.notCompared == nil, let expectations = folder.expectations {
      document.checks = expectations.checks.compactMap { check in
        document.steps.first { $0.name == check.step }.map { Agreement(check, document: $0.document) }
      }
    }
    return document
  }

  // MARK: The network

  private func model() async throws -> (ScenarioDocument.Origin?, training: String?) {
    if let file = replacements.model {
      return (.init(name: "model", path: file, origin: "given with --model"), nil)
    }
    switch scenario.model {
    case nil, .brought: return (nil, nil)
    case .file(let file): return (.init(name: "model", path: folder.path(of: file), origin: "the scenario's file"), nil)
    case .recipe(let recipe, let images, let seed):
      let clock = ContinuousClock(), start = clock.now
      let trained = try await trained(recipe: folder.path(of: recipe), images: images, seed: seed)
      let seconds = (clock.now - start) / .seconds(1)
      let path = trained.folder.path
      let origin =
        switch trained.origin {
        case .kept: "trained before, from the cache"
        case .made: "trained in \(NumberText.duration(seconds)), kept in the cache"
        case .madeAnew: "the cached one was damaged: trained anew in \(NumberText.duration(seconds))"
        }
      output.remark("the network: \(origin) (\(path))")
      return (.init(name: "model", path: trained.folder.file(.model), origin: origin), path)
    }
  }

  private func trained(recipe file: String, images name: String, seed: UInt64) async throws -> CachedTraining.Result {
    let recipe = try TrainingRecipe(json: FileBytes.read(file), file: file)
    guard let images = scenario.images(named: name) else { preconditionFailure("names are checked when it is read") }
    let labeled = try await labeledImages(images)
    let trainer: Trainer
    do {
      let data = try TrainingData(splitting: labeled, validationShare: recipe.validation, seed: seed)
      trainer = try Trainer(
        recipe, data: data, seed: seed, workers: workers, instructionSet: CommonOptions.instructionSet())
    } catch let error as InputError { throw error.kind == .data ? error.inFile(file) : error }
    let training = CachedTraining(trainer, in: cache)
    do {
      let result = try await training.result(check: { try TerminationSignal.check() }) { event, state in
        TrainingProgress.report(event, state, trainer, on: display, output)
      }
      display.end()
      return result
    } catch let interruption as Interruption {
      throw Interruption(
        signal: interruption.signal, hint: "the training's state is kept: repeat the command to go on from there")
    } catch let error as InputError { throw error.kind == .data ? error.inFile(file) : error }
  }

  /// Images in memory, for a training.
  private func labeledImages(_ images: ScenarioImages) async throws -> LabeledImages {
    let (workers, display) = (self.workers, self.display)
    let phase = "drawing \(images.name)"
    switch images.source {
    case .brought(let text): throw replacements.missing(images.name, text)
    case .world(let sample):
      let drawn = try await Interruption.whenAsked {
        try await sample.labeledImages(workers: workers) { done, total in
          display.report(ProgressLine(phase, done: done, total: total, unit: "images"))
        }
      }
      display.end()
      return drawn
    case .files(let files):
      var options = ImageLoadingOptions()
      (options.limit, options.sample) = (files.limit, files.sample)
      options.labelOffset = files.labelOffset ?? 0
      options.workers = workers
      let source = ImageSource(
        path: folder.path(of: files.path), labels: files.labels.map(folder.path),
        classes: files.classes.map(folder.path))
      let preprocessing = try Preprocessing.load(presetOrFile: preprocess(files.preprocess))
      let chosen = options
      let loaded = try await Interruption.whenAsked {
        try await ImageLoading.load(source, preprocessing: preprocessing, options: chosen) { done, total in
          display.report(ProgressLine("decoding", done: done, total: total, unit: "images"))
        }
      }
      display.end()
      return loaded.images
    }
  }

  // MARK: Images

  private func isUsed(_ name: String) -> Bool {
    scenario.steps.indices.contains { index in
      let step = scenario.steps[index]
      let texts = step.settings.values.flatMap { value -> [JSONValue] in
        if case .array(let elements) = value { elements } else { [value] }
      }
      return step.images == name || texts.contains(.string("@\(name)")) || step.source == "@\(name)"
    }
  }

  private func preprocess(_ text: String) -> String {
    text.hasPrefix("./") ? folder.path(of: text) : text
  }

  /// The files that commands read, and how they came about.
  private func files(of images: ScenarioImages) async throws -> (ScenarioStepWords.ImageFiles, origin: String) {
    if let given = replacements.files(for: images, in: folder) { return (given, "given with --images") }
    switch images.source {
    case .brought(let text): throw replacements.missing(images.name, text)
    case .files(let files):
      var options = [("preprocess", preprocess(files.preprocess))]
      if let labels = files.labels { options.append(("labels", folder.path(of: labels))) }
      if let classes = files.classes { options.append(("classes", folder.path(of: classes))) }
      if let offset = files.labelOffset { options.append(("label-offset", "\(offset)")) }
      if let limit = files.limit { options.append(("limit", "\(limit)")) }
      if let sample = files.sample { options.append(("sample", "\(sample)")) }
      return (.init(path: folder.path(of: files.path), options: options), "the scenario's files")
    case .world(let sample):
      let (workers, display, cache) = (self.workers, self.display, self.cache)
      let phase = "drawing \(images.name)"
      let cached = try await Interruption.whenAsked {
        try await CachedWorldImages(sample, in: cache).files(
          workers: workers, check: { try TerminationSignal.check() }
        ) { done, total in display.report(ProgressLine(phase, done: done, total: total, unit: "images")) }
      }
      display.end()
      let origin =
        switch cached.origin {
        case .kept: "drawn before, from the cache"
        case .made: "drawn now, kept in the cache"
        case .madeAnew: "the cached ones were damaged: drawn anew"
        }
      output.remark("the images '\(images.name)': \(origin) (\(cached.folder))")
      return (
        .init(path: cached.images, options: [("preprocess", "world"), ("classes", cached.classes)]), origin
      )
    }
  }

  // MARK: Steps

  private func run(
    step index: Int, model: String?, training: String?, files: [String: ScenarioStepWords.ImageFiles],
    target: ScenarioOutput
  ) async throws -> ScenarioDocument.Step {
    let step = scenario.steps[index]
    let writer = try ScenarioStepWords(folder, step: index)
    let words = try writer.words(
      model: model, images: { files[$0] ?? .init(path: "", options: []) },
      resolve: { reference in
        switch reference {
        case .model: model ?? ""
        case .checkpoints: training ?? ""
        case .images(let name): files[name]?.path ?? ""
        case .step(let name): target.folder(of: name)
        }
      })
    let place = target.folder(of: step.name)
    var execution = writer.hasOutput ? ["--output", place] : []
    let commandLine = ["neuron-shapley", step.command] + words + execution
    if writer.has("workers") { execution += ["--workers", "\(workers)"] }
    if output.isQuiet, writer.has("quiet") { execution.append("--quiet") }
    if isProgressForced, writer.has("progress") { execution.append("--progress") }
    if isResuming, writer.has("resume") { execution.append("--resume") }
    let clock = ContinuousClock(), start = clock.now
    do {
      let arguments = try Arguments(words + execution, for: writer.command.description)
      let result = try await writer.command.init(arguments).result()
      let text = try result.document()
      if !writer.hasOutput { try target.write(text, of: step.name) }
      // Where nothing is compared, every answer is one to look at.
      if !output.isJSON, step.isShown || replacements.reasonNotToCompare != nil {
        let line = commandLine.map(HTMLReportSettings.shellQuoted).joined(separator: " ")
        try Terminal.output(
          (output.isQuiet ? "" : "  $ \(line)\n\n") + result.text + (output.isQuiet ? "" : result.pointer) + "\n")
      }
      return .init(
        name: step.name, commandLine: commandLine, seconds: (clock.now - start) / .seconds(1),
        document: try JSONValue(parsing: Array(text.utf8), file: nil))
    } catch { throw writer.blaming(error) }
  }
}
