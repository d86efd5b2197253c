import Foundation
import NeuronShapley
import Reports
import TestSupport
import Testing

@Suite struct AblateCommandTests {
  private func document(_ text: String) throws -> AblationDocument {
    try JSONValue.decode(AblationDocument.self, from: Array(text.utf8), file: "stdout")
  }

  @Test func oneSetOfImagesIsParted() throws {
    let world = try SmallWorld()
    var documents: [AblationDocument] = []
    for workers in ["1", "3"] {
      let folder = world.path("tested-\(workers)")
      let result = try BuiltTool.run(
        ["ablate", world.model] + world.input + [
          "--evaluations", "4000", "--baseline-sample", "16", "--steps", "3", "--seed", "2", "--workers", workers,
          "--output", folder, "--json",
        ], in: world.folder)
      #expect(result.status == 0, "\(result.error)")
      documents.append(try document(result.output))
      for file in [
        "report.html", "result.json", "curves.csv", "areas.csv", "figures/most-first.svg", "ranking/ranking.json",
      ] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
      }
      if HeadlessBrowser.isPresent { #expect(try HeadlessBrowser.fault(ofPage: folder + "/report.html") == nil) }
      let stored = try String(contentsOfFile: folder + "/result.json", encoding: .utf8)
      #expect(try document(stored) == documents.last)
    }
    #expect(documents[0].test == documents[1].test)
    #expect(documents[0].test.imageCount == 32 && documents[0].rankingImages?.count == 32)
    #expect(documents[0].test.curves.count == 16)
    #expect(documents[0].test.curves[0].points.map(\.removed) == [0, 1, 2, 5, 9, 10, 20])
  }

  @Test func aFinishedTestIsGoneOnWith() throws {
    let world = try SmallWorld()
    let words =
      ["ablate", world.model] + world.input + [
        "--evaluations", "3000", "--baselines", "random", "--steps", "2", "--output", world.path("tested"), "--quiet",
      ]
    #expect(try BuiltTool.run(words, in: world.folder).status == 0)
    let file = world.path("tested/curves.csv")
    let before = try String(contentsOfFile: file, encoding: .utf8)
    let again = try BuiltTool.run(words, in: world.folder)
    #expect(again.status == 73 && again.error.contains("holds a result already"))
    let resumed = try BuiltTool.run(words + ["--resume"], in: world.folder)
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
  }

  @Test func imagesThatTheRankingSawAreLeftOut() throws {
    let world = try SmallWorld()
    let run = world.path("half.run")
    let ranked = try BuiltTool.run(
      ["rank", world.model] + world.input + ["--limit", "40", "--evaluations", "4000", "--output", run],
      in: world.folder)
    #expect(ranked.status == 0, "\(ranked.error)")
    // The preprocessing is the run's own.
    let images = ["--images", world.images, "--labels", world.labels]
    let few = ["--baselines", "random,weight-norm,taylor", "--steps", "2", "--json"]
    let tested = try BuiltTool.run(["ablate", run] + images + few, in: world.folder)
    #expect(tested.status == 0, "\(tested.error)")
    let result = try document(tested.output)
    #expect(result.test.imageCount == 24 && result.split.contains("40 images"))
    // A table and the model say the same, but for the run's own images.
    let table = try BuiltTool.run(
      ["ablate", run + "/players.csv", "--model", world.model, "--limit", "24"] + world.input + [
        "--baselines", "random,weight-norm", "--steps", "2", "--json",
      ], in: world.folder)
    #expect(table.status == 0, "\(table.error)")
    #expect(try document(table.output).test.playerCount == 20)
    // Of sixteen more, with the same seed for the same orders, no curve is called better or worse; of all 24 some are.
    for (limit, isTold) in [("56", false), ("64", true)] {
      let text = try BuiltTool.run(
        ["ablate", run] + images + ["--baselines", "random,weight-norm,taylor", "--steps", "2", "--limit", limit],
        in: world.folder)
      #expect(text.status == 0 && text.output.contains("too few images") != isTold, "\(text.output)")
    }
    // Every image of the first 40 has been seen.
    let seen = try BuiltTool.run(["ablate", run] + images + ["--limit", "40"], in: world.folder)
    #expect(seen.status == 65 && seen.error.contains("has seen every one"))
  }

  @Test func badInputIsNamed() throws {
    let world = try SmallWorld()
    let run = world.path("first.run")
    let ranked = try BuiltTool.run(
      ["rank", world.model] + world.input + ["--limit", "40", "--evaluations", "4000", "--output", run],
      in: world.folder)
    #expect(ranked.status == 0, "\(ranked.error)")
    let other = try SmallWorld.otherModel(in: world.folder)
    // A ranking with its first player twice and its second not at all.
    let damaged = world.path("damaged.run")
    try FileManager.default.copyItem(atPath: run, toPath: damaged)
    let file = URL(fileURLWithPath: damaged + "/ranking.json")
    var ranking = try RankingDocument(json: [UInt8](Data(contentsOf: file)), file: "ranking.json")
    ranking.players[1] = ranking.players[0]
    try Data(try ranking.json().utf8).write(to: file)
    let cases: [(words: [String], status: Int32, text: String)] = [
      (["ablate", run, "--baselines", "tailor"] + world.input, 64, "did you mean 'taylor'"),
      (["ablate", run, "--directions", "up"] + world.input, 64, "most-first"),
      (["ablate", run, "--most", "21"] + world.input, 64, "--most"),
      (["ablate", run, "--evaluations", "100"] + world.input, 64, "the ranking is made already"),
      (["ablate", run, "--model", other] + world.input, 65, "the ranking is of another model"),
      (["evaluate", other, "--remove", run, "--first", "2"] + world.input, 65, "the ranking is of another model"),
      (["ablate", run + "/players.csv"] + world.input, 64, "--model"),
      (["ablate", world.path("none.run"), "--model", world.model] + world.input, 66, "there is no ranking"),
      (["ablate", world.folder] + world.input, 65, "the folder holds no ranking"),
      (["ablate", damaged] + world.input, 65, "does not have every player once"),
      (["ablate", run, "--measure", "binary"] + world.input, 64, "--measure"),
      (["ablate", run + "/players.csv", "--model", world.model] + world.input, 64, "--ranking-images"),
      (["ablate", world.model] + world.input, 64, "--output"),
      (
        ["ablate", world.model, "--images", world.images, "--labels", world.labels, "--output", world.path("x")], 64,
        "--preprocess"
      ),
    ]
    for (words, status, text) in cases {
      let result = try BuiltTool.run(words, in: world.folder)
      #expect(result.status == status && result.error.contains(text), "\(words): \(result.status) \(result.error)")
    }
  }
}
