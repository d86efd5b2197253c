import Foundation
import Images
import Reports
import Testing
import TextureWorld

@Suite struct WorldCommandTests {
  /// A folder of its own, gone at the end.
  private final class Place {
    let folder: String

    init() throws {
      folder = FileManager.default.temporaryDirectory.path + "/neuron-shapley-world-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    func run(_ words: [String]) throws -> BuiltTool.Result { try BuiltTool.run(["world"] + words, in: folder) }

    func data(_ name: String) -> Data? { FileManager.default.contents(atPath: path(name)) }
    var entries: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() }
  }

  private func load(_ path: String) async throws -> LabeledImages {
    try await ImageLoading.load(ImageSource(path: path), preprocessing: World.preprocessing).images
  }

  @Test(arguments: WorldPreset.allCases)
  func aFolderReadsBackToTheSamePixelsAsInMemory(preset: WorldPreset) async throws {
    let place = try Place()
    let words = [
      "--output", place.path("w"), "--preset", preset.rawValue, "--seed", "5", "--first", "30", "--count", "50",
    ]
    let result = try place.run(words + ["--json"])
    #expect(result.status == 0, "\(result.error)")
    let document = try JSONValue.decode(WorldDocument.self, from: Array(result.output.utf8), file: "stdout")
    let memory = try World(preset, seed: 5).labeledImages(30..<80)
    #expect(document.digest == memory.digest && document.count == 50 && document.first == 30)

    let list = try await load(place.path("w/labels.csv"))
    #expect(list.digest == memory.digest && list.names == memory.names)
    #expect(list.columns == memory.columns && list.columnNames == memory.columnNames)
    #expect(try ClassNames(file: place.path("w/classes.json")).names == memory.classNames)
    // The folder itself has the same images class by class.
    let folder = try await load(place.path("w"))
    #expect(folder.classNames == memory.classNames)
    let order = (0..<50).sorted { memory.names[$0] < memory.names[$1] }
    #expect(folder.digest == memory.subset(order).digest)

    let bytes = [UInt8](try #require(place.data("w/configuration.json")))
    #expect(try WorldConfiguration(json: bytes, file: "configuration.json") == preset.configuration)
    #expect(
      try Preprocessing(json: [UInt8](#require(place.data("w/preprocessing.json"))), file: "p") == World.preprocessing)
    let sheet = try #require(place.data("w/sheet.svg").map { String(decoding: $0, as: UTF8.self) })
    #expect(sheet.contains("zebra") && sheet.contains("data:image/png;base64,"))

    // Its own configuration makes it again, to the last byte, for any number of workers.
    let again = try place.run([
      "--output", place.path("again"), "--configuration", place.path("w/configuration.json"), "--seed", "5", "--first",
      "30",
      "--count", "50", "--workers", "3", "--quiet",
    ])
    #expect(again.status == 0, "\(again.error)")
    for file in ["labels.csv", "world.json", "sheet.svg", memory.names[7]] {
      #expect(place.data("again/" + file) == place.data("w/" + file), "\(file)")
    }
  }

  @Test func counterfactualsAndMasksAreMatchedByName() async throws {
    let place = try Place()
    let words = ["--seed", "2", "--count", "40"]
    #expect(try place.run(words + ["--output", place.path("w"), "--masks", place.path("m")]).status == 0)
    let changed = try place.run(words + ["--output", place.path("c"), "--counterfactual", "colour:yellow"])
    #expect(changed.status == 0 && changed.output.contains("colour:yellow changes"), "\(changed.error)")
    let (before, after) = (try await load(place.path("w/labels.csv")), try await load(place.path("c/labels.csv")))
    #expect(before.names == after.names && before.labels == after.labels)
    #expect(after.columns["colour"] == [String](repeating: "yellow", count: 40))
    let world = World(.embedded, seed: 2)
    for (index, name) in before.names.enumerated() {
      let image = world.image(at: index)
      #expect(after.picture(of: index) == world.image(of: image.scene.changing(.colour(.yellow))).picture)
      for region in WorldRegion.allCases {
        let file = "m/\(region.rawValue)/\(name)"
        let mask = try ImageDecoder.decode([UInt8](#require(place.data(file))), file: file)
        #expect(mask == image.masks.picture(of: region))
      }
    }
  }

  @Test func onlyFoldersOfItsOwnAreReplaced() throws {
    let place = try Place()
    let words = ["--count", "8", "--quiet", "--output", place.path("w")]
    #expect(try place.run(words).status == 0)
    let whole = try #require(place.data("w/world.json"))
    let second = try place.run(words + ["--seed", "1"])
    #expect(second.status == 73 && second.error.contains("--replace"), "\(second.error)")
    #expect(place.data("w/world.json") == whole)
    #expect(try place.run(words + ["--seed", "1", "--replace"]).status == 0)
    #expect(place.data("w/world.json") != whole)
    #expect(place.entries.filter { !$0.hasPrefix("stream") } == ["w"], "nothing is left beside it")

    try FileManager.default.createDirectory(atPath: place.path("foreign"), withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: place.path("foreign/letter.txt")))
    let foreign = try place.run(["--count", "8", "--replace", "--output", place.path("foreign")])
    #expect(foreign.status == 73 && foreign.error.contains("holds something"), "\(foreign.error)")
    #expect(place.data("foreign/letter.txt") == Data("mine".utf8))
    let masks = try place.run(["--count", "8", "--output", place.path("x"), "--masks", place.path("foreign")])
    #expect(masks.status == 73 && place.data("x/world.json") == nil)
    #expect(!place.entries.contains { $0.hasSuffix(".part") })
  }

  @Test func aKilledRunLeavesNoFolderAndTheNextOneBeginsAnew() throws {
    let place = try Place()
    let words = ["--output", place.path("w"), "--quiet"]
    for signal in [SIGKILL, SIGTERM] {
      let (process, _, _) = try BuiltTool.start(["world", "--count", "50000"] + words, in: place.folder)
      while process.isRunning, place.data(".w.part/0_zebra/000001.png") == nil,
        (try? FileManager.default.contentsOfDirectory(atPath: place.path(".w.part/0_zebra")))?.isEmpty ?? true
      { Thread.sleep(forTimeInterval: 0.005) }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationStatus == (signal == SIGKILL ? SIGKILL : 143))
      #expect(!FileManager.default.fileExists(atPath: place.path("w")))
    }
    #expect(!FileManager.default.fileExists(atPath: place.path(".w.part")), "a run that is asked to end clears up")
    #expect(try place.run(words + ["--count", "8"]).status == 0)
    #expect(place.data("w/labels.csv").map { $0.split(separator: UInt8(ascii: "\n")).count } == 9)
  }

  @Test func mistakesAreOneLineThatNamesWhatIsWrong() throws {
    let place = try Place()
    try Data(#"{"dificulty": 1}"#.utf8).write(to: URL(fileURLWithPath: place.path("c.json")))
    let cases: [(Int32, [String], [String])] = [
      (64, ["--output"], []),
      (64, ["--preset", "did you mean 'balanced'?"], ["--output", "w", "--preset", "ballanced"]),
      (
        64, ["--counterfactual", "did you mean 'texture:stripes'?"],
        ["--output", "w", "--counterfactual", "texture:stripe"]
      ),
      (64, ["--count", "1 to 100000"], ["--output", "w", "--count", "0"]),
      (64, ["--difficulty", "0 to 1"], ["--output", "w", "--difficulty", "1.5"]),
      (64, ["--preset as well"], ["--output", "w", "--preset", "flat", "--configuration", place.path("c.json")]),
      (64, ["--masks"], ["--output", "w", "--masks", "./w"]),
      (
        65, ["c.json", "dificulty", "did you mean 'difficulty'?"],
        ["--output", "w", "--configuration", place.path("c.json")]
      ),
      (66, ["absent.json"], ["--output", "w", "--configuration", "absent.json"]),
      (73, ["c.json"], ["--output", place.path("c.json")]),
    ]
    for (status, texts, words) in cases {
      let result = try place.run(words)
      #expect(result.status == status, "\(words): \(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
      for text in texts { #expect(result.error.contains(text), "\(words): \(result.error)") }
    }
    let help = try place.run(["--help"])
    for word in ["--counterfactual", "--masks", "--replace", "presets", "balanced", "zebra", "examples:"] {
      #expect(help.output.contains(word), "\(word)")
    }
  }
}
