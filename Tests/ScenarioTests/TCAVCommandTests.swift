import Foundation
import Reports
import TestSupport
import Testing

@Suite struct TCAVCommandTests {
  private func document(_ text: String) throws -> TCAVDocument {
    try JSONValue.decode(TCAVDocument.self, from: Array(text.utf8), file: "stdout")
  }

  private static let recipe = """
    {"architecture": {"name": "small", "layers": [
      {"layer": "convolution", "channels": 12, "kernel": 5}, {"layer": "pool"},
      {"layer": "convolution", "channels": 16}, {"layer": "pool"},
      {"layer": "globalPool"}, {"layer": "linear", "features": "classes"}]},
     "optimizer": {"kind": "adam"}, "learningRate": {"schedule": "constant", "rate": 0.01},
     "batchSize": 32, "epochs": 1}
    """

  /// A network that hardly learnt, images that were drawn, and what every run needs.
  private func prepared() throws -> (world: SmallWorld, words: [String]) {
    let world = try SmallWorld()
    try Data(Self.recipe.utf8).write(to: URL(fileURLWithPath: world.path("recipe.json")))
    for (name, seed, count) in [("drawn", "0", "480"), ("others", "1", "480"), ("fresh", "2", "60")] {
      let words = [
        "world", "--preset", "balanced", "--seed", seed, "--count", count, "--output", world.path(name), "--quiet",
      ]
      #expect(try BuiltTool.run(words, in: world.folder).status == 0)
    }
    let trained = try BuiltTool.run(
      [
        "train", world.path("recipe.json"), "--images", world.path("drawn"), "--preprocess", "world", "--output",
        world.path("net"), "--quiet",
      ],
      in: world.folder)
    #expect(trained.status == 0, "\(trained.error)")
    return (
      world,
      [
        "tcav", world.path("net/model.onnx"), "--images", world.path("fresh/labels.csv"), "--classes",
        world.path("fresh/classes.json"), "--preprocess",
        "world",
        "--random", world.path("others/labels.csv"),
      ]
    )
  }

