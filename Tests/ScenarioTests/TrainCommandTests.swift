import Foundation
import ModelFormats
import Reports
import Testing
import Training

@Suite struct TrainCommandTests {
  private static let recipe = """
    {"architecture": {"name": "small", "layers": [
      {"layer": "convolution", "channels": 6, "batchNorm": true}, {"layer": "pool"},
      {"layer": "convolution", "channels": 8}, {"layer": "globalPool"}, {"layer": "linear", "features": "classes"}]},
     "optimizer": {"kind": "adam"}, "learningRate": {"schedule": "cosine", "rate": 0.02}, "batchSize": 8,
     "epochs": 6, "validation": 0.25, "augmentation": {"cropPadding": 1}, "checkpoints": {"every": 2, "steps": [3]}}
    """

  private func train(_ world: SmallWorld, _ output: String, _ more: [String] = [], recipe: String = recipe) throws
    -> [String]
  {
    let file = world.path("recipe.json")
    try recipe.write(toFile: file, atomically: true, encoding: .utf8)
    return ["train", file] + world.input + ["--output", world.path(output)] + more
  }

  private func data(_ world: SmallWorld, _ name: String) -> Data? {
    FileManager.default.contents(atPath: world.path(name))
  }

  @Test func aTrainedFolderHoldsAllThatTheOtherCommandsNeed() throws {
    let world = try SmallWorld()
    let result = try BuiltTool.run(try train(world, "t", ["--epochs", "40"]), in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("← model") && result.output.contains("neuron-shapley evaluate"))
    #expect(result.error.contains("epoch 40 of 40: loss"))
    for file in [
      "config.json", "training.json", "training.state", "checkpoints.csv", "learning-curve.csv", "learning-curve.svg",
      "model.onnx", "preprocessing.json", "classes.json", "split.csv", "checkpoints/epoch-000.onnx",
      "checkpoints/step-000003.onnx", "checkpoints/epoch-040.onnx",
    ] { #expect(FileManager.default.fileExists(atPath: world.path("t/" + file)), "\(file)") }
    let document = try JSONValue.decode(
      TrainingDocument.self, from: [UInt8](try #require(data(world, "t/training.json"))), file: "training.json")
    #expect(document.ending == .finished && document.epochs.count == 40)
    #expect(document.training.count == 48 && document.validation?.count == 16)
    let best = try #require(document.epochs.compactMap(\.validationAccuracy).max())
    #expect(best > 0.8)
    let series = try CheckpointSeries(reading: world.path("t"))
    #expect(series.checkpoints == document.checkpoints && series.checkpoints.count == 22)
    for checkpoint in series.checkpoints { _ = try series.network(of: checkpoint) }

    // What the line at the end says works.
    let input = [
      "--images", world.images, "--labels", world.labels, "--preprocess", world.path("t/preprocessing.json"),
      "--classes", world.path("t/classes.json"),
    ]
    let evaluation = try BuiltTool.run(["evaluate", world.path("t/model.onnx"), "--json"] + input, in: world.folder)
    #expect(evaluation.status == 0, "\(evaluation.error)")
    let report = try JSONValue.decode(EvaluationDocument.self, from: Array(evaluation.output.utf8), file: "stdout")
    #expect(report.report.accuracy.mean > 0.8)
    let rank = [
      "rank", world.path("t/checkpoints/epoch-040.onnx"), "--evaluations", "2000", "--output", world.path("r"),
    ]
    #expect(try BuiltTool.run(rank + input, in: world.folder).status == 0)
  }

  @Test func killsAtRandomMomentsChangeNoBit() throws {
    let world = try SmallWorld()
    let long = ["--epochs", "120", "--quiet"]
    #expect(try BuiltTool.run(try train(world, "whole", long), in: world.folder).status == 0)
    var kills = 0
    for round in 0..<8 {
      let words = try train(world, "broken", long + ["--resume", "--workers", "\(1 + round % 3)"])
      let (process, _, _) = try BuiltTool.start(words, in: world.folder)
      Thread.sleep(forTimeInterval: Double.random(in: 0.01...0.25))
      if process.isRunning { kills += 1 }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(kills > 0, "the training is too short to be killed")
    let last = try BuiltTool.run(try train(world, "broken", long + ["--resume"]), in: world.folder)
    #expect(last.status == 0, "\(last.error)")
    let names = try FileManager.default.contentsOfDirectory(atPath: world.path("whole/checkpoints"))
    #expect(names.count == 62)
    for name in names.map({ "checkpoints/" + $0 }) + [
      "model.onnx", "checkpoints.csv", "learning-curve.csv", "learning-curve.svg", "split.csv",
    ] { #expect(data(world, "whole/" + name) == data(world, "broken/" + name), "\(name)") }
  }

  @Test(arguments: zip([SIGINT, SIGTERM], [Int32(130), 143]))
  func signalsSaveTheState(signal: Int32, status: Int32) throws {
    let world = try SmallWorld()
    let words = try train(world, "t", ["--epochs", "5000"])
    let (process, _, error) = try BuiltTool.start(words, in: world.folder)
    while process.isRunning, data(world, "t/training.state") == nil { Thread.sleep(forTimeInterval: 0.005) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationStatus == status)
    let text = try String(contentsOfFile: error, encoding: .utf8)
    #expect(text.contains("--resume"), "\(text)")
    let stored = try #require(data(world, "t/training.state"))
    #expect(try TrainingStateFile(bytes: [UInt8](stored), file: "state").state.step > 0)
  }

  @Test func mistakesAreOneLineThatNamesKeyAndFile() throws {
    let world = try SmallWorld()
    func expect(
      _ status: Int32, _ texts: [String], _ words: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let result = try BuiltTool.run(words, in: world.folder)
      #expect(result.status == status, "\(result.error)", sourceLocation: sourceLocation)
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)", sourceLocation: sourceLocation)
      for text in texts { #expect(result.error.contains(text), "\(result.error)", sourceLocation: sourceLocation) }
    }
    try expect(
      65, ["recipe.json", "epocs", "did you mean 'epochs'?"],
      train(world, "a", recipe: #"{"architecture": "lenet", "epocs": 3}"#))
    try expect(65, ["recipe.json", "no JSON"], train(world, "a", recipe: "{"))
    try expect(66, ["absent.json"], ["train", "absent.json"] + world.input + ["--output", world.path("a")])
    try expect(64, ["did you mean 'lenet'?"], ["train", "lennet"] + world.input + ["--output", world.path("a")])
    let deep = #"{"architecture": {"layers": [{"layer": "pool"}, {"layer": "pool", "kernel": 9}]}}"#
    try expect(65, ["recipe.json", "architecture.layers[1]"], train(world, "b", recipe: deep))
    try expect(64, ["--validation-labels"], train(world, "b", ["--validation-labels", world.labels]))
    try expect(65, ["one class", "images.idx"], train(world, "c", ["--limit", "1"]))
    // Other settings do not go on with a training.
    #expect(try BuiltTool.run(train(world, "t", ["--quiet"]), in: world.folder).status == 0)
    try expect(73, ["--resume"], train(world, "t"))
    try expect(
      64, ["identity.recipe.epochs", "expected 6, found 7"], train(world, "t", ["--resume", "--epochs", "7"]))
    try expect(64, ["identity.seed"], train(world, "t", ["--resume", "--seed", "7"]))
    try expect(64, ["identity.trainingImages"], train(world, "t", ["--resume", "--limit", "60"]))
    let state = try #require(data(world, "t/training.state"))
    try state.prefix(state.count - 5).write(to: URL(fileURLWithPath: world.path("t/training.state")))
    try expect(65, ["training.state", "damaged"], train(world, "t", ["--resume"]))
    let wild = Self.recipe.replacing("\"rate\": 0.02", with: "\"rate\": 1000").replacing("adam", with: "sgd")
      .replacing("\"batchNorm\": true", with: "\"batchNorm\": false")
    let diverged = try BuiltTool.run(try train(world, "d", ["--quiet"], recipe: wild), in: world.folder)
    #expect(diverged.status == 65 && diverged.error.contains("diverged at step"), "\(diverged.error)")
    #expect(data(world, "d/checkpoints/epoch-000.onnx") != nil && data(world, "d/training.json") != nil)
  }

  @Test func validationImagesOfTheirOwnAreUsed() throws {
    let world = try SmallWorld()
    let words = try train(
      world, "t", ["--validation", world.images, "--validation-labels", world.labels, "--json", "--epochs", "1"])
    let result = try BuiltTool.run(words, in: world.folder)
    #expect(result.status == 0, "\(result.error)")
    let document = try JSONValue.decode(TrainingDocument.self, from: Array(result.output.utf8), file: "stdout")
    #expect(document.training.count == 64 && document.validation?.count == 64)
    #expect(document.training.digest == document.validation?.digest)
    #expect(data(world, "t/split.csv") == nil)
  }
}
