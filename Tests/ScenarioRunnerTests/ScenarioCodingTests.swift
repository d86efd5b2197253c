import Foundation
import InputErrors
import Reports
import ScenarioRunner
import TextureWorld
import Testing

@Suite struct ScenarioCodingTests {
  private static let whole = """
    {
      "question": "Which filters?",
      "images": [
        {"name": "training", "world": "embedded", "count": 100, "seed": 1},
        {"name": "test", "world": {"side": 24, "difficulty": 0.2}, "count": 40, "seed": 2, "first": 8, "group": "minority"},
        {"name": "photos", "path": "photos", "preprocess": "cifar10", "limit": 5},
        {"name": "yours", "brought": "photographs"}
      ],
      "model": {"recipe": "recipe.json", "images": "training", "seed": 3},
      "steps": [
        {"command": "rank", "images": "test", "settings": {"metric": "logit", "top": 3, "layers": ["a", "b"]}},
        {"command": "evaluate", "images": "photos", "settings": {"remove": "@rank", "first": 2, "calibration": "@test"}},
        {"name": "lines", "command": "regions", "source": "./weights.csv"}
      ],
      "expected": "expected.json"
    }
    """

  private func read(_ text: String) throws -> Scenario { try Scenario(json: Array(text.utf8), file: "scenario.json") }

  /// The error of a text in which something was replaced.
  private func error(replacing old: String, with new: String) throws -> InputError? {
    #expect(Self.whole.contains(old))
    do {
      _ = try read(Self.whole.replacing(old, with: new))
      return nil
    } catch let error as InputError { return error }
  }

  @Test func aScenarioIsReadAndWritten() throws {
    let scenario = try read(Self.whole)
    #expect(scenario.model == .recipe("recipe.json", images: "training", seed: 3))
    #expect(scenario.steps.map(\.name) == ["rank", "evaluate", "lines"])
    #expect(scenario.steps[0].settings["top"] == .integer(3))
    guard case .world(let sample) = scenario.images[1].source else {
      Issue.record("no world")
      return
    }
    #expect(sample.configuration.side == 24)
    #expect(sample.first == 8)
    #expect(!sample.isVaried)
    #expect(try scenario.meaning(of: "@rank", inStep: 1) == .reference(.step("rank")))
    #expect(try scenario.meaning(of: "@model", inStep: 0) == .reference(.model))
    #expect(try scenario.meaning(of: "./a/b.csv", inStep: 0) == .path("a/b.csv"))
    #expect(try scenario.meaning(of: "conv1:3", inStep: 0) == .literal("conv1:3"))
    let written = try JSONValue(scenario).pretty
    #expect(try read(written) == scenario)
  }

  @Test(arguments: [
    ("\"question\"", "\"qestion\"", "qestion", "did you mean 'question'?"),
    ("\"count\": 100", "\"cuont\": 100", "images[0].cuont", "did you mean 'count'?"),
    ("\"side\": 24", "\"sied\": 24", "images[1].world.sied", "did you mean 'side'?"),
    ("\"world\": \"embedded\"", "\"world\": \"embeded\"", "images[0].world", "did you mean 'embedded'?"),
    ("\"images\": \"training\"", "\"images\": \"trainin\"", "model.images", "did you mean 'training'?"),
    (
      "\"command\": \"rank\", \"images\"", "\"command\": \"rank\", \"imagse\"", "steps[0].imagse",
      "did you mean 'images'?"
    ),
    ("\"remove\": \"@rank\"", "\"remove\": \"@rnak\"", "steps[1].settings.remove", "did you mean '@rank'?"),
    ("\"minority\"", "\"minorty\"", "images[1].group", "did you mean 'minority'?"),
    ("\"seed\": 3}", "\"sed\": 3}", "model.sed", "did you mean 'seed'?"),
  ])
  func aSlipIsNamedWithItsKeyAndTheLikelyWord(old: String, new: String, key: String, hint: String) throws {
    let error = try #require(try error(replacing: old, with: new))
    #expect(error.kind == .data)
    #expect(error.place.file == "scenario.json")
    #expect(error.place.key == key)
    #expect(error.hint == hint)
  }

  @Test(arguments: [
    ("\"count\": 40", "\"count\": 0", "images[1].count"),
    ("\"difficulty\": 0.2", "\"difficulty\": 2", "images[1].world.difficulty"),
    ("\"name\": \"test\"", "\"name\": \"training\"", "images[1].name"),
    ("\"name\": \"lines\"", "\"name\": \"model\"", "steps[2].name"),
    ("\"name\": \"lines\"", "\"name\": \"../up\"", "steps[2].name"),
    ("\"name\": \"lines\", ", "\"name\": \"rank\", ", "steps[2].name"),
    ("\"recipe\": \"recipe.json\"", "\"file\": \"model.onnx\"", "model.images"),
    ("\"brought\": \"photographs\"", "\"brought\": \"photographs\", \"path\": \"x\"", "images[3].brought"),
    ("\"brought\": \"photographs\"", "\"brought\": \"photographs\", \"seed\": 1", "images[3].seed"),
    ("\"preprocess\": \"cifar10\", ", "", "images[2].preprocess"),
    ("\"seed\": 3", "\"seed\": -3", "model.seed"),
  ])
  func whatCannotBeIsNamedWithItsKey(old: String, new: String, key: String) throws {
    let error = try #require(try error(replacing: old, with: new))
    #expect(error.kind == .data)
    #expect(error.place.file == "scenario.json")
    #expect(error.place.key == key)
  }

  @Test func aStepDoesNotKnowLaterOnes() throws {
    let scenario = try read(Self.whole)
    #expect(throws: InputError.self) { try scenario.meaning(of: "@evaluate", inStep: 1) }
    #expect(throws: InputError.self) { try read("{\"question\": \"Why?\", \"steps\": []}") }
    #expect(throws: InputError.self) { try read("[]") }
    #expect(throws: InputError.self) { try read("{\"question\": \"Why?\",") }
  }

  @Test func everyPresetCanBeNamed() throws {
    for preset in WorldPreset.allCases {
      let text = Self.whole.replacing("\"world\": \"embedded\"", with: "\"world\": \"\(preset.rawValue)\"")
      guard case .world(let sample) = try read(text).images[0].source else {
        Issue.record("no world")
        continue
      }
      #expect(sample.configuration == preset.configuration)
    }
  }
}
