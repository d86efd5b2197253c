import Foundation
import Reports
import TestSupport
import Testing

@Suite struct AdversarialCommandTests {
  private func run(_ words: [String], in world: SmallWorld) throws -> BuiltTool.Result {
    try BuiltTool.run(["adversarial", world.model] + world.input + words, in: world.folder)
  }

  /// A class that is not the one that the network gets right most often: there is something left to attack.
  private func target(in world: SmallWorld) throws -> Int {
    let result = try BuiltTool.run(["evaluate", world.model] + world.input + ["--json"], in: world.folder)
    let document = try JSONValue.decode(EvaluationDocument.self, from: Array(result.output.utf8), file: "stdout")
    let best = document.report.classes.max { $0.correctCount < $1.correctCount }
    return ((best?.label ?? 0) + 1) % SmallWorld.classes
  }

  private func document(_ folder: String) throws -> AdversarialDocument {
    let bytes = try #require(FileManager.default.contents(atPath: folder + "/result.json"))
    return try JSONValue.decode(AdversarialDocument.self, from: [UInt8](bytes), file: "result.json")
  }

  @Test func theWholeFolderComesOut() throws {
    let world = try SmallWorld()
    let folder = world.path("attack"), target = try target(in: world)
    let words = [
      "--epsilon", "20/255", "--steps", "8", "--targeted", "\(target)", "--evaluations", "4000", "--removals", "2,5",
      "--random-orders", "2", "--metric", "attack-probability", "--seed", "3",
    ]
    let result = try run(words + ["--save-images", "--output", folder], in: world)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("the attack needs") && result.output.contains("attacked anew"))
    let names = [
      "report.html", "result.json", "filters.csv", "removals.csv", "classes.csv", "figures/renewed-success.svg",
      "figures/pictures.svg", "ranking/ranking.json", "ranking/report.html", "images/ranked/list.csv",
      "images/judged/preprocessing.json",
    ]
    for name in names { #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)") }
    let document = try document(folder)
    #expect(document.attack.target == target && document.attack.epsilon == 20.0 / 255)
    #expect(document.ranked.images.count == 32 && document.tested.images.count == 32)
    for part in [document.ranked, document.tested] {
      #expect(part.wrong + part.ofTarget + part.attacked == part.images.count)
      #expect(part.meanLargestChange <= 20.0 / 255 && part.meanLargestChange > 0)
    }
    #expect(document.players.count == 20 && document.players.map(\.value) == document.players.map(\.value).sorted())
    #expect(document.removals.map(\.count) == [0, 2, 5, 2, 5])
    // What the ranking's whole network is worth is the success that the attack has reported.
    #expect(document.ranking.grandValue < 0)

    // The pictures are what was attacked: another command finds the same success.
    let list = folder + "/images/judged/list.csv"
    let table = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n").dropFirst()
    #expect(table.count == document.tested.attacked)
    let evaluation = try BuiltTool.run(
      [
        "evaluate", world.model, "--images", list, "--preprocess", folder + "/images/judged/preprocessing.json",
        "--json",
      ], in: world.folder)
    let found = try JSONValue.decode(
      EvaluationDocument.self, from: Array(evaluation.output.utf8), file: "stdout")
    let targeted = found.report.confusions.filter { $0.predicted == target }.reduce(0) { $0 + $1.imageCount }
    #expect(abs(Double(targeted) / Double(table.count) - document.tested.success.value) < 1e-12)

    // Another number of workers gives the same bits, and --json the same document.
    let again = try run(words + ["--json", "--workers", "1", "--output", world.path("again")], in: world)
    var copy = try JSONValue.decode(AdversarialDocument.self, from: Array(again.output.utf8), file: "stdout")
    copy.commandLine = document.commandLine
    #expect(copy == document)
    // A finished folder is left alone.
    #expect(try run(words + ["--output", folder], in: world).status == 73)
  }

  @Test func anotherSetOfImagesJudgesAndARankingStandsBeside() throws {
    let world = try SmallWorld()
    let rank =
      ["rank", world.model] + world.input + ["--evaluations", "3000", "--quiet", "--output", world.path("plain")]
    #expect(try BuiltTool.run(rank, in: world.folder).status == 0)
    // The judging images are the same file: all of them are among the ranked ones.
    let same = try run(
      ["--test", world.images, "--test-labels", world.labels, "--output", world.path("same")], in: world)
    #expect(same.status == 64 && same.error.contains("among the ranked ones"), "\(same.error)")
    let folder = world.path("beside")
    let result = try run(
      [
        "--limit", "24", "--test", world.images, "--test-labels", world.labels, "--test-sample", "30", "--attack", "l2",
        "--epsilon", "1.5", "--steps", "5", "--random-start", "--loss", "margin", "--iterate", "last", "--evaluations",
        "2000", "--removals", "3", "--random-orders", "0", "--beside", world.path("plain"), "--output", folder,
      ], in: world)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error.contains("24 images of") && result.error.contains("are left out"), "\(result.error)")
    #expect(result.output.contains("any wrong answer counts as a success"))
    let document = try document(folder)
    #expect(document.tested.images.count == 30 && document.ranked.images.count == 24)
    #expect(document.removals.map(\.order) == [.attack, .attack, .beside])
  }

  @Test func wrongCommandsSayWhatIsWrong() throws {
    let world = try SmallWorld()
    try Data("[\"left\", \"right\", \"up\", \"down\"]".utf8).write(to: URL(fileURLWithPath: world.path("classes.json")))
    let cases: [(Int32, [String], [String])] = [
      (64, ["--epsilon", "0.03 or 8/255"], ["--epsilon", "0"]),
      (64, ["--epsilon"], ["--epsilon=-1/255"]),
      (64, ["--epsilon", "at most 1", "16/255"], ["--epsilon", "16"]),
      (64, ["--attack", "did you mean 'linf'?"], ["--attack", "lin"]),
      (64, ["--targeted", "did you mean 'right'?"], ["--targeted", "rigth", "--classes", "classes.json"]),
      (64, ["--targeted", "0 to 3"], ["--targeted", "4"]),
      (64, ["--removals", "at most 20"], ["--removals", "5,21"]),
      (64, ["--removals"], ["--removals", "5,x"]),
      (64, ["--pixel-range", "8-bit"], ["--pixel-range", "0,1"]),
      (64, ["--test-labels"], ["--test-labels", "labels.idx"]),
      (64, ["--test-share"], ["--test", "images.idx", "--test-share", "0.5"]),
      (66, ["--beside"], ["--beside", "absent"]),
      (64, ["--steps"], ["--steps", "0"]),
      (64, ["--metric", "attack-success"], ["--metric", "accuracy"]),
    ]
    for (status, texts, words) in cases {
      let full = words.map { FileManager.default.fileExists(atPath: world.path($0)) ? world.path($0) : $0 }
      let result = try run(full + ["--quiet", "--output", world.path(UUID().uuidString)], in: world)
      #expect(result.status == status, "\(words): \(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
      for text in texts { #expect(result.error.contains(text), "\(words): \(result.error)") }
    }
  }
}
