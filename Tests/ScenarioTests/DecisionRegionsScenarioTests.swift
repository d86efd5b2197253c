import Foundation
import Reports
import TestSupport
import Testing

/// Runs the commands of `Scenarios/09-decision-regions` and compares their documents with what is expected.
@Suite struct DecisionRegionsScenarioTests {
  private struct Expected: Decodable {
    struct Run: Decodable {
      let name: String
      let arguments: [String]
      let checks: [Check]
    }
    struct Check: Decodable {
      let path: String
      let equals: JSONValue?
      let near: Double?
      let within: Double?
    }
    let runs: [Run]
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scenarios/09-decision-regions").path

  private func runs(needingData: Bool) throws -> [Expected.Run] {
    let bytes = try #require(FileManager.default.contents(atPath: Self.folder + "/expected.json"))
    return try JSONValue.decode(Expected.self, from: [UInt8](bytes), file: "expected.json").runs
      .filter { $0.arguments.contains { $0.contains("${DATA}") } == needingData }
  }

  private func value(_ path: String, in document: JSONValue) -> JSONValue? {
    path.split(separator: ".").reduce(document) { value, part in
      guard case .array(let elements)? = value else { return value?[String(part)] }
      if part == "#" { return .integer(elements.count) }
      return Int(part).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
    }
  }

  private func number(_ value: JSONValue?) -> Double? {
    switch value {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    case .null, .bool, .string, .array, .object, nil: nil
    }
  }

  private func play(_ run: Expected.Run) throws {
    let world = try SmallWorld()
    let words = run.arguments.map { word in
      FileManager.default.fileExists(atPath: Self.folder + "/" + word)
        ? Self.folder + "/" + word : word.replacing("${DATA}", with: TestData.folder ?? "absent")
    }
    let result = try BuiltTool.run(words + ["--json", "--quiet"], in: world.folder)
    #expect(result.status == 0, "\(run.name): \(result.error)")
    let document = try JSONValue(parsing: Array(result.output.utf8), file: run.name)
    #expect(!run.checks.isEmpty)
    for check in run.checks {
      let found = value(check.path, in: document)
      if let expected = check.equals { #expect(found == expected, "\(run.name): \(check.path)") }
      if let near = check.near {
        let amount = try #require(number(found), "\(run.name): \(check.path)")
        #expect(abs(amount - near) <= check.within ?? 0, "\(run.name): \(check.path)")
      }
      #expect(check.equals != nil || check.near != nil, "\(run.name): \(check.path) expects nothing")
    }
  }

  @Test func everyRunSaysWhatIsExpected() throws {
    let runs = try self.runs(needingData: false)
    #expect(runs.count == 3)
    for run in runs { try play(run) }
  }

  @Test(.enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
  func theRealNetworksLogitsAreDivided() throws {
    let runs = try self.runs(needingData: true)
    #expect(runs.count == 1)
    for run in runs { try play(run) }
  }
}
