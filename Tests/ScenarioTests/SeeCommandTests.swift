import Foundation
import Images
import Reports
import TestSupport
import Testing

@Suite struct SeeCommandTests {
  private func document(_ text: String) throws -> VisualizationDocument {
    try JSONValue.decode(VisualizationDocument.self, from: Array(text.utf8), file: "stdout")
  }

  private func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: file) }

  @Test func everythingOfAFewUnits() throws {
    let world = try SmallWorld()
    let ranking =
      "player,layer,channel,value,standard_error,lower,upper,samples,status,rank\n"
      + "conv1:2,conv1,2,0.5,0.01,,,10,estimated,2\nconv2:7,conv2,7,0.75,0.02,,,10,estimated,1\n"
    try Data(ranking.utf8).write(to: URL(fileURLWithPath: world.path("players.csv")))
    var documents: [VisualizationDocument] = []
    for workers in ["1", "3"] {
      let result = try BuiltTool.run(
        ["see", world.model] + world.input + [
          "--ranking", world.path("players.csv"), "--units", "top:2", "--rules", "deconvolution,guided,gradient",
          "--maximize", "logit=1; conv2:3@centre - 0.5*conv1:1; layer=conv2; -probability=0", "--pictures", "2",
          "--steps", "12", "--show", "all", "--seed", "3", "--workers", workers, "--output",
          world.path("seen-\(workers)"), "--json",
        ], in: world.folder)
      #expect(result.status == 0, "\(result.error)")
      var document = try document(result.output)
      document.seconds = 0
      document.commandLine = []
      documents.append(document)
    }
    #expect(documents[0] == documents[1])
    let first = try #require(documents.first)
    #expect(first.units.map(\.name) == ["conv2:7", "conv1:2"])
    #expect(first.units[0].ranking?.value == 0.75 && first.units[0].ranking?.standardError == 0.02)
    for unit in first.units {
      #expect(unit.distribution != nil && unit.maximized.count == 4 && unit.examples.count >= 3)
      let top = try #require(unit.examples.first { $0.group == .maximum })
      #expect(top.examples.count == 9 && top.reconstructions.map(\.rule) == ["deconvolution", "guided", "gradient"])
      #expect(zip(top.examples, top.examples.dropFirst()).allSatisfy { $0.value >= $1.value })
    }
    #expect(
      first.objectives.map(\.objective) == ["logit=1", "conv2:3@centre - 0.5*conv1:1", "layer=conv2", "-probability=0"])
    #expect(first.comparisons.count == 2 && first.comparisons[0].columns.count == 15)
    let check = try #require(first.randomization)
    #expect(check.stages.map(\.layer) == ["classes", "conv2", "conv1"])
    let folder = world.path("seen-1")
    for file in [
      "report.html", "result.json", "units.csv", "examples.csv", "maximized.csv", "randomization.csv",
      "comparison.csv", "first_layer.csv", "figures/randomization.svg",
    ] { #expect(exists("\(folder)/\(file)"), "\(file)") }
    // Every picture that the document names is there, and the same whatever the number of workers.
    let names = try Set(
      String(contentsOfFile: folder + "/result.json", encoding: .utf8).split(separator: "\"")
        .filter { $0.hasPrefix("pictures/") })
    #expect(names.count > 40)
    for name in names {
      let one = FileManager.default.contents(atPath: "\(folder)/\(name)")
      #expect(one != nil && one == FileManager.default.contents(atPath: world.path("seen-3") + "/\(name)"), "\(name)")
    }
    if HeadlessBrowser.isPresent { #expect(try HeadlessBrowser.fault(ofPage: folder + "/report.html") == nil) }
  }

  @Test func withoutImages() throws {
    let world = try SmallWorld()
    let result = try BuiltTool.run(
      [
        "see", world.model, "--preprocess", "mnist", "--units", "conv1:0-1", "--steps", "4", "--size", "16", "--output",
        world.path("seen"), "--json",
      ], in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    let found = try document(result.output)
    #expect(found.images == nil && found.settings.extent == [16, 16] && found.firstLayer?.count == 8)
    #expect(found.units.map(\.maximized.count) == [2, 2] && found.units[0].distribution == nil)
  }

  @Test func namesOfClassesWithoutImages() throws {
    let world = try SmallWorld()
    try Data("ant\nbee\ncat\ndog\n".utf8).write(to: URL(fileURLWithPath: world.path("names.txt")))
    let words = ["see", world.model, "--preprocess", "mnist", "--steps", "2", "--show", "maximized", "--json"]
    let result = try BuiltTool.run(
      words + ["--classes", world.path("names.txt"), "--maximize", "logit=cat", "--output", world.path("seen")],
      in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    let found = try document(result.output)
    #expect(found.objectives.first?.objective == "logit=2" && found.objectives.first?.title == "cat")
    let absent = try BuiltTool.run(
      words + ["--classes", world.path("absent.txt"), "--maximize", "logit=1", "--output", world.path("other")],
      in: world.folder)
    #expect(absent.status == 66, "\(absent.error)")
    // Thirty terms make a name longer than any file system takes.
    let long = (0..<30).map { _ in "logit=1" }.joined(separator: " + ")
    let many = try BuiltTool.run(
      words + ["--maximize", long, "--output", world.path("long")], in: world.folder)
    #expect(many.status == 0, "\(many.error)")
  }

  @Test func aUnitOverCheckpoints() throws {
    let world = try SmallWorld()
    let other = try SmallWorld.otherModel(in: world.folder)
    let result = try BuiltTool.run(
      ["see", world.model] + world.input + [
        "--units", "conv2:1", "--checkpoints", "\(world.model),\(other)", "--checkpoint-steps", "10,20", "--show",
        "evolution,maximized", "--steps", "4", "--output", world.path("seen"), "--json",
      ], in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    let moments = try document(result.output).evolutions.first?.moments ?? []
    #expect(moments.map(\.step) == [10, 20] && moments.allSatisfy { $0.patch != nil && $0.maximized != nil })
    #expect(exists(world.path("seen/evolution.csv")))
  }

  @Test func wrongWords() throws {
    let world = try SmallWorld()
    var number = 0
    func fails(_ words: [String], _ status: Int32, _ text: String) throws {
      number += 1
      let result = try BuiltTool.run(
        ["see", world.model] + world.input + ["--steps", "1", "--output", world.path("out-\(number)")] + words,
        in: world.folder)
      #expect(result.status == status && result.error.contains(text), "\(words): \(result.status) \(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
    try fails(["--units", "conv3:1"], 64, "did you mean 'conv1'")
    try fails(["--units", "conv1:8"], 64, "0 to 7")
    try fails(["--units", "conv1:1,conv1:1"], 64, "twice")
    try fails(["--units", "conv1:3-9"], 64, "0 to 7")
    try fails(["--units", "top:3"], 64, "--ranking")
    try fails(["--units", "conv1:0", "--show", "exampels"], 64, "did you mean 'examples'")
    try fails(["--units", "conv1:0", "--show", "dissection"], 64, "--masks")
    try fails(["--units", "conv1:0", "--maximize", "logit=9"], 64, "no such class")
    try fails(["--units", "conv1:0", "--maximize", "logits=1"], 64, "did you mean 'logit'")
    try fails(["--units", "conv1:0", "--maximize", "conv1:0@99x1"], 64, "position")
    try fails(["--units", "conv1:0", "--rules", "guidd"], 64, "did you mean 'guided'")
    try fails(["--units", "conv1:0", "--regularization", "lucida"], 64, "did you mean 'lucid'")
    try fails(["--units", "conv1:0", "--mask-names", "a,b"], 64, "--masks")
    try fails(["--units", "conv1:0", "--masks", "absent", "--mask-names", "a,b"], 66, "absent")
    try fails(["--units", "conv1:0", "--ranking", "absent"], 66, "absent")
    try fails(["--show", "examples"], 64, "--units")
    try fails(["--maximize", "1e300*logit=1"], 64, "weight")
    try fails(["--maximize", "logit=1;;logit=2"], 64, "empty")
    try fails(["--maximize", "logit=9"], 64, "--maximize")
    try fails(["--masks", "absent", "--mask-names", "a,,b"], 64, "number 1 has no name")
    try fails(["--diversity", "1e300"], 64, "--diversity")
  }
}
