import InputErrors
import Reports
import ScenarioRunner

/// Turns a step of a scenario into the command line that does the same.
struct ScenarioStepWords {
  /// The files that a name of images stands for.
  struct ImageFiles: Sendable, Hashable {
    var path: String
    /// Options that go with it: `--preprocess`, `--classes`, …
    var options: [(name: String, value: String)]

    static func == (one: Self, other: Self) -> Bool {
      one.path == other.path && one.options.elementsEqual(other.options) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(path) }
  }

  /// What the run decides, not the scenario.
  private static let reserved = ["images", "output", "workers", "json", "quiet", "progress", "resume", "help"]

  let folder: ScenarioFolder
  let index: Int
  let command: any Command.Type

  private var step: ScenarioStep { folder.scenario.steps[index] }
  private var options: [OptionDeclaration] { command.description.options }
  private var takesImages: Bool { has("images") }
  var hasOutput: Bool { has("output") }

  func has(_ option: String) -> Bool { options.contains { $0.name == option } }

  /// Finds the step's command and checks the names of its settings.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) naming file and key.
  init(_ folder: ScenarioFolder, step index: Int) throws(InputError) {
    let step = folder.scenario.steps[index]
    let commands = Tool.commands.filter { $0 != RunCommand.self && $0 != ReportCommand.self }
    guard let command = commands.first(where: { $0.description.name == step.command }) else {
      let names = commands.map { $0.description.name }
      throw InputError(
        .data, "there is no such command", at: .init(file: folder.file, key: "steps[\(index)].command"),
        expected: names.joined(separator: ", "), found: "'\(step.command)'",
        hint: Suggestion.hint(for: step.command, among: names))
    }
    self.folder = folder
    self.index = index
    self.command = command
    try checkKeys()
  }

  private func error(
    _ what: String, _ key: String, expected: String? = nil, found: String? = nil, hint: String? = nil
  ) -> InputError {
    InputError(
      .data, what, at: .init(file: folder.file, key: "steps[\(index)].\(key)"), expected: expected, found: found,
      hint: hint)
  }

  private func checkKeys() throws(InputError) {
    let names = options.map(\.name).filter { !Self.reserved.contains($0) }
    for key in step.settings.keys.sorted() where !names.contains(key) {
      if Self.reserved.contains(key) {
        throw error(
          "a scenario does not set this", "settings.\(key)",
          hint: key == "images" ? "name the images beside the settings" : nil)
      }
      throw error(
        "the command '\(step.command)' has no such setting", "settings.\(key)",
        hint: Suggestion.hint(for: key, among: names) ?? "'neuron-shapley \(step.command) --help' lists them")
    }
    if step.images != nil, !takesImages { throw error("the command '\(step.command)' takes no images", "images") }
    if step.images == nil, options.contains(where: { $0.name == "images" && $0.isRequired }) {
      throw error("the command '\(step.command)' needs images", "images", expected: "the name of images")
    }
    if step.source == nil, folder.scenario.model == nil {
      throw error(
        "there is nothing for the command to work on", "source",
        expected: command.description.positionals.first.map(\.explanation), hint: "name it here, or give a model")
    }
  }

  /// The words, without the command's name.
  ///
  /// - Parameters:
  ///   - model: the path of the scenario's model.
  ///   - resolve: the path that a reference stands for.
  ///   - images: the files of a name.
  /// - Throws: ``InputErrors/InputError`` (data) for a value that no option can have.
  func words(
    model: String?, images: (String) -> ImageFiles, resolve: (ScenarioStep.Reference) -> String
  ) throws(InputError) -> [String] {
    var words = [
      try step.source.map { source throws(InputError) in try text(source, "source", resolve) } ?? model ?? ""
    ]
    if let name = step.images {
      let files = images(name)
      words += ["--images", files.path]
      for (option, value) in files.options where has(option) && step.settings[option] == nil {
        words += ["--\(option)", value]
      }
    }
    for (key, value) in step.settings.sorted(by: { $0.key < $1.key }) {
      let place = "settings.\(key)"
      let isFlag = options.first { $0.name == key }?.valueName == nil
      switch value {
      case .bool(let isOn):
        guard isFlag else { throw error("the setting needs a value", place, found: value.compact) }
        if isOn { words.append("--\(key)") }
      case _ where isFlag: throw error("the setting is true or false", place, found: value.compact)
      case .array(let elements):
        var texts: [String] = []
        for element in elements { texts.append(try word(element, place, resolve)) }
        words += Self.option(key, texts.joined(separator: ","))
      case .null, .integer, .number, .string, .object: words += Self.option(key, try word(value, place, resolve))
      }
    }
    return words
  }

  private static func option(_ key: String, _ value: String) -> [String] {
    value.hasPrefix("-") ? ["--\(key)=\(value)"] : ["--\(key)", value]
  }

  private func word(
    _ value: JSONValue, _ key: String, _ resolve: (ScenarioStep.Reference) -> String
  ) throws(InputError) -> String {
    switch value {
    case .string(let text): return try self.text(text, key, resolve)
    case .integer, .number: return value.compact
    case .null, .bool, .array, .object:
      throw error(
        "the setting has another type", key, expected: "a text, a number or a list of them", found: value.compact)
    }
  }

  private func text(
    _ text: String, _ key: String, _ resolve: (ScenarioStep.Reference) -> String
  ) throws(InputError) -> String {
    let meaning: ScenarioStep.Text
    do { meaning = try folder.scenario.meaning(of: text, inStep: index) } catch { throw blamed(error, key: key) }
    switch meaning {
    case .literal(let text): return text
    case .path(let path): return folder.path(of: path)
    case .reference(let reference): return resolve(reference)
    }
  }

  // MARK: Blame

  private func blamed(_ error: InputError, key: String) -> InputError {
    var error = error
    error.place.key = "steps[\(index)].\(key)"
    return error.inFile(folder.file)
  }

  /// An error of the command as one of the scenario, where a setting of the scenario is to blame.
  func blaming(_ error: any Error) -> any Error {
    guard var input = error as? InputError, let option = input.place.key, option.hasPrefix("--") else { return error }
    let key = String(option.dropFirst(2))
    guard step.settings[key] != nil || input.place.file == nil else { return error }
    if input.kind == .usage { input.kind = .data }
    let file = input.place.file
    input.place.file = nil
    input = blamed(input, key: step.settings[key] == nil && key == "images" ? "images" : "settings.\(key)")
    if let file, input.found == nil { input.found = file }
    return input
  }

  /// Reads the settings as the command would, before any work is done; paths that are not known yet are made up.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) naming file and key.
  func check() throws {
    let madeUp = "made-later"
    var words = try words(
      model: madeUp, images: { _ in ImageFiles(path: madeUp, options: [("preprocess", "none")]) },
      resolve: { _ in madeUp })
    if hasOutput { words += ["--output", madeUp] }
    do { _ = try command.init(Arguments(words, for: command.description)) } catch { throw blaming(error) }
  }
}
