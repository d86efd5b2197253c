import Foundation
import InputErrors
import ModelFormats
import Reports
import TestSupport
import Testing

@Suite struct PruneCommandTests {
  private func document(_ result: BuiltTool.Result) throws -> PruningDocument {
    try JSONValue.decode(PruningDocument.self, from: Array(result.output.utf8), file: "stdout")
  }

  @Test func aRankingsLastFiltersAreTakenOut() throws {
    let world = try SmallWorld()
    let run = world.path("r"), target = world.path("small.onnx")
    let rank = try BuiltTool.run(
      ["rank", world.model] + world.input + ["--output", run, "--evaluations", "3000", "--metric", "log-likelihood"],
      in: world.folder)
    #expect(rank.status == 0, "\(rank.error)")
    let prune = ["prune", world.model] + world.input + ["--remove", run, "--last", "6", "--output", target, "--json"]
    let result = try BuiltTool.run(prune + ["--report", world.path("report")], in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    if HeadlessBrowser.isPresent { #expect(try HeadlessBrowser.fault(ofPage: world.path("report/report.html")) == nil) }
    let document = try document(result)
    let ranking = try RankingDocument(
      json: [UInt8](Data(contentsOf: URL(fileURLWithPath: run + "/ranking.json"))), file: "ranking.json")
    #expect(Set(document.filters.removed.map(\.description)) == Set(ranking.ranked.suffix(6).map(\.player)))
    #expect(document.filters.taken == 6 && document.filters.kept.isEmpty)
    #expect(document.filterCount == .init(24, 18))
    #expect(document.check.largestDifference <= 1e-5 && document.check.images == 64)
    #expect(document.multiplyAdds.after < document.multiplyAdds.before)
    #expect(document.fileBytes.before == (try Data(contentsOf: URL(fileURLWithPath: world.model))).count)
    #expect(document.fileBytes.after == (try Data(contentsOf: URL(fileURLWithPath: target))).count)
    let performance = try #require(document.performance)
    #expect(performance.pruned.accuracy.mean == performance.ablated.accuracy.mean)

    // The file is a model like any other, and scores what 'evaluate' says of the ablated one.
    let small = try ONNXReader().read(file: target)
    #expect(small.parameterCount == document.parameters.after)
    let scores = try [[world.model, "--remove", run, "--last", "6"], [target]].map { words in
      let result = try BuiltTool.run(["evaluate"] + words + world.input + ["--json"], in: world.folder)
      return try JSONValue.decode(EvaluationDocument.self, from: Array(result.output.utf8), file: "stdout").report
    }
    #expect(scores[0].accuracy == scores[1].accuracy)
    #expect(abs(scores[0].logLikelihood.mean - scores[1].logLikelihood.mean) < 1e-5)

    let written = try String(contentsOfFile: world.path("report/result.json"), encoding: .utf8)
    #expect(written == result.output)
    let page = try String(contentsOfFile: world.path("report/report.html"), encoding: .utf8)
    #expect(page.contains("filters taken out") && page.contains("conv2"))
    let table = try String(contentsOfFile: world.path("report/layers.csv"), encoding: .utf8)
    #expect(table.split(separator: "\n").count == 4)

    // Nothing that stands is overwritten.
    #expect(try BuiltTool.run(prune, in: world.folder).status == 73)
  }

  @Test func withoutImagesOutputsAreComparedOnNoise() throws {
    let world = try SmallWorld()
    let target = world.path("small.onnx")
    let prune = ["prune", world.model, "--output", target, "--remove", "conv1:3,conv1:5"]
    let refused = try BuiltTool.run(prune, in: world.folder)
    #expect(refused.status == 64 && refused.error.contains("--ablation zero"), "\(refused.error)")
    let result = try BuiltTool.run(prune + ["--ablation", "zero", "--json"], in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    let document = try document(result)
    #expect(document.check.isOnNoise && document.performance == nil && document.images == nil)
    #expect(document.check.largestDifference <= 1e-5)
    // The same filters and seed give the same bytes.
    let again = world.path("again.onnx")
    let second = ["prune", world.model, "--output", again, "--remove", "conv1:5,conv1:3", "--ablation", "zero"]
    #expect(try BuiltTool.run(second + ["--workers", "1"], in: world.folder).status == 0)
    #expect(FileManager.default.contents(atPath: again) == FileManager.default.contents(atPath: target))
  }

  @Test func whatCannotBeDoneIsSaid() throws {
    let world = try SmallWorld()
    let target = world.path("small.onnx")
    let prune = ["prune", world.model, "--output", target] + world.input
    for (words, status, texts) in [
      ([], 64, ["--remove"]),
      (["--remove", "conv1"], 64, ["conv1", "all 8", "keep at least one"]),
      (["--remove", "conv1:1", "--ablation", "resample"], 64, ["resample", "mean"]),
      (["--remove", "conv1:1", "--last", "2"], 66, ["no such ranking"]),
      (["--last", "2"], 64, ["--remove"]),
      (["--remove", "conv3:1"], 64, ["conv3", "did you mean 'conv1'?"]),
      (["--remove", "conv1:1", "--tolerance", "1e-30"], 70, ["tolerance", "nothing has been written"]),
    ] as [([String], Int32, [String])] {
      let result = try BuiltTool.run(prune + words, in: world.folder)
      #expect(result.status == status, "\(words): \(result.error)")
      for text in texts { #expect(result.error.contains(text), "\(result.error)") }
    }
    #expect(!FileManager.default.fileExists(atPath: target))
  }
}
