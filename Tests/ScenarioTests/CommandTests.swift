import Foundation
import Reports
import Testing

@Suite struct CommandTests {
  @Test func helpTeachesEveryCommand() throws {
    let world = try SmallWorld()
    let overview = try BuiltTool.run([], in: world.folder)
    #expect(overview.status == 0)
    for command in ["inspect", "evaluate", "rank", "classes", "report", "prune", "train"] {
      #expect(overview.output.contains("  \(command) "))
      for words in [[command, "--help"], ["help", command]] {
        let help = try BuiltTool.run(words, in: world.folder)
        #expect(help.status == 0)
        #expect(help.output.contains("usage:"))
        #expect(help.output.contains("example"))
        #expect(help.output.contains("130"))
      }
    }
    #expect(try BuiltTool.run(["version"], in: world.folder).output.hasPrefix("neuron-shapley "))
  }

  @Test func inspectListsLayersAndPlayers() throws {
    let world = try SmallWorld()
    let text = try BuiltTool.run(["inspect", world.model], in: world.folder)
    #expect(text.status == 0)
    #expect(text.output.contains("20 filters are players"))
    let json = try BuiltTool.run(["inspect", world.model, "--json"], in: world.folder)
    let document = try JSONValue.decode(InspectionDocument.self, from: Array(json.output.utf8), file: "stdout")
    #expect(document.players == 20)
    #expect(document.classes == 4)
    #expect(document.layers.first { $0.name == "conv1" }?.site == "relu1")
    #expect(document.layers.first { $0.name == "conv2" }?.kernel == [3, 3])
  }

