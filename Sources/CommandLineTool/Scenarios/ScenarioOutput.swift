import AtomicFiles
import Foundation
import Images
import InputErrors
import Reports

/// The folder that `run` writes: a folder or a file for each step, `result.json`, the network if it was trained for the
/// scenario, and a list of what it has written.
///
/// What an earlier run of the same scenario has written is replaced; anything else in the folder is an error.
struct ScenarioOutput: Sendable {
  static let result = "result.json"
  static let model = "model.onnx"
  private static let list = "run.json"

  /// What `run.json` holds.
  private struct Contents: Codable {
    static let formatName = "neuron-shapley.scenario-run"
    var format = formatName
    var version = 1
    var scenario: String
    var steps: [String]
  }

  let path: String

  /// - Parameters:
  ///   - steps: the names of the steps.
  ///   - keepsSteps: whether what steps have written stays, to be gone on with.
  /// - Throws: ``InputErrors/InputError`` (cannotWrite) when the folder holds something else, another process works in
  ///   it, or it cannot be written.
  init(path: String, scenario: String, steps: [String], keepsSteps: Bool) throws {
    self.path = path
    let manager = FileManager.default
    do { try manager.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw InputError(.cannotWrite, "the folder cannot be made", at: .init(file: path))
    }
    try RunFolder.hold(path)
    let names = ((try? manager.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasSuffix(".part") }
    let list = path + "/" + Self.list
    if !names.isEmpty {
      let found = manager.contents(atPath: list).flatMap {
        try? JSONValue.decode(Contents.self, from: [UInt8]($0), file: list)
      }
      guard let found, found.format == Contents.formatName, found.scenario == scenario else {
        throw InputError(
          .cannotWrite, "the folder holds something that is no run of this scenario", at: .init(file: path),
          hint: "choose another --output")
      }
      let old = [Self.result, Self.model] + (keepsSteps ? [] : found.steps.flatMap { [$0, "\($0).json"] })
      for name in old where names.contains(name) && !name.contains("/") {
        do { try manager.removeItem(atPath: path + "/" + name) } catch {
          throw InputError(.cannotWrite, "an earlier run cannot be removed", at: .init(file: path + "/" + name))
        }
      }
    }
    try AtomicFile.write(try JSONValue(Contents(scenario: scenario, steps: steps)).pretty, to: list)
  }

  /// The folder of a step.
  func folder(of step: String) -> String { path + "/" + step }

  /// - Throws: ``InputErrors/InputError`` (cannotWrite).
  func write(_ document: String, of step: String) throws {
    try AtomicFile.write(document, to: path + "/\(step).json")
  }

  /// Copies the network, so that its user need not look for it in the cache.
  ///
  /// - Returns: the path of the copy.
  /// - Throws: ``InputErrors/InputError`` when it cannot be read or written.
  func adopt(model file: String) throws -> String {
    let copy = path + "/" + Self.model
    try AtomicFile.write(FileBytes.read(file), to: copy)
    return copy
  }

  /// - Throws: ``InputErrors/InputError`` (cannotWrite).
  func write(_ document: ScenarioDocument) throws {
    try AtomicFile.write(try JSONValue(document).pretty, to: path + "/" + Self.result)
  }
}
