import Foundation
import Reports
import Testing

/// `run` on small scenarios that the tests write themselves.
@Suite struct RunCommandTests {
  /// A folder with a scenario of a network that is trained on forty images.
  private final class Question {
    let world: SmallWorld
    let folder: String

    init(_ replacements: [(String, String)] = []) throws {
      world = try SmallWorld()
      folder = world.path("90-question")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try write("scenario.json", Self.scenario, replacements)
      try write("recipe.json", Self.recipe, replacements)
      try write("expected.json", Self.expected, replacements)
    }

    private func write(_ name: String, _ text: String, _ replacements: [(String, String)]) throws {
      let text = replacements.reduce(text) { $0.replacing($1.0, with: $1.1) }
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }

    var output: String { world.path("out") }

    func run(_ more: [String] = []) throws -> BuiltTool.Result { try BuiltTool.run(words + more, in: world.folder) }
    var words: [String] { ["run", folder, "--cache", world.path("cache"), "--output", output] }

    func file(_ name: String) throws -> String { try String(contentsOfFile: output + "/" + name, encoding: .utf8) }

    private static let scenario = """
      {
        "question": "Which of four filters count?",
        "images": [
          {"name": "learned", "world": "embedded", "count": 40, "seed": 1},
          {"name": "new", "world": "embedded", "count": 16, "seed": 2},
          {"name": "varied", "world": "embedded", "count": 2, "seed": 3, "varied": true}
        ],
        "model": {"recipe": "recipe.json", "images": "learned"},
        "steps": [
          {"command": "rank", "images": "new",
            "settings": {"metric": "logit", "evaluations": 2000, "top": 3, "variations": "@varied"}},
          {"command": "evaluate", "images": "new", "settings": {"remove": "@rank", "first": 2}},
          {"name": "lines", "command": "regions", "source": "random:3x2", "settings": {"range": [-1, 1], "seed": 4}}
        ],
        "expected": "expected.json"
      }
      """
    private static let recipe = """
      {"architecture": {"layers": [{"layer": "convolution", "channels": 4}, {"layer": "globalPool"},
        {"layer": "linear", "features": "classes"}]}, "epochs": 2}
      """
    private static let expected = """
      {"checks": [
        {"step": "rank", "path": "players.#", "equals": 4, "says": "filters"},
        {"step": "rank", "path": "responses.rows.#", "equals": 3},
        {"step": "evaluate", "path": "report.removed.#", "equals": 2},
        {"step": "lines", "path": "neurons.#", "equals": 3}
      ]}
      """
  }

  @Test func aScenarioIsTrainedRankedAndCompared() throws {
    let question = try Question()
    let first = try question.run()
    #expect(first.status == 0, "\(first.error)")
    for text in [
      "Which of four filters count?", "$ neuron-shapley rank", "responds to", "as expected, in all 4 points",
    ] {
      #expect(first.output.contains(text), "\(text)")
    }
    #expect(first.error.contains("trained in"))
    for name in [
      "rank/report.html", "rank/responses.csv", "rank/figures/responses.svg", "evaluate.json", "lines/regions.html",
    ] {
      #expect(FileManager.default.fileExists(atPath: question.output + "/" + name), "\(name)")
    }
    let table = try question.file("rank/players.csv")
    // Again: the network comes from the cache, the folder is replaced, the bits are the same.
    let again = try question.run(["--workers", "1", "--json"])
    #expect(again.status == 0, "\(again.error)")
    #expect(again.error.contains("from the cache"))
    #expect(try question.file("rank/players.csv") == table)
    let document = try JSONValue(parsing: Array(again.output.utf8), file: nil)
    #expect(document["scenario"] == .string("90-question"))
    #expect(try JSONValue(parsing: Array(question.file("result.json").utf8), file: nil)["checks"] == document["checks"])
  }

  @Test func whatDiffersIsNamedAndFails() throws {
    let question = try Question([
      ("\"equals\": 4, \"says\": \"filters\"", "\"equals\": 5, \"says\": \"the number of filters\"")
    ])
    let result = try question.run(["--quiet"])
    #expect(result.status == 70)
    #expect(result.output.contains("NOT as expected, in 1 of 4 points"))
    #expect(result.error.split(separator: "\n").count == 1)
    for text in ["expected.json", "the number of filters", "expected 5", "found 4"] {
      #expect(result.error.contains(text), "\(result.error)")
    }
  }

