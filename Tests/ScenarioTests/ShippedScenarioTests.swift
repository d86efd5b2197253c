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

  @Test(arguments: names) func theScenarioFindsWhatItExpects(name: String) throws {
    let world = try SmallWorld()
    let result = try BuiltTool.run(
      ["run", "\(Self.folder)/\(name)", "--cache", Self.cache, "--output", world.path(name)], in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("as expected, in all"), "\(result.output)")
  }
}
