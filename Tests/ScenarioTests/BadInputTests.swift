import Foundation
import Testing

@Suite struct BadInputTests {
  /// Runs the tool and expects one line on standard error that holds all the texts.
  private func expect(
    _ status: Int32, _ texts: [String], _ words: [String], in world: SmallWorld,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try BuiltTool.run(words, in: world.folder)
    #expect(result.status == status, "\(result.error)", sourceLocation: sourceLocation)
    #expect(result.error.hasPrefix("neuron-shapley: error: "), sourceLocation: sourceLocation)
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)", sourceLocation: sourceLocation)
    for text in texts { #expect(result.error.contains(text), "\(result.error)", sourceLocation: sourceLocation) }
  }

  @Test func wrongCommandLinesAreUsageErrorsThatSuggest() throws {
    let world = try SmallWorld()
    let rank = ["rank", world.model] + world.input + ["--output", world.path("r")]
    try expect(64, ["did you mean 'rank'?"], ["rnak"], in: world)
    try expect(64, ["did you mean '--images'?"], ["evaluate", world.model, "--image", "x"], in: world)
    try expect(64, ["--images"], ["evaluate", world.model], in: world)
    try expect(64, ["did you mean 'log-likelihood'?"], rank + ["--metric", "log-likelyhood"], in: world)
    try expect(64, ["did you mean 'conv2'?"], rank + ["--layers", "con2"], in: world)
    try expect(64, ["--top", "1 to 20", "21"], rank + ["--top", "21"], in: world)
    try expect(64, ["--top"], rank + ["--estimator", "tmab", "--top", "21", "--evaluations", "1e6"], in: world)
    try expect(64, ["--class"], rank + ["--metric", "binary"], in: world)
    try expect(64, ["--delta", "exact"], rank + ["--estimator", "exact", "--delta", "0.1"], in: world)
    try expect(64, ["--confidence", "tmab"], rank + ["--estimator", "tmab", "--confidence", "asymptotic"], in: world)
    try expect(64, ["--confidence", "time-uniform"], rank + ["--confidence", "time-unifrom"], in: world)
    try expect(64, ["--tolerance", "--top"], rank + ["--tolerance", "0.1"], in: world)
    try expect(
      64, ["--confidence", "floor"], rank + ["--confidence", "time-uniform", "--metric", "log-likelihood"], in: world)
    try expect(
      64, ["--confidence", "fixed"], rank + ["--confidence", "fixed-sample", "--time", "1m"], in: world)
    try expect(64, ["evaluations", "at least"], rank + ["--evaluations", "3"], in: world)
    try expect(64, ["--memory"], rank + ["--memory", "lots"], in: world)
    try expect(64, ["memory"], rank + ["--memory", "1K"], in: world)
    try expect(64, ["conv1", "conv9"], ["evaluate", world.model] + world.input + ["--remove", "conv9:1"], in: world)
    try expect(64, ["0 to 7"], ["evaluate", world.model] + world.input + ["--remove", "conv1:8"], in: world)
    try expect(
      64, ["--preprocess", "imagenet", "mnist"],
      ["evaluate", world.model, "--images", world.images, "--labels", world.labels], in: world)
    // None of these left a run folder that would stand in the way of the next try.
    #expect(try BuiltTool.run(rank + ["--evaluations", "2000"], in: world.folder).status == 0)
  }

  @Test func missingAndDamagedFilesAreNamed() throws {
    let world = try SmallWorld()
    try expect(66, ["absent.onnx"], ["inspect", world.path("absent.onnx")], in: world)
    try expect(
      66, ["nowhere"], ["evaluate", world.model, "--images", world.path("nowhere"), "--preprocess", "mnist"], in: world)
    let model = try #require(FileManager.default.contents(atPath: world.model))
    let broken = world.path("broken.onnx")
    try model.prefix(model.count / 2).write(to: URL(fileURLWithPath: broken))
    try expect(65, ["broken.onnx"], ["inspect", broken], in: world)
    try Data("not a model".utf8).write(to: URL(fileURLWithPath: broken))
    try expect(65, ["broken.onnx"], ["inspect", broken], in: world)
    try expect(66, ["no run"], ["report", world.folder], in: world)
  }

  @Test func imagesThatDoNotFitAreRefused() throws {
    let world = try SmallWorld()
    let evaluate = ["evaluate", world.model]
    try expect(
      65, ["1×12×12", "1×10×10"],
      evaluate + ["--images", world.images, "--labels", world.labels, "--preprocess", "mnist", "--crop", "10"],
      in: world)
    try expect(65, ["0…3", "with offset 1"], evaluate + world.input + ["--label-offset", "1"], in: world)
    let photos = world.path("photos")
    try FileManager.default.createDirectory(atPath: photos, withIntermediateDirectories: true)
    try expect(66, ["photos"], evaluate + ["--images", photos, "--preprocess", "mnist"], in: world)
    try FileManager.default.createDirectory(atPath: photos + "/0_cat", withIntermediateDirectories: true)
    try Data([0xFF, 0xD8, 0xFF, 1, 2, 3]).write(to: URL(fileURLWithPath: photos + "/0_cat/torn.jpg"))
    try expect(65, ["torn.jpg"], evaluate + ["--images", photos, "--preprocess", "mnist"], in: world)
    try expect(
      65, ["every image is corrupt"],
      evaluate + ["--images", photos, "--preprocess", "mnist", "--skip-corrupt", "--quiet"],
      in: world)
  }

