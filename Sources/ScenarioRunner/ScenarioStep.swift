import InputErrors
import Reports

/// One command of a scenario, with its settings.
///
/// A text among the settings that begins with `./` is a path relative to the scenario; one that begins with `@` stands
/// for a path that is known only when the scenario runs (``Reference``).
public struct ScenarioStep: Sendable, Hashable {
  /// What later steps and expectations call it; the command's name unless given.
  public var name: String
  /// The command as the command line has it: `rank`.
  public var command: String
  /// What the command is about, in place of the scenario's model: `random:8x2`, `./weights.csv`.
  public var source: String?
  /// The name of the images that it works on.
  public var images: String?
  /// The command's options without dashes; true stands for an option without a value, a list for values with commas.
  public var settings: [String: JSONValue]
  /// Whether its result is shown in the terminal; it is written and compared in any case.
  public var isShown: Bool

  public init(
    _ command: String, name: String? = nil, source: String? = nil, images: String? = nil,
    settings: [String: JSONValue] = [:], isShown: Bool = true
  ) {
    self.isShown = isShown
    self.name = name ?? command
    self.command = command
    self.source = source
    self.images = images
    self.settings = settings
  }

  /// What `@name` stands for.
  public enum Reference: Sendable, Hashable {
    /// `@model`: the ONNX file.
    case model
    /// `@checkpoints`: the folder of the network's training, with its series of checkpoints.
    case checkpoints
    /// The folder or list of the images of that name.
    case images(String)
    /// The folder that an earlier step has written.
    case step(String)
  }

  /// A text of the settings, taken apart.
  public enum Text: Sendable, Hashable {
    case literal(String)
    /// Relative to the scenario.
    case path(String)
    case reference(Reference)
  }

  /// All texts among the settings, each with its key.
  var texts: [(key: String, text: String)] {
    settings.sorted { $0.key < $1.key }.flatMap { key, value -> [(String, String)] in
      switch value {
      case .string(let text): [(key, text)]
      case .array(let elements):
        elements.compactMap { if case .string(let text) = $0 { (key, text) } else { nil } }
      case .null, .bool, .integer, .number, .object: []
      }
    }
  }
}

extension Scenario {
  /// Names that may not be given to images or steps.
  static let reservedNames = ["model", "checkpoints"]

  /// What a text in the settings of a step means.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) with the likely name for a reference to nothing; the key is the caller's
  ///   to fill in.
  public func meaning(of text: String, inStep index: Int) throws(InputError) -> ScenarioStep.Text {
    if text.hasPrefix("./") { return .path(String(text.dropFirst(2))) }
    guard text.hasPrefix("@") else { return .literal(text) }
    let name = String(text.dropFirst())
    switch name {
    case "model" where model != nil: return .reference(.model)
    case "checkpoints":
      if case .recipe = model { return .reference(.checkpoints) }
    default: break
    }
    if images(named: name) != nil { return .reference(.images(name)) }
    let earlier = steps[..<index].map(\.name)
    if earlier.contains(name) { return .reference(.step(name)) }
    let names = images.map(\.name) + earlier + (model == nil ? [] : Self.reservedNames)
    throw InputError(
      .data, "the name stands for nothing",
      expected: names.isEmpty ? nil : names.map { "@" + $0 }.joined(separator: ", "),
      found: "'\(text)'", hint: Suggestion.hint(for: text, among: names.map { "@" + $0 }))
  }
}
