import Foundation
import Images
import InputErrors

/// A scenario where it lies: the folder with `scenario.json` and the files that it names.
public struct ScenarioFolder: Sendable {
  public static let fileName = "scenario.json"

  /// Without a slash at the end.
  public let path: String
  public let scenario: Scenario
  /// Nil when nothing is expected.
  public let expectations: Expectations?

  /// The folder's name: `01-responsible-filters`.
  public var name: String { URL(fileURLWithPath: path).lastPathComponent }
  public var file: String { path + "/" + Self.fileName }

  /// Reads and checks a scenario with what it expects.
  ///
  /// - Parameter path: the folder, or its `scenario.json`.
  /// - Throws: ``InputErrors/InputError``: noInput when there is no scenario, with the likely one among its neighbours,
  ///   or when a file that it names is missing; data naming file and key when it is wrong.
  public init(reading path: String) throws {
    var folder = path
    if path.hasSuffix("/" + Self.fileName) || path == Self.fileName {
      folder = String(path.dropLast(Self.fileName.count))
      if folder.isEmpty { folder = "." }
    }
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    self.path = folder
    let file = folder + "/" + Self.fileName
    guard FileManager.default.fileExists(atPath: file) else { throw Self.missing(folder) }
    let scenario = try Scenario(json: FileBytes.read(file), file: file)
    self.scenario = scenario
    expectations = try scenario.expected.map { name in
      let path = Self.path(of: name, in: folder)
      try Self.require(path, file, "expected")
      return try Expectations(json: FileBytes.read(path), file: path, steps: scenario.steps.map(\.name))
    }
    try requireFiles()
  }

  /// A path that the scenario names, from where the process is.
  public func path(of name: String) -> String { Self.path(of: name, in: path) }

  private static func path(of name: String, in folder: String) -> String {
    name.hasPrefix("/") ? name : folder + "/" + (name.hasPrefix("./") ? String(name.dropFirst(2)) : name)
  }

  /// Before any work is done.
  private func requireFiles() throws(InputError) {
    switch scenario.model {
    case .file(let name): try Self.require(path(of: name), file, "model.file")
    case .recipe(let name, _, _): try Self.require(path(of: name), file, "model.recipe")
    case .brought, nil: break
    }
    for (index, images) in scenario.images.enumerated() {
      guard case .files(let files) = images.source else { continue }
      let key = "images[\(index)]"
      try Self.require(path(of: files.path), file, key + ".path")
      if let labels = files.labels { try Self.require(path(of: labels), file, key + ".labels") }
      if let classes = files.classes { try Self.require(path(of: classes), file, key + ".classes") }
      if files.preprocess.hasPrefix("./") { try Self.require(path(of: files.preprocess), file, key + ".preprocess") }
    }
    for (index, step) in scenario.steps.enumerated() {
      let texts = step.texts.map { ("settings.\($0.key)", $0.text) } + (step.source.map { [("source", $0)] } ?? [])
      for (key, text) in texts where text.hasPrefix("./") {
        try Self.require(path(of: text), file, "steps[\(index)].\(key)")
      }
    }
  }

  private static func require(_ path: String, _ file: String, _ key: String) throws(InputError) {
    guard !FileManager.default.fileExists(atPath: path) else { return }
    throw InputError(
      .noInput, "a file that the scenario names is missing", at: .init(file: file, key: key), found: "no '\(path)'")
  }

  private static func missing(_ folder: String) -> InputError {
    let url = URL(fileURLWithPath: folder), parent = url.deletingLastPathComponent()
    let neighbours = ((try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []).sorted().filter {
      FileManager.default.fileExists(atPath: parent.path + "/\($0)/\(fileName)")
    }
    return InputError(
      .noInput, "there is no scenario", at: .init(file: folder), expected: "a folder with \(fileName)",
      hint: Suggestion.hint(for: url.lastPathComponent, among: neighbours)
        ?? (neighbours.isEmpty ? nil : "beside it: \(neighbours.joined(separator: ", "))"))
  }
}
