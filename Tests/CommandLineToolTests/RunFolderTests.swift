import AtomicFiles
import CommandLineTool
import Foundation
import InputErrors
import Reports
import Testing

@Suite struct RunFolderTests {
  /// A path under the temporary folder where nothing stands yet; removed by the closure's end.
  private func withFreshPath(_ body: (String) throws -> Void) rethrows {
    let path = FileManager.default.temporaryDirectory.path + "/neuron-shapley-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func failure(_ body: () throws -> Void) -> InputError? {
    do {
      try body()
      return nil
    } catch { return error as? InputError }
  }

  private let settings = JSONValue.object([
    "seed": .integer(7), "images": .object(["path": .string("a"), "crop": .integer(224)]), "workers": .integer(2),
  ])
  private func decisive(_ value: JSONValue) -> JSONValue {
    guard case .object(var members) = value else { return value }
    members["workers"] = nil
    return .object(members)
  }

  @Test func aNewFolderIsMadeAndAnotherRunRefused() throws {
    try withFreshPath { path in
      let folder = try RunFolder(forWritingAt: path + "/inner", resuming: false)
      try folder.adopt(settings, decisive: decisive)
      let again = failure { _ = try RunFolder(forWritingAt: path + "/inner", resuming: false) }
      #expect(again?.kind == .cannotWrite)
      _ = try RunFolder(readingAt: path + "/inner")
      #expect(failure { _ = try RunFolder(readingAt: path) }?.kind == .noInput)
    }
  }

  @Test func aForeignFolderIsNeverTouched() throws {
    try withFreshPath { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try AtomicFile.write("precious", to: path + "/thesis.txt")
      for resuming in [false, true] {
        let error = failure { _ = try RunFolder(forWritingAt: path, resuming: resuming) }
        #expect(error?.kind == .cannotWrite)
        #expect(error?.what.contains("no run") == true)
      }
      #expect(failure { _ = try RunFolder(forWritingAt: path + "/thesis.txt", resuming: false) }?.kind == .cannotWrite)
    }
  }

  @Test func resumingComparesTheDecisiveSettings() throws {
    try withFreshPath { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try AtomicFile.write(settings.pretty, to: path + "/config.json")
      let folder = try RunFolder(readingAt: path)
      var other = settings
      if case .object(var members) = settings {
        members["workers"] = .integer(8)
        other = .object(members)
      }
      try folder.adopt(other, decisive: decisive)
      #expect(try JSONValue(parsing: try folder.read(.configuration), file: nil)["workers"] == .integer(8))

      if case .object(var members) = settings {
        members["images"] = .object(["path": .string("a"), "crop": .integer(227)])
        other = .object(members)
      }
      let error = failure { try folder.adopt(other, decisive: decisive) }
      #expect(error?.kind == .usage)
      #expect(error?.place.key == "images.crop")
      #expect(error?.expected == "224")
      #expect(error?.found == "227")
    }
  }

  @Test func aDamagedConfigurationIsADataError() throws {
    try withFreshPath { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try AtomicFile.write("{\"seed\": ", to: path + "/config.json")
      let folder = try RunFolder(readingAt: path)
      #expect(failure { try folder.adopt(settings, decisive: decisive) }?.kind == .data)
    }
  }

  @Test func whatCannotBeWrittenSaysWhyAndLeavesTheOldFile() throws {
    let full = failure { try AtomicFile.write("x", to: "/proc/neuron-shapley") }
    #expect(full?.kind == .cannotWrite)
    #expect(full?.place.file == "/proc/neuron-shapley")
    try withFreshPath { path in
      try FileManager.default.createDirectory(atPath: path + "/target", withIntermediateDirectories: true)
      // A folder stands where the file should go: the rename fails after the bytes were written.
      let error = failure { try AtomicFile.write("x", to: path + "/target") }
      #expect(error?.what.contains("directory") == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["target"])
    }
  }
}
