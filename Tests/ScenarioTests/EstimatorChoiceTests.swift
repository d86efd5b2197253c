import Foundation
import Reports
import Testing

/// What `rank` does when no estimator is named.
@Suite struct EstimatorChoiceTests {
  private func rank(_ world: SmallWorld, _ options: [String], run: String = "r") throws -> BuiltTool.Result {
    try BuiltTool.run(["rank", world.model] + world.input + ["--output", world.path(run)] + options, in: world.folder)
  }

  private func document(_ world: SmallWorld, _ run: String = "r") throws -> RankingDocument {
    let bytes = try #require(FileManager.default.contents(atPath: world.path(run + "/ranking.json")))
    return try RankingDocument(json: [UInt8](bytes), file: "ranking.json")
  }

  @Test(arguments: [
    (["--metric", "log-likelihood", "--evaluations", "1000"], "gradient", "fewer than 8"),
    (["--evaluations", "15000"], "racing", "counts right answers"),
    (["--groups", "layers", "--evaluations", "256"], "exact", "256 evaluations"),
    (["--top", "3", "--tolerance", "0.2", "--evaluations", "20000"], "stars", "a top 3"),
    (["--delta", "0.1", "--evaluations", "20000"], "permutation", "limits"),
    (["--standard-error", "0.05"], "permutation", "standard errors"),
    (["--time", "300ms"], "permutation", "the clock"),
    (["--truncation", "0.1", "--evaluations", "20000"], "permutation", "settings"),
    (["--estimator", "auto", "--multiply-adds", "1.7e7"], "racing", "counts right answers"),
  ]) func whatIsChosenIsSaidAndKept(options: [String], estimator: String, reason: String) throws {
    let world = try SmallWorld()
    let result = try rank(world, options)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error.contains("\(estimator) is chosen because "), "\(result.error)")
    let estimation = try document(world).estimation
    #expect(estimation.estimator == estimator)
    let choice = try #require(estimation.choice)
    #expect(choice.hasPrefix("\(estimator) is chosen because ") && choice.contains(reason), "\(choice)")
    #expect(result.error.contains(choice))
    let page = try String(contentsOfFile: world.path("r/report.html"), encoding: .utf8)
    #expect(page.contains("\(estimator) is chosen because"))
  }

  @Test func aNamedEstimatorIsNotExplained() throws {
    let world = try SmallWorld()
    let result = try rank(world, ["--estimator", "permutation", "--evaluations", "5000"])
    #expect(result.status == 0 && !result.error.contains("chosen"), "\(result.error)")
    #expect(try document(world).estimation.choice == nil)
    let unknown = try rank(world, ["--chance", "0.1"], run: "u")
    #expect(unknown.status == 64 && unknown.error.contains("--estimator"), "\(unknown.error)")
  }

  @Test func workersChangeNothingAndAResumeChoosesNothingAnew() throws {
    let world = try SmallWorld()
    for (run, workers) in [("a", "1"), ("b", "2")] {
      #expect(try rank(world, ["--evaluations", "30000", "--workers", workers], run: run).status == 0)
    }
    let (first, second) = (try document(world, "a"), try document(world, "b"))
    #expect(first.players == second.players && first.estimation.choice == second.estimation.choice)
    // The clock ends a first sitting by walks; a budget under which a race would be chosen goes on with walks.
    #expect(try rank(world, ["--time", "200ms"], run: "c").status == 0)
    let resumed = try rank(world, ["--multiply-adds", "1e9", "--resume"], run: "c")
    #expect(resumed.status == 0, "\(resumed.error)")
    let kept = try document(world, "c").estimation
    #expect(kept.estimator == "permutation" && kept.choice?.contains("the clock") == true)
    // Settings that the estimator of the run does not have are refused, as where it is named.
    let foreign = try rank(world, ["--multiply-adds", "2e9", "--coalitions", "shared", "--resume"], run: "c")
    #expect(
      foreign.status == 64 && foreign.error.contains("begun with the estimator 'permutation'"), "\(foreign.error)")
    // A run whose estimator was named stays with it too.
    #expect(try rank(world, ["--estimator", "msr", "--multiply-adds", "1e6"], run: "d").status == 0)
    let named = try rank(world, ["--multiply-adds", "2e6", "--resume"], run: "d")
    #expect(named.status == 0 && named.error.contains("the estimator of the run: msr"), "\(named.error)")
    #expect(try document(world, "d").estimation.choice == nil)
  }
}
