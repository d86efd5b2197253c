import Foundation
import Images
import InputErrors
import Networks
import Reports

/// The options that say which images are used and how they are preprocessed, and the loading itself.
struct ImageOptions: Sendable {
  static let images = CommandOption<String>.text(
    "images", "PATH",
    "The labelled images: a folder with one sub-folder a class (JPEG, PNG), a CSV list with the columns file and label, "
      + "IDX (plain or .gz, with --labels), CIFAR-10's .bin, or .npy and .npz.", isRequired: true)
  static let labels = CommandOption<String>.text(
    "labels", "FILE", "The labels, for forms of images that hold none (IDX, .npy).")
  static let classes = CommandOption<String>.text(
    "classes", "FILE",
    "The classes' names in the order of the model's outputs (text, one a line, or JSON). Without it, sub-folders "
      + "named by a number, or a number and '_', are that class; others are numbered in the order of their names.")
  static let preprocess = CommandOption<String>.text(
    "preprocess", "NAME|FILE",
    "How images become the model's input: a preset (\(Preprocessing.presetNames.joined(separator: ", "))) or a .json "
      + "file. Nothing is guessed: without it, or at least one of the options below, the command refuses to run.")
  static let resize = CommandOption<String>.text(
    "resize", "SIZE", "Resize first: the shorter side in pixels, WIDTHxHEIGHT, or none.")
  static let crop = CommandOption<String>.text("crop", "SIZE", "Cut the middle: a side, WIDTHxHEIGHT, or none.")
  static let channels = CommandOption<String>.text("channels", "ORDER", "RGB, BGR, grey or stored.")
  static let scale = CommandOption<String>.text("scale", "X", "What every sample of 0…255 is multiplied with.")
  static let mean = CommandOption<String>.text("mean", "a,b,c", "What is subtracted then, one value or one a channel.")
  static let std = CommandOption<String>.text("std", "a,b,c", "What is divided by then, one value or one a channel.")
  static let labelOffset = CommandOption<Int>.count(
    "label-offset", "N", "Added to every label: 1 for a model whose first output is a background class.",
    in: -1_000_000...1_000_000, default: "0")
  static let limit = CommandOption<Int>.count("limit", "N", "Use only the first N images.")
  static let sample = CommandOption<Int>.count("sample", "N", "Use only N images drawn at random by the seed.")
  static let skipCorrupt = CommandOption<Bool>.flag(
    "skip-corrupt", "Leave out images that cannot be decoded, and list them, instead of stopping at the first.")

  static let calibration = CommandOption<String>.text(
    "calibration", "PATH",
    "The images that means and replacements are measured on, in any form that --images takes; labels do not matter. "
      + "They are preprocessed alike.", default: "the evaluated images")

  static let groups: [CommandDescription.OptionGroup] = [
    .init(
      "images",
      [
        images.declaration, labels.declaration, classes.declaration, labelOffset.declaration, limit.declaration,
        sample.declaration, skipCorrupt.declaration, calibration.declaration,
      ]),
    .init(
      "preprocessing: (sample · scale − mean) / std",
      [
        preprocess.declaration, resize.declaration, crop.declaration, channels.declaration, scale.declaration,
        mean.declaration, std.declaration,
      ]),
  ]

  /// For commands that measure no means: all but the calibration images.
  static let trainingGroups = groups.map { group in
    CommandDescription.OptionGroup(group.title, group.options.filter { $0 != calibration.declaration })
  }

  /// For commands that can do without images, and say what they do then.
  static func optionalGroups(without: String) -> [CommandDescription.OptionGroup] {
    let optional = CommandOption<String>.text("images", "PATH", "\(images.declaration.explanation) \(without)")
    return groups.map { group in
      CommandDescription.OptionGroup(
        group.title, group.options.map { $0 == images.declaration ? optional.declaration : $0 })
    }
  }

  let source: ImageSource
  /// Where the calibration images are; nil for the evaluated images.
  let calibrationPath: String?
  private(set) var preprocessing: Preprocessing
  /// Whether the command line says how images become the model's input.
  let saysPreprocessing: Bool
  let options: ImageLoadingOptions

  /// - Parameters:
  ///   - needsPreprocessing: whether the command line must say how images become the model's input; false where a run
  ///     that was made before may say it (``preprocessed(as:)``).
  /// - Throws: ``InputError`` (usage, or as reading a preprocessing file).
  ///   - path: of the images, where another option than --images names them.
  init(
    _ arguments: Arguments, path: String? = nil, seed: UInt64, workers: Int, needsPreprocessing: Bool = true
  ) throws {
    source = ImageSource(
      path: try path ?? arguments.required(Self.images), labels: try arguments.value(Self.labels),
      classes: try arguments.value(Self.classes))
    calibrationPath = try arguments.value(Self.calibration)
    let given = try Self.preprocessing(arguments)
    if given == nil, needsPreprocessing { throw Self.preprocessingIsMissing }
    saysPreprocessing = given != nil
    preprocessing = given ?? .none
    var options = ImageLoadingOptions()
    options.limit = try arguments.value(Self.limit)
    options.sample = try arguments.value(Self.sample)
    options.seed = seed
    options.labelOffset = try arguments.value(Self.labelOffset) ?? 0
    options.skipCorrupt = arguments[Self.skipCorrupt]
    options.workers = workers
    self.options = options
  }