  @Test func aFolderThatHoldsSomethingIsNeverOverwritten() throws {
    let world = try SmallWorld()
    let rank = ["rank", world.model] + world.input + ["--evaluations", "2000", "--quiet"]
    try expect(73, ["no run"], rank + ["--output", world.folder], in: world)
    #expect(try BuiltTool.run(rank + ["--output", world.path("r")], in: world.folder).status == 0)
    let table = FileManager.default.contents(atPath: world.path("r/players.csv"))
    try expect(73, ["--resume"], rank + ["--output", world.path("r")], in: world)
    try expect(
      64, ["ranking.seed", "expected 0, found 9"], rank + ["--output", world.path("r"), "--resume", "--seed", "9"],
      in: world)
    try expect(
      64, ["ranking.ablation", "zero"], rank + ["--output", world.path("r"), "--resume", "--ablation", "zero"],
      in: world)
    #expect(FileManager.default.contents(atPath: world.path("r/players.csv")) == table)
    try Data("{".utf8).write(to: URL(fileURLWithPath: world.path("r/estimate.json")))
    try expect(65, ["estimate.json"], rank + ["--output", world.path("r"), "--resume"], in: world)
  }

  /// A number changed in the checkpoint must neither trap nor become a ranking.
  @Test func aChangedCheckpointIsNoticed() throws {
    let world = try SmallWorld()
    let rank =
      ["rank", world.model] + world.input + [
        "--evaluations", "20000", "--quiet", "--output", world.path("r"), "--resume",
      ]
    #expect(try BuiltTool.run(rank, in: world.folder).status == 0)
    let file = URL(fileURLWithPath: world.path("r/estimate.json"))
    let whole = try String(contentsOf: file, encoding: .utf8)
    let places = whole.indices.filter { whole[$0].isNumber && whole[$0] != "9" }
    var tried = 0
    for place in stride(from: 0, to: places.count, by: max(1, places.count / 12)) {
      var changed = whole
      changed.replaceSubrange(places[place]...places[place], with: "9")
      try changed.write(to: file, atomically: true, encoding: .utf8)
      let result = try BuiltTool.run(rank, in: world.folder)
      // A digit beyond a number's precision, or in a setting, changes nothing or is refused as another setting.
      #expect([0, 64, 65].contains(result.status), "\(result.status) \(result.error)")
      tried += result.status == 65 ? 1 : 0
    }
    #expect(tried >= 6)
    try whole.write(to: file, atomically: true, encoding: .utf8)
    #expect(try BuiltTool.run(rank, in: world.folder).status == 0)
  }

  @Test func outputThatCannotBeWrittenIsAnError() throws {
    let world = try SmallWorld()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "'\(BuiltTool.path)' inspect '\(world.model)' > /dev/full"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 73)
  }

  @Test func aNetworkThatOnlyGuessesIsPointedOut() throws {
    let world = try SmallWorld()
    let wrong = ["--images", world.images, "--labels", world.labels, "--preprocess", "mnist", "--mean", "900"]
    let result = try BuiltTool.run(["evaluate", world.model] + wrong, in: world.folder)
    #expect(result.status == 0 && result.error.contains("no better than guessing"))
  }

  @Test func aFullDiskIsSaidAndNothingIsLost() throws {
    let world = try SmallWorld()
    // A limit on the size of files fails writes as a full disk does, without needing one.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let words =
      [BuiltTool.path, "rank", world.model] + world.input + ["--evaluations", "20000", "--quiet", "--output"]
    let command = (words + [world.path("r")]).map { "'\($0)'" }.joined(separator: " ")
    process.arguments = ["-c", "ulimit -f 4; exec \(command) 2>'\(world.path("error"))' >/dev/null"]
    try process.run()
    process.waitUntilExit()
    let error = try String(contentsOfFile: world.path("error"), encoding: .utf8)
    #expect(process.terminationStatus == 73, "\(error)")
    #expect(error.contains("cannot write"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: world.path("r")).allSatisfy { !$0.hasSuffix(".part") })
    // With room again, the run goes on.
    let again = try BuiltTool.run(Array(words.dropFirst()) + [world.path("r"), "--resume"], in: world.folder)
    #expect(again.status == 0, "\(again.error)")
  }
}
