import Foundation
import Reports
import TestSupport
import Testing

@Suite struct RegionsCommandTests {
  /// Names of files in the world's folder as full paths.
  private func run(_ words: [String], in world: SmallWorld) throws -> BuiltTool.Result {
    let full = words.map { FileManager.default.fileExists(atPath: world.path($0)) ? world.path($0) : $0 }
    return try BuiltTool.run(full, in: world.folder)
  }

  private func document(_ words: [String], in world: SmallWorld) throws -> RegionsDocument {
    let result = try run(["regions"] + words + ["--json"], in: world)
    #expect(result.status == 0, "\(result.error)")
    return try JSONValue.decode(RegionsDocument.self, from: Array(result.output.utf8), file: "stdout")
  }

  @Test func randomLayersOfBothKindsAreDrawn() throws {
    let world = try SmallWorld()
    for (shape, figures) in [("8x1", ["lines", "inputs"]), ("8x2", ["regions", "planes"])] {
      let folder = world.path("r" + shape)
      let result = try BuiltTool.run(
        ["regions", "random:" + shape, "--seed", "9", "--output", folder], in: world.folder)
      #expect(result.status == 0, "\(result.error)")
      #expect(result.output.contains("regions"))
      let names = ["regions.html", "regions.json", "neurons.csv", "regions.csv", "neighbours.csv", "vertices.csv"]
      for name in names + figures.map({ "figures/\($0).svg" }) {
        #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)")
      }
      let bytes = try #require(FileManager.default.contents(atPath: folder + "/regions.json"))
      let stored = try JSONValue.decode(RegionsDocument.self, from: [UInt8](bytes), file: "regions.json")
      #expect(try stored == document(["random:" + shape, "--seed", "9"], in: world))
      // What stands in the folder is never overwritten.
      #expect(try BuiltTool.run(["regions", "random:8x1", "--output", folder], in: world.folder).status == 73)
    }
  }

