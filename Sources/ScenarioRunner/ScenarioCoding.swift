import InputErrors
import Reports

/// The JSON form: `{"question": "…", "images": […], "model": {…}, "steps": […], "expected": "expected.json"}`.
extension Scenario: Codable {
  private enum Key: String, CodingKey, CaseIterable { case question, model, images, steps, expected }

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Key.allCases.map(\.rawValue), of: "a scenario")
    let question = try object.text("question", expected: "one sentence")
    let images = try object.value([ScenarioImages].self, "images", expected: "a list of objects") ?? []
    let steps = try object.value([ScenarioStep].self, "steps", expected: "a list of objects") ?? []
    self.init(
      question: question, model: try object.value(ScenarioModel.self, "model", expected: "an object"), images: images,
      steps: steps, expected: try object.optionalText("expected", expected: "a file"))
    guard !steps.isEmpty else { throw object.error("steps", expected: "at least one command") }
    try checkNames(object)
    try checkReferences()
  }

  private func checkNames(_ object: ConfigurationObject) throws {
    var seen: Set<String> = []
    for (key, names) in [("images", images.map(\.name)), ("steps", steps.map(\.name))] {
      for (index, name) in names.enumerated() {
        let place = "\(key)[\(index)].name"
        let isPlain = name.utf8.allSatisfy { character in
          UInt8(ascii: "a")...UInt8(ascii: "z") ~= character || UInt8(ascii: "0")...UInt8(ascii: "9") ~= character
            || character == UInt8(ascii: "-")
        }
        guard isPlain, (1...40).contains(name.utf8.count), !name.hasPrefix("-"), !Self.reservedNames.contains(name)
        else {
          throw InputError(
            .data, "the name cannot be used", at: .init(key: place),
            expected: "small letters, digits and '-', and not \(Self.reservedNames.joined(separator: " or "))",
            found: "'\(name)'")
        }
        guard seen.insert(name).inserted else {
          throw InputError(
            .data, "the name is used twice", at: .init(key: place), found: "'\(name)'",
            hint: key == "steps" ? "give the step a name of its own" : nil)
        }
      }
    }
  }

  private func checkReferences() throws {
    if case .recipe(_, let name, _) = model { try checkImages(name, key: "model.images") }
    for (index, step) in steps.enumerated() {
      if let name = step.images { try checkImages(name, key: "steps[\(index)].images") }
      let texts = step.texts.map { ("settings.\($0.key)", $0.text) } + (step.source.map { [("source", $0)] } ?? [])
      for (key, text) in texts {
        do { _ = try meaning(of: text, inStep: index) } catch {
          var error = error
          error.place.key = "steps[\(index)].\(key)"
          throw error
        }
      }
    }
  }

  private func checkImages(_ name: String, key: String) throws(InputError) {
    guard images(named: name) == nil else { return }
    let names = images.map(\.name)
    throw InputError(
      .data, "there are no images of that name", at: .init(key: key), expected: names.joined(separator: ", "),
      found: "'\(name)'", hint: Suggestion.hint(for: name, among: names))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(question, forKey: .question)
    try container.encodeIfPresent(model, forKey: .model)
    if !images.isEmpty { try container.encode(images, forKey: .images) }
    try container.encode(steps, forKey: .steps)
    try container.encodeIfPresent(expected, forKey: .expected)
  }
}

extension ScenarioModel: Codable {
  private enum Key: String, CodingKey, CaseIterable { case file, recipe, images, seed, brought }

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Key.allCases.map(\.rawValue), of: "a model")
    let kind = try object.only(["file", "recipe", "brought"], of: "a model")
    if kind != "recipe" { try object.refuse(["images", "seed"], "only a recipe has it") }
    switch kind {
    case "file": self = .file(try object.text("file", expected: "an ONNX file"))
    case "brought": self = .brought(try object.text("brought", expected: "what is needed, in words"))
    default:
      self = .recipe(
        try object.text("recipe", expected: "a recipe's file"),
        images: try object.text("images", expected: "the name of the images to train on"),
        seed: try object.seed("seed") ?? 0)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .file(let file): try container.encode(file, forKey: .file)
    case .brought(let text): try container.encode(text, forKey: .brought)
    case .recipe(let recipe, let images, let seed):
      try container.encode(recipe, forKey: .recipe)
      try container.encode(images, forKey: .images)
      try container.encode(seed, forKey: .seed)
    }
  }
}

extension ScenarioStep: Codable {
  private enum Key: String, CodingKey, CaseIterable { case name, command, source, images, settings, shown }

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Key.allCases.map(\.rawValue), of: "a step")
    let settings = try object.value([String: JSONValue].self, "settings", expected: "an object") ?? [:]
    self.init(
      try object.text("command", expected: "a command such as rank"),
      name: try object.optionalText("name", expected: "a name"),
      source: try object.optionalText("source", expected: "a text"),
      images: try object.optionalText("images", expected: "the name of images"), settings: settings,
      isShown: try object.flag("shown") ?? true)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(command, forKey: .command)
    try container.encodeIfPresent(source, forKey: .source)
    try container.encodeIfPresent(images, forKey: .images)
    if !settings.isEmpty { try container.encode(settings, forKey: .settings) }
    if !isShown { try container.encode(false, forKey: .shown) }
  }
}

extension ConfigurationObject {
  func optionalText(_ key: String, expected: String) throws -> String? {
    guard let text = try value(String.self, key, expected: expected) else { return nil }
    guard !text.isEmpty else { throw error(key, expected: expected, found: "an empty text") }
    return text
  }

  func text(_ key: String, expected: String) throws -> String {
    if let text = try optionalText(key, expected: expected) { return text }
    throw InputError(.data, "the key is missing", at: .init(key: keyPath(key)), expected: expected)
  }

  func seed(_ key: String) throws -> UInt64? { try value(UInt64.self, key, expected: "a whole number from 0") }

  /// The one key of several that the object has.
  func only(_ keys: [String], of owner: String) throws -> String {
    let found = keys.filter(has)
    guard let key = found.first, found.count == 1 else {
      throw InputError(
        .data, "\(owner) comes from one place", at: .init(key: found.last.map(keyPath)),
        expected: "one of \(keys.joined(separator: ", "))",
        found: found.isEmpty ? "none" : found.joined(separator: " and "))
    }
    return key
  }

  /// Refuses keys that make no sense beside the others.
  func refuse(_ keys: [String], _ what: String) throws {
    for key in keys where has(key) { throw InputError(.data, what, at: .init(key: keyPath(key))) }
  }
}