  @Test func evaluateCountsWhatItCounts() throws {
    let world = try SmallWorld()
    func report(_ more: [String]) throws -> EvaluationDocument {
      let result = try BuiltTool.run(["evaluate", world.model] + world.input + ["--json"] + more, in: world.folder)
      #expect(result.status == 0, "\(result.error)")
      return try JSONValue.decode(EvaluationDocument.self, from: Array(result.output.utf8), file: "stdout")
    }
    let whole = try report([])
    #expect(whole.report.imageCount == 64)
    #expect(whole.report.classes.map(\.imageCount) == [16, 16, 16, 16])
    #expect(whole.report.confusions.reduce(0) { $0 + $1.imageCount } == 64)
    #expect(whole.report.ablation == nil)
    let less = try report(["--remove", "conv1:3,conv2"])
    #expect(less.report.removed.count == 13)
    #expect(less.report.logLikelihood != whole.report.logLikelihood)
    try "# two\nconv2:0\n\nconv1:3\n".write(toFile: world.path("list.txt"), atomically: true, encoding: .utf8)
    #expect(
      try report(["--remove", world.path("list.txt")]).report.removed.map(\.description) == ["conv1:3", "conv2:0"])
    #expect(try report(["--limit", "10"]).report.imageCount == 10)
    let drawn = try report(["--remove-random", "5", "--seed", "3"])
    #expect(drawn.report.removed.count == 5)
    #expect(try report(["--remove-random", "5", "--seed", "3"]).report.removed == drawn.report.removed)
  }

  @Test func rankWritesTheWholeRunFolder() throws {
    let world = try SmallWorld()
    let run = world.path("a run")
    let result = try BuiltTool.run(
      ["rank", world.model] + world.input + ["--output", run, "--evaluations", "5000", "--metric", "log-likelihood"],
      in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("peak memory"))
    for file in [
      "config.json", "estimate.json", "players.csv", "ranking.json", "report.html", "figures/top-players.svg",
      "figures/layers.svg",
    ] { #expect(FileManager.default.fileExists(atPath: run + "/" + file), "\(file)") }
    let bytes = try #require(FileManager.default.contents(atPath: run + "/ranking.json"))
    let document = try RankingDocument(json: [UInt8](bytes), file: "ranking.json")
    #expect(document.players.count == 20)
    #expect(Set(document.players.map(\.rank)) == Set(1...20))
    #expect(document.cost.evaluations <= 5000)
    #expect(abs(try #require(document.estimation.residual)) < 1e-9)
    #expect(document.cost.peakMemory ?? 0 > 1 << 20)

    // What 'report' renders from ranking.json alone is what 'rank' wrote.
    let page = FileManager.default.contents(atPath: run + "/report.html")
    try FileManager.default.removeItem(atPath: run + "/report.html")
    #expect(try BuiltTool.run(["report", run], in: world.folder).status == 0)
    #expect(FileManager.default.contents(atPath: run + "/report.html") == page)

    // The first of a ranking can be removed by its file.
    let removed = try BuiltTool.run(
      ["evaluate", world.model] + world.input + ["--remove", run + "/players.csv", "--first", "2", "--json"],
      in: world.folder)
    let report = try JSONValue.decode(EvaluationDocument.self, from: Array(removed.output.utf8), file: "stdout").report
    #expect(Set(report.removed.map(\.description)) == Set(document.ranked.prefix(2).map(\.player)))
  }

  @Test(arguments: [
    ["--estimator", "tmab", "--top", "3", "--evaluations", "20000", "--images-per-order", "16"],
    ["--estimator", "exact", "--groups", "layers"], ["--estimator", "leave-one-out"],
    ["--truncation", "0.2", "--continuation", "0.25", "--evaluations", "5000"],
    ["--truncation", "0.2", "--continuation", "0", "--evaluations", "5000"], ["--standard-error", "0.1"],
    ["--time", "1s"], ["--multiply-adds", "5e7"],
    ["--metric", "class-accuracy", "--class", "2", "--evaluations", "3000"],
    ["--estimator", "stars", "--evaluations", "5000"], ["--estimator", "stars", "--time", "1s", "--top", "3"],
    ["--estimator", "racing", "--evaluations", "20000", "--top", "3"], ["--estimator", "racing", "--time", "1s"],
    ["--estimator", "racing", "--top", "3", "--tolerance", "0.1", "--evaluations", "20000", "--metric", "top5"],
    ["--estimator", "gradient", "--standard-error", "0.1"],
    // The first phase is completed, whatever the budget.
    ["--estimator", "racing", "--time", "0.01s"], ["--estimator", "racing", "--multiply-adds", "1"],
    ["--estimator", "stars", "--time", "0.01s"], ["--estimator", "stars", "--multiply-adds", "1"],
    ["--estimator", "exact", "--groups", "layers", "--multiply-adds", "1"],
    ["--estimator", "leave-one-out", "--time", "0.01s"],
    ["--estimator", "gradient", "--evaluations", "5000", "--metric", "log-likelihood"],
  ])
  func everyEstimatorAndBudgetEnds(options: [String]) throws {
    let world = try SmallWorld()
    let result = try BuiltTool.run(
      ["rank", world.model] + world.input + ["--output", world.path("r"), "--json"] + options, in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    let document = try RankingDocument(json: Array(result.output.utf8), file: "stdout")
    #expect(!document.players.isEmpty)
    #expect(document.players.allSatisfy { $0.value.isFinite })
  }

  /// In, out and undecided in the table; limits of the kind that was asked for or implied; a report that says which.
  @Test(arguments: [
    (["--delta", "0.1", "--top", "2", "--tolerance", "0.3", "--estimator", "stars"], "time-uniform", true),
    (["--confidence", "time-uniform", "--evaluations", "9000"], "time-uniform", false),
    (["--delta", "0.1", "--top", "3", "--metric", "log-likelihood", "--evaluations", "30000"], "asymptotic", false),
    (["--top", "3", "--confidence", "fixed-sample", "--evaluations", "30000"], "fixed-sample", false),
    (
      ["--top", "3", "--delta", "0.05", "--metric", "log-likelihood", "--floor", "-5", "--evaluations", "9000"],
      "time-uniform", false
    ),
  ])
  func limitsAndDecisionsAreWrittenAndNamed(options: [String], claim: String, isDecided: Bool) throws {
    let world = try SmallWorld()
    let result = try BuiltTool.run(
      ["rank", world.model] + world.input + ["--output", world.path("r")] + options, in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("(\(claim))"), "\(result.output)")
    let table = try String(contentsOfFile: world.path("r/players.csv"), encoding: .utf8)
    let rows = table.split(whereSeparator: \.isNewline).dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let statuses = Set(rows.map { String($0[8]) })
    let asksForTop = options.contains("--top")
    #expect(statuses.isSubset(of: asksForTop ? ["in", "out", "undecided"] : ["estimated"]))
    #expect(rows.contains { !$0[5].isEmpty && !$0[6].isEmpty })
    #expect(result.output.contains("every player is decided") == isDecided)
    if isDecided { #expect(!statuses.contains("undecided") && rows.count(where: { $0[8] == "in" }) == 2) }
  }

  /// The rule looks at the checkpoint alone: a finished run has nothing left to do, and a resumed one ends where it would.
  @Test func aBudgetOfMultiplyAddsEndsAtTheSamePlaceAfterAResume() throws {
    let world = try SmallWorld()
    let rank =
      ["rank", world.model] + world.input + ["--multiply-adds", "2e8", "--quiet", "--output", world.path("r")]
    let first = try BuiltTool.run(rank, in: world.folder)
    #expect(first.status == 0 && first.output.contains("budget of multiply-adds"), "\(first.error)")
    let table = FileManager.default.contents(atPath: world.path("r/players.csv"))
    #expect(try BuiltTool.run(rank + ["--resume"], in: world.folder).status == 0)
    #expect(FileManager.default.contents(atPath: world.path("r/players.csv")) == table)
  }

  @Test func whatTheClockEndedIsRepeatedByTheReportsCommandLine() throws {
    let world = try SmallWorld()
    let first = try BuiltTool.run(
      ["rank", world.model] + world.input + ["--output", world.path("a"), "--time", "300ms", "--json"], in: world.folder
    )
    #expect(first.status == 0, "\(first.error)")
    let document = try RankingDocument(json: Array(first.output.utf8), file: "stdout")
    #expect(document.estimation.ending == "the time is over")
    let again = document.commandLine.dropFirst().map { $0 == world.path("a") ? world.path("b") : $0 }
    #expect(try BuiltTool.run(Array(again), in: world.folder).status == 0)
    let tables = try ["a", "b"].map { try String(contentsOfFile: world.path($0 + "/players.csv"), encoding: .utf8) }
    #expect(tables[0] == tables[1])
  }

  @Test func theSameSeedGivesTheSameTableForAnyNumberOfWorkers() throws {
    let world = try SmallWorld()
    let tables = try ["1", "2", "5"].map { workers in
      let run = world.path("w" + workers)
      let result = try BuiltTool.run(
        ["rank", world.model] + world.input + [
          "--output", run, "--evaluations", "20000", "--workers", workers, "--quiet",
        ],
        in: world.folder)
      #expect(result.status == 0)
      #expect(result.error.isEmpty)
      return try String(contentsOfFile: run + "/players.csv", encoding: .utf8)
    }
    #expect(Set(tables).count == 1)
  }
}