  @Test func aTableWithDataIsCounted() throws {
    let world = try SmallWorld()
    try Data("neuron,w1,w2,bias\nleft,-1,0,0.5\nlow,0,-1,0.5\n".utf8)
      .write(to: URL(fileURLWithPath: world.path("w.csv")))
    try Data("x1,x2,class\n0.1,0.1,a\n0.2,0.9,a\n0.9,0.9,b\n0.8,0.7,b\n".utf8)
      .write(to: URL(fileURLWithPath: world.path("p.csv")))
    let all = ["w.csv", "--data", "p.csv", "--range", "0,1", "--between", "a,b"]
    let document = try document(all, in: world)
    #expect(document.regions.map(\.signs.description).sorted() == ["++", "+-", "-+", "--"])
    #expect(document.regions.first { $0.signs.description == "--" }?.count == 2)
    #expect(document.transitions.first?.flipProbabilities == [1, 0.5])
    let high = try self.document(["w.csv", "--range", "0,1", "--quantile", "0.95"], in: world)
    #expect(high.neurons.allSatisfy { abs($0.positiveShare - 0.05) < 1e-12 })
    let data = try self.document(all + ["--quantile", "0.75"], in: world)
    #expect(
      zip(data.neurons.map(\.threshold), [0.3, -0.2]).allSatisfy { abs($0 - $1) < 1e-12 }, "the third of four values")
  }

  @Test func aModelsLayersAreSliced() throws {
    let world = try SmallWorld()
    let classes = try document(
      ["model.onnx", "--layer", "classes", "--inputs", "conv2:3,conv2:7", "--between", "0,1"] + world.input, in: world)
    #expect(classes.neurons.count == 4)
    #expect(classes.inputs.map(\.name) == ["conv2:3", "conv2:7"])
    #expect(classes.data?.total == SmallWorld.imageCount)
    #expect(classes.transitions.count == 1)
    let window = try document(
      ["model.onnx", "--neurons", "conv2:1,conv2:4", "--position", "2,2", "--inputs", "0@5x5", "--hold", "image:3"]
        + world.input, in: world)
    #expect(window.neurons.map(\.name) == ["conv2:1", "conv2:4"])
    #expect(window.inputs.count == 1)
    let plane = try document(["model.onnx", "--layer", "classes", "--plane", "0,1,2"] + world.input, in: world)
    #expect(plane.marks.count == 3)
    // At the three images the plane is no approximation, and no number of workers changes a bit.
    let again = try document(
      ["model.onnx", "--layer", "classes", "--plane", "0,1,2", "--workers", "3"] + world.input, in: world)
    #expect(again == plane)
    let zero = try document(["model.onnx", "--layer", "conv2", "--inputs", "1,2", "--hold", "zero"], in: world)
    #expect(zero.data == nil && zero.neurons.count == 12)

    let rank =
      ["rank", "model.onnx"] + world.input + ["--evaluations", "3000", "--quiet", "--output", world.path("run")]
    #expect(try run(rank, in: world).status == 0)
    let ranked = try document(
      ["model.onnx", "--layer", "classes", "--inputs", "run"] + world.input, in: world)
    #expect(ranked.inputs.count == 2)
    let best = try document(
      ["model.onnx", "--layer", "conv2", "--neurons", "run", "--first", "3", "--inputs", "run"] + world.input, in: world
    )
    #expect(best.neurons.count == 3)
    #expect(
      best.neurons.allSatisfy { $0.name.hasPrefix("conv2:") } && best.inputs.allSatisfy { $0.name.hasPrefix("conv1:") })
  }

  @Test func wrongCommandsSayWhatIsWrong() throws {
    let world = try SmallWorld()
    let model = ["model.onnx"] + world.input
    try Data("w1,w2\n1,nan\n".utf8).write(to: URL(fileURLWithPath: world.path("nan.csv")))
    try Data("w1,w2,w3\n1,2,3\n".utf8).write(to: URL(fileURLWithPath: world.path("three.csv")))
    let cases: [(Int32, [String], [String])] = [
      (65, ["nan.csv:2", "w2", "finite"], ["nan.csv"]),
      (65, ["one or two free inputs"], ["three.csv"]),
      (64, ["one or two free inputs"], ["random:8x3"]),
      (64, ["random:8x2"], ["random:eight"]),
      (66, ["absent.csv"], ["absent.csv"]),
      (64, ["--range", "empty"], ["random:8x2", "--range", "1,1"]),
      (64, ["--range", "4"], ["random:8x1", "--range", "0,1,0,1"]),
      (64, ["--layer", "model"], ["random:8x1", "--layer", "conv1"]),
      (64, ["--quantile"], ["random:8x1", "--quantile", "0.9", "--threshold", "1"]),
      (64, ["no data"], ["random:8x1", "--quantile", "0.9", "--quantile-over", "data"]),
      (64, ["--points"], ["random:8x2", "--points", "0.3"]),
      (64, ["not linear", "classes, conv1, conv2"], model + ["--layer", "relu1", "--inputs", "0"]),
      (64, ["--inputs", "one or two"], model + ["--layer", "classes", "--inputs", "0,1,2"]),
      (64, ["--inputs", "0 to 11"], model + ["--layer", "classes", "--inputs", "12"]),
      (64, ["--inputs", "conv2"], model + ["--layer", "classes", "--inputs", "conv1:0"]),
      (64, ["--inputs"], model + ["--layer", "classes"]),
      (64, ["--layer"], model + ["--inputs", "0"]),
      (64, ["--hold zero"], ["model.onnx", "--layer", "classes", "--inputs", "0"]),
      (64, ["--position", "row below 5"], model + ["--layer", "conv2", "--inputs", "0", "--position", "7,7"]),
      (64, ["--plane", "0 to 63"], model + ["--layer", "classes", "--plane", "0,1,64"]),
      (64, ["--mark", "0 to 63"], model + ["--layer", "classes", "--inputs", "0", "--mark", "64"]),
      (64, ["--between"], model + ["--layer", "classes", "--inputs", "0", "--between", "0,9"]),
      (64, ["--data", "images"], model + ["--layer", "classes", "--inputs", "0", "--data", "p.csv"]),
      (64, ["several layers"], model + ["--neurons", "conv1:0,conv2:1", "--inputs", "0"]),
    ]
    for (status, texts, words) in cases {
      let result = try run(["regions"] + words, in: world)
      #expect(result.status == status, "\(words): \(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
      for text in texts { #expect(result.error.contains(text), "\(words): \(result.error)") }
    }
    let help = try BuiltTool.run(["regions", "--help"], in: world.folder)
    #expect(help.status == 0)
    for word in ["SOURCE", "--inputs", "--hold", "--plane", "--quantile", "--between", "examples:"] {
      #expect(help.output.contains(word))
    }
  }
}