  @Test func filesOfOnesOwnTakeThePlaceOfTheScenarios() throws {
    let question = try Question([
      ("\"equals\": 4, \"says\"", "\"equals\": 99, \"says\""), (", \"variations\": \"@varied\"", ""),
      ("{\"step\": \"rank\", \"path\": \"responses.rows.#\", \"equals\": 3},", ""),
      ("\"source\": \"random:3x2\", \"settings\": {\"range\": [-1, 1], \"seed\": 4}", "\"source\": \"random:3x1\""),
    ])
    let world = question.world
    let own = ["--model", world.model, "--images", world.images, "--labels", world.labels]
    let result = try question.run(own + ["--preprocess", "mnist"])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("Nothing is compared"))
    #expect(try question.file("rank/players.csv").contains("conv2:11"))
    #expect(!FileManager.default.fileExists(atPath: world.path("cache/networks")))
    let unsaid = try question.run(own)
    #expect(unsaid.status == 64)
    #expect(unsaid.error.contains("--preprocess"))
  }

  @Test func whatTheUserMustBringIsSaid() throws {
    let question = try Question([
      (
        "\"model\": {\"recipe\": \"recipe.json\", \"images\": \"learned\"}",
        "\"model\": {\"brought\": \"a net of birds\"}"
      )
    ])
    let result = try question.run()
    #expect(result.status == 64)
    for text in ["--model", "a net of birds"] { #expect(result.error.contains(text), "\(result.error)") }
    let images = try Question([
      ("\"world\": \"embedded\", \"count\": 16, \"seed\": 2", "\"brought\": \"photographs of birds\"")
    ])
    let missing = try images.run()
    #expect(missing.status == 64)
    for text in ["--images", "photographs of birds"] { #expect(missing.error.contains(text), "\(missing.error)") }
  }

  @Test(arguments: [
    ("\"question\"", "\"questoin\"", 65, ["scenario.json", "questoin", "did you mean 'question'?"]),
    (
      "\"command\": \"regions\"", "\"command\": \"regoins\"", 65,
      ["scenario.json", "steps[2].command", "did you mean 'regions'?"]
    ),
    ("\"metric\": \"logit\"", "\"metrik\": \"logit\"", 65, ["steps[0].settings.metrik", "did you mean 'metric'?"]),
    ("\"metric\": \"logit\"", "\"metric\": \"logid\"", 65, ["scenario.json", "steps[0].settings.metric", "'logit'?"]),
    ("\"top\": 3", "\"top\": 0", 65, ["scenario.json", "steps[0].settings.top", "at least 1"]),
    ("\"top\": 3", "\"top\": 300", 65, ["scenario.json", "steps[0].settings.top", "1 to 4"]),
    ("\"top\": 3", "\"top\": true", 65, ["scenario.json", "steps[0].settings.top"]),
    ("\"top\": 3", "\"output\": \"x\"", 65, ["scenario.json", "steps[0].settings.output"]),
    ("\"evaluations\": 2000", "\"evaluations\": 2", 65, ["scenario.json", "steps[0].settings.evaluations"]),
    ("\"images\": \"new\",", "", 65, ["scenario.json", "steps[0].images"]),
    (
      "\"recipe\": \"recipe.json\"", "\"recipe\": \"absent.json\"", 66,
      ["scenario.json", "model.recipe", "absent.json"]
    ),
    ("\"expected.json\"", "\"absent.json\"", 66, ["scenario.json", "expected", "absent.json"]),
    ("\"epochs\": 2", "\"epohcs\": 2", 65, ["recipe.json", "epohcs", "did you mean 'epochs'?"]),
    ("\"path\": \"players.#\"", "\"paht\": \"players.#\"", 65, ["expected.json", "checks[0].paht", "'path'?"]),
  ])
  func aWrongScenarioIsOneLine(old: String, new: String, status: Int, texts: [String]) throws {
    let question = try Question([(old, new)])
    let result = try question.run(["--quiet"])
    #expect(result.status == status, "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    for text in texts { #expect(result.error.contains(text), "\(result.error)") }
  }

  @Test func whatIsNoScenarioOrNoRunOfItIsRefused() throws {
    let question = try Question()
    let world = question.world
    let missing = try BuiltTool.run(["run", world.path("90-qestion")], in: world.folder)
    #expect(missing.status == 66)
    #expect(missing.error.contains("did you mean '90-question'?"))
    let occupied = try BuiltTool.run(["run", question.folder, "--output", question.folder], in: world.folder)
    #expect(occupied.status == 73)
    #expect(occupied.error.contains("--output"))
    #expect(FileManager.default.fileExists(atPath: question.folder + "/scenario.json"))
  }

  /// A training killed with -9 at some moment goes on, or is made anew; the network has the same bits.
  @Test func killedRunsLeaveNothingThatIsTrusted() throws {
    let question = try Question([("\"epochs\": 2", "\"epochs\": 60")])
    let whole = try Question([("\"epochs\": 2", "\"epochs\": 60")])
    #expect(try whole.run(["--quiet"]).status == 0)
    var kills = 0
    for pause in [0.02, 0.05, 0.1, 0.15, 0.2] {
      let (process, _, _) = try BuiltTool.start(question.words + ["--quiet"], in: question.world.folder)
      Thread.sleep(forTimeInterval: pause)
      if process.isRunning { kills += 1 }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(kills > 0, "the run is too short to be killed")
    let last = try question.run(["--quiet"])
    #expect(last.status == 0, "\(last.error)")
    #expect(try question.file("rank/players.csv") == whole.file("rank/players.csv"))
  }
}
