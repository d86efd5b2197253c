import InputErrors
import ScenarioRunner

/// The user's own network and images in place of a scenario's.
struct ScenarioReplacements: Sendable {
  static let model = CommandOption<String>.text(
    "model", "FILE", "An ONNX classifier in place of the scenario's network.")
  static let images = CommandOption<String>.text(
    "images", "PATH",
    "Labelled images, in any form that 'rank' takes, in place of those that the scenario works on; with --preprocess.")
  static let options = [
    ImageOptions.labels, ImageOptions.classes,
    CommandOption<String>.text(
      "preprocess", "NAME|FILE", "How the images become the model's input: a preset or a .json file."),
  ]
  static let group = CommandDescription.OptionGroup(
    "files of your own", [model.declaration, images.declaration] + options.map(\.declaration))

  let model: String?
  let images: String?
  private let given: [(name: String, value: String)]

  init(_ arguments: Arguments) throws {
    model = try arguments.value(Self.model)
    images = try arguments.value(Self.images)
    var given: [(name: String, value: String)] = []
    for option in Self.options {
      guard let value = try arguments.value(option) else { continue }
      guard images != nil else {
        throw InputError(
          .usage, "there are no images that it speaks of", at: .init(key: "--\(option.declaration.name)"),
          hint: "add --images")
      }
      given.append((option.declaration.name, value))
    }
    self.given = given
  }

  /// Why the result is not compared with what the scenario expects; nil when it is.
  var reasonNotToCompare: String? {
    guard model != nil || images != nil else { return nil }
    return "Nothing is compared: the expectations are of the scenario's own network and images."
  }

  /// The set of images that `--images` stands for: the one to be brought, else the one that steps work on.
  private func replaced(in folder: ScenarioFolder) -> [ScenarioImages] {
    let brought = folder.scenario.images.filter { if case .brought = $0.source { true } else { false } }
    if !brought.isEmpty { return brought }
    let used = Set(folder.scenario.steps.compactMap(\.images))
    return folder.scenario.images.filter { used.contains($0.name) }
  }

  /// - Throws: ``InputErrors/InputError`` (usage) when something must be brought and is not given, or something is given
  ///   that stands for nothing.
  func check(_ folder: ScenarioFolder) throws(InputError) {
    if case .brought(let text) = folder.scenario.model, model == nil {
      throw InputError(
        .usage, "the scenario needs a network of yours: \(text)", at: .init(file: folder.file, key: "--model"))
    }
    if model != nil, folder.scenario.model == nil {
      throw InputError(.usage, "the scenario has no network", at: .init(file: folder.file, key: "--model"))
    }
    let sets = replaced(in: folder)
    if images == nil {
      for set in sets {
        if case .brought(let text) = set.source { throw missing(set.name, text) }
      }
      if model != nil, case .recipe = folder.scenario.model { return }
      return
    }
    guard sets.count == 1 else {
      throw InputError(
        .usage, "the scenario does not work on one set of images", at: .init(file: folder.file, key: "--images"),
        found: sets.isEmpty ? "none" : sets.map(\.name).joined(separator: ", "))
    }
    guard given.contains(where: { $0.name == "preprocess" }) else {
      throw InputError(
        .usage, "how the images become the model's input is not said", at: .init(key: "--preprocess"),
        expected: "a preset such as imagenet, or a .json file")
    }
  }

  /// The files in place of a set of images, if they are.
  func files(for set: ScenarioImages, in folder: ScenarioFolder) -> ScenarioStepWords.ImageFiles? {
    guard let images, replaced(in: folder).map(\.name) == [set.name] else { return nil }
    return .init(path: images, options: given)
  }

  /// The error that names what the user must bring.
  func missing(_ name: String, _ text: String) -> InputError {
    InputError(
      .usage, "the scenario needs images of yours, '\(name)': \(text)", at: .init(key: "--images"),
      hint: "add --images PATH --preprocess NAME")
  }
}
