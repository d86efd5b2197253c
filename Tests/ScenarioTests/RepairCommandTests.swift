import Foundation
import Reports
import TestSupport
import Testing

@Suite struct RepairCommandTests {
  /// A table of groups for the images of a small world: every third is of the group 'few'.
  private func groups(_ world: SmallWorld) throws -> String {
    let rows = (0..<SmallWorld.imageCount).map { "images.idx[\($0)],\($0 % 3 == 0 ? "few" : "many")\n" }
    let file = world.path("groups.csv")
    try ("file,kind\n" + rows.joined()).write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  @Test func aGroupIsHelpedAndTheFolderSaysHow() throws {
    let world = try SmallWorld()
    let table = try groups(world)
    var documents: [RepairDocument] = []
    for workers in ["1", "2"] {
      let folder = world.path("repaired-\(workers)")
      let result = try BuiltTool.run(
        ["repair", world.model] + world.input + [
          "--groups", "\(table):kind", "--target-group", "few", "--metric", "log-likelihood", "--evaluations", "4000",
          "--allow", "0.2", "--most", "3", "--seed", "4", "--workers", workers, "--output", folder, "--json",
        ], in: world.folder)
      #expect(result.status == 0, "\(result.error)")
      let document = try JSONValue.decode(RepairDocument.self, from: Array(result.output.utf8), file: "stdout")
      documents.append(document)
      #expect(document.repair.groupNames == ["few", "many"] && document.targetName == "few")
      #expect(document.images.count + document.test.count == 64)
      if HeadlessBrowser.isPresent { #expect(try HeadlessBrowser.fault(ofPage: folder + "/report.html") == nil) }
      let removed = try String(contentsOfFile: folder + "/removed.txt", encoding: .utf8).split(separator: "\n")
      #expect(removed.map(String.init) == document.repair.removed)
      for file in ["report.html", "result.json", "steps.csv", "figures/steps.svg", "ranking/report.html"] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
      }
    }
    #expect(documents[0].repair == documents[1].repair)
  }

  /// A group of one image is in one half of the images only: where that is the half to choose by, its accuracy is not
  /// measured, and the tables do not claim one.
  @Test func whatNoImageJudgesIsNotClaimed() throws {
    let world = try SmallWorld()
    let rows = (0..<SmallWorld.imageCount).map {
      "images.idx[\($0)],\($0 == 1 ? "single" : $0 % 3 == 0 ? "few" : "many")\n"
    }
    let table = world.path("groups.csv")
    try ("file,kind\n" + rows.joined()).write(toFile: table, atomically: true, encoding: .utf8)
    var isFound = false
    for seed in 0..<6 where !isFound {
      let folder = world.path("repaired-\(seed)")
      let result = try BuiltTool.run(
        ["repair", world.model] + world.input + [
          "--groups", "\(table):kind", "--target-group", "few", "--metric", "log-likelihood", "--evaluations", "4000",
          "--most", "1", "--seed", "\(seed)", "--output", folder,
        ], in: world.folder)
      #expect(result.status == 0, "\(result.error)")
      #expect(result.output.contains("are too few to judge by"))
      let steps = try String(contentsOfFile: folder + "/steps.csv", encoding: .utf8)
      guard !steps.contains("judged by,single") else { continue }
      isFound = true
      #expect(result.output.contains("not measured") && steps.contains("chosen by,single"))
    }
    #expect(isFound)
  }

  @Test func badInputIsNamed() throws {
    let world = try SmallWorld()
    let table = try groups(world)
    let head = ["repair", world.model] + world.input + ["--output", world.path("r"), "--evaluations", "4000"]
    try "file,kind\nimages.idx[0],few\n".write(toFile: world.path("short.csv"), atomically: true, encoding: .utf8)
    let cases: [(words: [String], status: Int32, text: String)] = [
      (["--groups", "\(table):kin"], 65, "did you mean 'kind'"),
      (["--groups", "kind"], 64, "no such column"),
      (["--groups", "\(table):kind", "--target-group", "fwe"], 64, "did you mean 'few'"),
      (["--groups", "\(world.path("short.csv")):kind"], 65, "images.idx[1]"),
      (["--groups", "\(world.path("none.csv")):kind"], 66, "none.csv"),
      ([], 64, "--groups"),
    ]
    for (words, status, text) in cases {
      try? FileManager.default.removeItem(atPath: world.path("r"))
      let result = try BuiltTool.run(head + words, in: world.folder)
      #expect(result.status == status && result.error.contains(text), "\(words): \(result.status) \(result.error)")
    }
  }
}
