import Foundation
import ScenarioRunner
import Testing

/// Runs the scenarios of `Scenarios/` with the built tool and compares what they find with what they expect.
///
/// All share one cache, so that a network is trained once, by whichever comes first.
@Suite struct ShippedScenarioTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scenarios").path

  private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().filter {
    FileManager.default.fileExists(atPath: "\(folder)/\($0)/\(ScenarioFolder.fileName)")
  }

  /// A folder that goes with the process.
  private static let cache: String = {
    atexit { try? FileManager.default.removeItem(atPath: ShippedScenarioTests.cachePath) }
    return cachePath
  }()

  private static let cachePath =
    FileManager.default.temporaryDirectory.path
    + "/neuron-shapley-scenarios-\(ProcessInfo.processInfo.processIdentifier)"

  @Test func everyFolderIsAScenarioThatAsksAndExpects() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
    #expect(folders == Self.names)
    for name in folders {
      let scenario = try ScenarioFolder(reading: "\(Self.folder)/\(name)")
      #expect(scenario.scenario.question.hasSuffix("?"), "\(name)")
      #expect(scenario.expectations != nil, "\(name)")
      let text = try String(contentsOfFile: scenario.path(of: "README.md"), encoding: .utf8)
      #expect(text.hasPrefix("# \(name.prefix(2)): \(scenario.scenario.question)\n"), "\(name)")
    }
  }

  /// The scenario of files with something wrong in it: one line that names file and key.
  @Test(arguments: [
    ("\"preprocess\": \"world\"", "\"preprocess\": \"wordl\"", 65, ["images[0].preprocess", "did you mean 'world'?"]),
    ("\"path\": \"images\"", "\"path\": \"imagse\"", 66, ["images[0].path", "imagse"]),
    ("\"network.onnx\"", "\"netwrok.onnx\"", 66, ["model.file", "netwrok.onnx"]),
    ("\"top\": 10", "\"tpo\": 10", 65, ["steps[2].settings.tpo", "did you mean 'top'?"]),
    ("\"top\": 10", "\"top\": 100", 65, ["steps[2].settings.top", "1 to 60"]),
  ])
  func aSlipInAScenarioOfFilesIsOneLine(old: String, new: String, status: Int, texts: [String]) throws {
    let world = try SmallWorld()
    let copy = world.path("12-from-files")
    try FileManager.default.copyItem(atPath: Self.folder + "/12-from-files", toPath: copy)
    let text = try String(contentsOfFile: copy + "/scenario.json", encoding: .utf8)
    try Data(text.replacing(old, with: new).utf8).write(to: URL(fileURLWithPath: copy + "/scenario.json"))
    let result = try BuiltTool.run(["run", copy, "--quiet", "--output", world.path("out")], in: world.folder)
    #expect(result.status == status, "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    for text in texts + [copy + "/scenario.json"] { #expect(result.error.contains(text), "\(result.error)") }
  }

  @Test(arguments: names) func theScenarioFindsWhatItExpects(name: String) throws {
    let world = try SmallWorld()
    let result = try BuiltTool.run(
      ["run", "\(Self.folder)/\(name)", "--cache", Self.cache, "--output", world.path(name)], in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("as expected, in all"), "\(result.output)")
  }
}