  /// The same images, preprocessed so unless the command line says otherwise.
  func preprocessed(as preprocessing: Preprocessing) -> ImageOptions {
    var copy = self
    if !saysPreprocessing { copy.preprocessing = preprocessing }
    return copy
  }

  static var preprocessingIsMissing: InputError {
    InputError(
      .usage, "how the images become the model's input is not said, and a guess could spoil every number",
      at: .init(key: "--preprocess"),
      expected: "a preset (\(Preprocessing.presetNames.joined(separator: ", "))), a .json file, or the pieces "
        + "--resize, --crop, --channels, --scale, --mean, --std",
      hint: "the model's training code or its page says which; '--preprocess none' feeds samples of 0…255 as stored")
  }

  /// Nil when the command line says nothing.
  private static func preprocessing(_ arguments: Arguments) throws -> Preprocessing? {
    let preset = try arguments.value(preprocess)
    let pieces: PreprocessingPieces
    do {
      pieces = try PreprocessingPieces(
        resize: arguments.value(resize), crop: arguments.value(crop), channels: arguments.value(channels),
        scale: arguments.value(scale), mean: arguments.value(mean),
        standardDeviation: arguments.value(std))
    } catch let error as InputError {
      throw error.asOption
    }
    guard preset != nil || !pieces.isEmpty else { return nil }
    do {
      return try pieces.applied(to: preset.map { try Preprocessing.load(presetOrFile: $0) } ?? .none)
    } catch let error as InputError { throw error.asOption }
  }

  /// Loads the images for a network, with progress, and remarks on what was left out.
  ///
  /// - Parameters:
  ///   - ignoringLabels: whether images need no labels; then they have none.
  /// - Throws: ``InputError``; ``Interruption`` when a signal asked for an end.
  func load(
    for network: Network, phase: String, ignoringLabels: Bool = false, display: ProgressDisplay,
    output: CommonOptions.Output
  ) async throws -> LoadedImages {
    var options = self.options
    options.classCount = network.classCount
    options.ignoresLabels = ignoringLabels
    return try await Self.load(source, preprocessing, options, phase: phase, display: display, output: output)
  }

  /// Loads the images where no network says how many classes there are.
  func load(phase: String, display: ProgressDisplay, output: CommonOptions.Output) async throws -> LoadedImages {
    try await Self.load(source, preprocessing, options, phase: phase, display: display, output: output)
  }

  /// Loads all images of another source in the same way.
  func load(
    _ source: ImageSource, classCount: Int, phase: String, display: ProgressDisplay, output: CommonOptions.Output
  ) async throws -> LoadedImages {
    var options = self.options
    options.classCount = classCount
    options.limit = nil
    options.sample = nil
    return try await Self.load(source, preprocessing, options, phase: phase, display: display, output: output)
  }

  /// Loads the calibration images, whatever their labels; nil when they are the evaluated ones.
  func loadCalibration(for network: Network, display: ProgressDisplay, output: CommonOptions.Output) async throws
    -> LoadedImages?
  {
    guard let calibrationPath else { return nil }
    return try await loadUnlabeled(
      calibrationPath, for: network, phase: "decoding for calibration", display: display, output: output)
  }

  /// Loads all images of a path, whatever their labels, preprocessed like the others.
  func loadUnlabeled(
    _ path: String, for network: Network, phase: String, display: ProgressDisplay, output: CommonOptions.Output
  ) async throws -> LoadedImages {
    var options = ImageLoadingOptions()
    options.ignoresLabels = true
    options.skipCorrupt = self.options.skipCorrupt
    options.workers = self.options.workers
    return try await Self.load(
      ImageSource(path: path), preprocessing, options, phase: phase, display: display, output: output)
  }

  /// What a report says about the images.
  func summary(_ loaded: LoadedImages) -> RankingDocument.ImagesSummary {
    Self.summary(path: source.path, loaded)
  }

  static func summary(path: String, _ loaded: LoadedImages) -> RankingDocument.ImagesSummary {
    .init(
      path: path, count: loaded.images.count, digest: loaded.images.digest,
      skipped: loaded.skipped.map { $0.error.place.file ?? "image \($0.index)" })
  }

  private static func load(
    _ source: ImageSource, _ preprocessing: Preprocessing, _ options: ImageLoadingOptions, phase: String,
    display: ProgressDisplay, output: CommonOptions.Output
  ) async throws -> LoadedImages {
    let loaded = try await Interruption.whenAsked {
      try await ImageLoading.load(source, preprocessing: preprocessing, options: options) { done, total in
        display.report(ProgressLine(phase, done: done, total: total, unit: "images"))
      }
    }
    display.end()
    if loaded.ignoredFileCount > 0 {
      output.remark(
        loaded.ignoredFileCount == 1
          ? "one file in \(source.path) is no image and was passed over"
          : "\(NumberText.grouped(loaded.ignoredFileCount)) files in \(source.path) are no images and were passed over")
    }
    for skipped in loaded.skipped { output.remark("skipped: \(skipped.error)") }
    return loaded
  }
}

extension InputError {
  /// The same error with the key spelled as an option: a piece of a configuration came from the command line.
  var asOption: InputError {
    var copy = self
    if let key = copy.place.key, !key.hasPrefix("--") { copy.place.key = "--\(key)" }
    return copy
  }
}