  @Test func conceptsOfColumns() throws {
    let (world, words) = try prepared()
    let concepts = ["--concepts", world.path("drawn/labels.csv"), "--concept-column", "colour,frame=yes"]
    var documents: [TCAVDocument] = []
    for workers in ["1", "3"] {
      let result = try BuiltTool.run(
        words + concepts + [
          "--classes-of-interest", "zebra,leaf", "--relative", "--published", "--seed", "4", "--workers", workers,
          "--output",
          world.path("concepts-\(workers)"), "--json",
        ], in: world.folder)
      #expect(result.status == 0, "\(result.error)")
      documents.append(try document(result.output))
    }
    #expect(documents[0].result == documents[1].result && documents[0].interventions == documents[1].interventions)
    let first = try #require(documents.first)
    #expect(first.layers == ["conv1", "conv2"])
    #expect(first.concepts.map(\.name) == ["colour=blue", "colour=green", "colour=red", "colour=yellow", "frame=yes"])
    #expect(first.classes.map(\.name).sorted() == ["leaf", "zebra"])
    #expect(first.summary.count == 20 && first.result.hypothesisCount == 60)
    let folder = world.path("concepts-1")
    for file in [
      "report.html", "result.json", "findings.csv", "moves.csv", "removals.csv", "relatives.csv",
      "figures/score-zebra.svg",
      "figures/sensitivity-leaf.svg",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
    }
    // Directions are what 'see --maximize direction=LAYER=FILE' reads.
    let directions = try FileManager.default.contentsOfDirectory(atPath: folder + "/directions")
    #expect(directions.count == first.result.vectors.count { !$0.isWithheld } && !directions.isEmpty)
    let direction = try #require(directions.first { $0.hasSuffix("-conv2.csv") })
    let seen = try BuiltTool.run(
      [
        "see", words[1], "--maximize", "direction=conv2=\(folder)/directions/\(direction)", "--steps", "4",
        "--preprocess", "world",
        "--output",
        world.path("seen"), "--quiet",
      ], in: world.folder)
    #expect(seen.status == 0, "\(seen.error)")
    if HeadlessBrowser.isPresent { #expect(try HeadlessBrowser.fault(ofPage: folder + "/report.html") == nil) }
    let stored = try String(contentsOfFile: folder + "/result.json", encoding: .utf8)
    #expect(try document(stored) == documents[0])
    let table = try String(contentsOfFile: folder + "/findings.csv", encoding: .utf8)
    #expect(table.split(separator: "\n").count == 21)
    // Again into the same folder is an error, and nothing in it changes.
    let again = try BuiltTool.run(words + concepts + ["--output", world.path("concepts-1")], in: world.folder)
    #expect(again.status == 73 && again.error.contains("holds a result already"))
  }

  @Test func conceptsOfFoldersAndBadInput() throws {
    let (world, words) = try prepared()
    let manager = FileManager.default
    try manager.createDirectory(atPath: world.path("concepts"), withIntermediateDirectories: true)
    let zebras = try #require(
      try manager.contentsOfDirectory(atPath: world.path("drawn")).first { $0.hasSuffix("_zebra") })
    try manager.createSymbolicLink(
      atPath: world.path("concepts/striped"), withDestinationPath: world.path("drawn/\(zebras)"))
    let quick = ["--classes-of-interest", "zebra", "--layers", "conv2", "--no-interventions"]
    let result = try BuiltTool.run(words + ["--concepts", world.path("concepts")] + quick, in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("striped") && result.output.contains("holm"))

    // Names that differ in a character that files cannot have are files of their own.
    try manager.createDirectory(atPath: world.path("alike"), withIntermediateDirectories: true)
    for (name, target) in [("a b", "leaf"), ("a_b", "berry"), ("a:b", "apple")] {
      let folder = try #require(
        try manager.contentsOfDirectory(atPath: world.path("drawn")).first { $0.hasSuffix("_" + target) })
      try manager.createSymbolicLink(
        atPath: world.path("alike/\(name)"), withDestinationPath: world.path("drawn/\(folder)"))
    }
    let alike = try BuiltTool.run(
      words + ["--concepts", world.path("alike"), "--output", world.path("alike.tcav"), "--json"]
        + quick, in: world.folder)
    #expect(alike.status == 0, "\(alike.error)")
    let known = try document(alike.output).result.vectors.filter { !$0.isWithheld }
    let written = try manager.contentsOfDirectory(atPath: world.path("alike.tcav/directions"))
    #expect(known.count > 1 && written.count == known.count, "\(written)")

    func error(_ more: [String]) throws -> (status: Int, text: String) {
      let result = try BuiltTool.run(words + more, in: world.folder)
      #expect(result.error.split(separator: "\n").count <= 2, "\(result.error)")
      return (Int(result.status), result.error)
    }
    let folders = ["--concepts", world.path("concepts")]
    #expect(try error(folders + ["--layers", "convv2"]).text.contains("did you mean 'conv2'?"))
    #expect(try error(folders + ["--layers", "conv2,conv2"]).text.contains("twice"))
    #expect(try error(folders + ["--pooling", "positions"]).status == 64)
    #expect(try error(folders + ["--classes-of-interest", "zerba"]).text.contains("did you mean 'zebra'?"))
    #expect(try error(folders + ["--statistic", "scroe"]).text.contains("did you mean 'score'?"))
    #expect(try error(folders + ["--random-concepts", "38"]).status == 64)
    #expect(try error(folders + ["--concept-size", "200"]).text.contains("too few images"))
    let column = try error(["--concepts", world.path("drawn/labels.csv"), "--concept-column", "textures"])
    #expect(column.status == 64 && column.text.contains("did you mean 'texture'?"))
    let none = try error(["--concepts", world.path("drawn/labels.csv")])
    #expect(none.status == 64 && none.text.contains("--concept-column"))
    let value = try error(["--concepts", world.path("drawn/labels.csv"), "--concept-column", "texture=dotz"])
    #expect(value.text.contains("did you mean 'dots'?"))
  }
}
