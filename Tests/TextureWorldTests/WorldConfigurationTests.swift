import InputErrors
import TextureWorld
import Testing

@Suite struct WorldConfigurationTests {
  private func configuration(_ json: String) throws -> WorldConfiguration {
    try WorldConfiguration(json: Array(json.utf8), file: "world.json")
  }

  @Test(arguments: WorldPreset.allCases) func presetsSurviveAFile(preset: WorldPreset) throws {
    let configuration = preset.configuration
    try configuration.validate()
    #expect(try WorldConfiguration(json: configuration.json(), file: "world.json") == configuration)
    #expect(try WorldPreset(parsing: preset.rawValue) == preset)
  }

  @Test func absentKeysHaveTheirDefaults() throws {
    #expect(try configuration("{}") == WorldPreset.embedded.configuration)
    let classes = #"[{"name": "a", "colours": ["red"]}, {"name": "b", "colours": ["blue"], "mark": "with"}]"#
    let changed = try configuration(#"{"difficulty": 0.25, "noise": 0, "classes": "# + classes + "}")
    #expect(changed.difficulty == 0.25 && changed.noise == 0 && changed.classes.count == 2)
    #expect(changed.classes[0].shapes == ObjectShape.allCases && changed.classes[1].mark == .with)
  }

  @Test(arguments: [
    (#"{"dificulty": 0.5}"#, ["dificulty", "did you mean 'difficulty'?"]),
    (#"{"difficulty": 1.5}"#, ["difficulty", "from 0 to 1", "1.5"]),
    (#"{"side": 8}"#, ["side", "24 to 128"]),
    (#"{"style": "flt"}"#, ["style", "did you mean 'flat'?"]),
    (#"{"style": "flat", "side": 48}"#, ["side", "32"]),
    (#"{"noise": "much"}"#, ["noise", "a number"]),
    (#"{"classes": []}"#, ["classes", "2 to 64"]),
    (#"{"classes": [{"name": "a"}, {"name": "b"}]}"#, ["classes", "'a' and 'b'"]),
    (#"{"classes": [{"name": "a", "colours": ["red"]}, {"name": "a", "colours": ["blue"]}]}"#, ["'a' twice"]),
    (#"{"classes": [{"name": "a", "colors": ["red"]}]}"#, ["classes[0].colors", "did you mean 'colours'?"]),
    (#"{"classes": [{"name": "a", "colours": ["reed"]}]}"#, ["classes[0].colours", "did you mean 'red'?"]),
    (#"{"classes": [{"name": "a", "colours": []}]}"#, ["classes[0].colours", "at least one"]),
    (#"{"classes": [{"name": "a", "colours": ["red"], "favouriteColour": "blue"}]}"#, ["favouriteColour"]),
    (#"{"classes": [{"name": "a/b", "colours": ["red"]}, {"name": "b", "colours": ["blue"]}]}"#, ["'a/b'"]),
    (#"{"classes": [{"colours": ["red"]}]}"#, ["classes[0].name", "missing"]),
    ("[]", ["world.json"]), ("{", ["world.json", "no JSON"]), ("", ["world.json"]),
  ])
  func mistakesNameFileAndKey(json: String, texts: [String]) throws {
    let error = try #require(throws: InputError.self) { try configuration(json) }
    #expect(error.kind == .data && error.description.hasPrefix("world.json: "), "\(error)")
    for text in texts { #expect(error.description.contains(text), "\(error)") }
  }

  @Test func whatIsSetInCodeIsCheckedToo() {
    var configuration = WorldPreset.embedded.configuration
    configuration.noise = 2
    #expect(throws: InputError.self) { try World(configuration) }
    configuration.noise = .nan
    #expect(throws: InputError.self) { try World(configuration) }
  }

  @Test func namesAreParsedWithALikelyOne() throws {
    #expect(WorldConcept.all.count == 19)
    for concept in WorldConcept.all { #expect(try WorldConcept(parsing: concept.name) == concept) }
    for change in WorldChange.all { #expect(try WorldChange(parsing: change.name) == change) }
    let error = try #require(throws: InputError.self) { try WorldConcept(parsing: "texture:strips") }
    #expect(error.hint == "did you mean 'texture:stripes'?")
    #expect(throws: InputError.self) { try WorldChange(parsing: "mark") }
    #expect(throws: InputError.self) { try WorldPreset(parsing: "embeded") }
  }
}
