import Foundation
import Reports
import Testing

@Suite struct ClassesCommandTests {
  private func words(_ world: SmallWorld, _ run: String, _ more: [String] = []) -> [String] {
    ["classes", world.model] + world.input + ["--output", world.path(run), "--quiet"] + more
  }

  private func document(_ world: SmallWorld, _ run: String) throws -> ClassesDocument {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: world.path(run + "/result.json")))
    return try JSONValue.decode(ClassesDocument.self, from: [UInt8](bytes), file: run)
  }

  private func text(_ world: SmallWorld, _ path: String) throws -> String {
    try String(contentsOfFile: world.path(path), encoding: .utf8)
  }

  @Test func theFolderHoldsEverything() throws {
    let world = try SmallWorld()
    let result = try BuiltTool.run(words(world, "all", ["--top", "4", "--json"]), in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    #expect(try result.output == text(world, "all/result.json"))
    let document = try document(world, "all")
    #expect(document.classes.map(\.label) == [0, 1, 2, 3] && document.players.count == 20)
    #expect(document.classes.allSatisfy { $0.top.count == 4 && $0.values?.count == 20 })
    #expect(document.classes.allSatisfy { abs(($0.values ?? []).reduce(0, +) - $0.grandValue + $0.emptyValue) < 1e-9 })
    // 16 images a class: five kept back, eleven to rank by.
    #expect(document.images.count == 44 && document.classes.map(\.images) == [11, 11, 11, 11])
    let removal = try #require(document.removal)
    #expect(removal.isSplit && removal.images.count == 20 && removal.rows.count == 4 && removal.random.count == 5)
    for name in [
      "values.csv", "standard_errors.csv", "tops.csv", "overlap.csv", "layers.csv", "removal.csv", "report.html",
      "config.json", "figures/top-filters.svg", "figures/overlap.svg", "figures/removal.svg", "figures/layers.svg",
    ] {
      #expect(FileManager.default.fileExists(atPath: world.path("all/" + name)), "\(name)")
    }
    #expect(try text(world, "all/values.csv").hasPrefix("player,layer,channel,0,1,2,3\nconv1:0,conv1,0,"))
    // The command line of the document makes the same again.
    let again = document.commandLine.dropFirst().map { $0 == world.path("all") ? world.path("again") : $0 }
    #expect(try BuiltTool.run(Array(again), in: world.folder).status == 0)
    #expect(try text(world, "again/values.csv") == text(world, "all/values.csv"))
  }

  @Test func onlyTheClassesOfInterest() throws {
    let world = try SmallWorld()
    try "ant\nbee, queen\ncat\ndog\n".write(toFile: world.path("names.txt"), atomically: true, encoding: .utf8)
    // The values are about the first half of the images; what is in both sets is left out of the test.
    let named = [
      "--classes", world.path("names.txt"), "--limit", "32", "--test", world.images, "--test-labels", world.labels,
    ]
    for metric in ["class-accuracy", "binary"] {
      let run = "two-" + metric
      let result = try BuiltTool.run(
        words(world, run, named + ["--classes-of-interest", "cat,bee, queen", "--metric", metric]), in: world.folder)
      #expect(result.status == 0, "\(result.error)")
      let found = try document(world, run)
      #expect(found.classes.map(\.name) == ["bee, queen", "cat"])
      #expect(found.estimation.imagesCounted == (metric == "binary" ? 32 : 16))
      #expect(found.removal?.classes.count == 4 && found.removal?.rows.count == 2 && found.removal?.isSplit == false)
      #expect(found.removal?.images.count == 32)
    }
    let one = try BuiltTool.run(
      words(world, "one", named + ["--classes-of-interest", "3", "--removals", "0"]), in: world.folder)
    #expect(one.status == 0, "\(one.error)")
    #expect(try document(world, "one").classes.map(\.name) == ["dog"] && document(world, "one").removal == nil)
    for (interest, status, texts) in [
      ("cta", 64, ["--classes-of-interest", "did you mean 'cat'?"]), ("4", 64, ["0 to 3"]), ("cat,2", 64, ["twice"]),
      ("cat,,dog", 64, ["empty"]),
    ] {
      let result = try BuiltTool.run(
        words(world, "wrong", named + ["--classes-of-interest", interest]), in: world.folder)
      #expect(result.status == Int32(status) && result.error.split(separator: "\n").count == 1, "\(result.error)")
      for text in texts { #expect(result.error.contains(text), "\(result.error)") }
    }
    let seen = try BuiltTool.run(
      words(world, "seen", ["--test", world.images, "--test-labels", world.labels]), in: world.folder)
    #expect(seen.status == 65 && seen.error.contains("all of the test images"), "\(seen.error)")
    // The first two images are of the classes 0 and 1.
    let missing = try BuiltTool.run(
      words(
        world, "missing",
        ["--classes", world.path("names.txt"), "--limit", "2", "--classes-of-interest", "cat"]), in: world.folder)
    #expect(missing.status == 65 && missing.error.contains("no image of the class 'cat'"), "\(missing.error)")
  }

  @Test(arguments: [
    (["--top", "21"], "--top"), (["--floor", "-3", "--metric", "binary"], "--floor"),
    (["--test-labels", "x"], "--test-labels"), (["--test", "x", "--test-share", "0.5"], "--test-share"),
    (["--metric", "acuracy"], "--metric"), (["--evaluations", "10"], "--evaluations"),
  ])
  func wrongSettingsAreNamed(options: [String], key: String) throws {
    let world = try SmallWorld()
    let result = try BuiltTool.run(words(world, "wrong", options), in: world.folder)
    #expect(result.status == 64 && result.error.contains(key), "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
  }

  @Test func killsAtRandomMomentsChangeNoBit() throws {
    let world = try SmallWorld()
    let budget = ["--evaluations", "1200000"]
    #expect(try BuiltTool.run(words(world, "whole", budget), in: world.folder).status == 0)
    var kills = 0
    for _ in 0..<6 {
      let (process, _, _) = try BuiltTool.start(words(world, "broken", budget + ["--resume"]), in: world.folder)
      Thread.sleep(forTimeInterval: Double.random(in: 0.02...0.4))
      if process.isRunning { kills += 1 }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(kills > 0, "the run is too short to be killed")
    let last = try BuiltTool.run(words(world, "broken", budget + ["--resume", "--workers", "3"]), in: world.folder)
    #expect(last.status == 0, "\(last.error)")
    for table in ["values.csv", "standard_errors.csv", "removal.csv"] {
      #expect(try text(world, "broken/" + table) == text(world, "whole/" + table))
    }
    let other = try BuiltTool.run(words(world, "broken", ["--evaluations", "1200001", "--resume"]), in: world.folder)
    #expect(other.status == 64 && other.error.contains("classes.evaluations"), "\(other.error)")
  }
}
