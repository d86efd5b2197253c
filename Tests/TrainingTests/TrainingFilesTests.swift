import Foundation
import InputErrors
import ModelFormats
import Networks
import TestSupport
import Testing
import Training

@Suite struct TrainingFilesTests {
  private struct Killed: Error {}

  private func recipe() -> TrainingRecipe {
    StripeWorld.recipe { $0.checkpoints = .init(every: 1, steps: [2, 13]) }
  }

  private func trainer(_ change: (inout TrainingRecipe) -> Void = { _ in }, seed: UInt64 = 3) throws -> Trainer {
    var recipe = recipe()
    change(&recipe)
    return try Trainer(recipe, data: StripeWorld.data(), seed: seed)
  }

  private func error(_ work: () throws -> Void) -> InputError? {
    do {
      try work()
      return nil
    } catch { return error as? InputError }
  }

  /// A training that dies at any event and goes on, several times, leaves the files of one that did not.
  @Test func aKilledTrainingLeavesTheSameFiles() throws {
    let trainer = try trainer()
    let whole = try TemporaryFolder()
    _ = try TrainingRun(trainer, in: TrainingFolder(whole.path)).run()
    var expected = try whole.contents()
    expected["training.state"] = nil
    #expect(expected.keys.sorted().first == "checkpoints.csv" && expected["model.onnx"] != nil)
    #expect(expected.keys.count { $0.hasPrefix("checkpoints/") } == 7)
    var random = SeededRandom(7)
    for _ in 0..<6 {
      let broken = try TemporaryFolder()
      // Every sitting dies after a few events; states are stored at every epoch, and every step in half of the tries.
      let run = TrainingRun(trainer, in: TrainingFolder(broken.path), secondsBetweenStates: random.bool() ? 0 : 1000)
      var sittings = 0
      while sittings < 100 {
        sittings += 1
        var left = random.int(7...20)
        do {
          let outcome = try run.run { _, _ in
            left -= 1
            if left == 0 { throw Killed() }
            return .goOn
          }
          #expect(outcome.result.ending == .finished)
          break
        } catch is Killed { continue }
      }
      #expect(sittings > 1)
      var files = try broken.contents()
      files["training.state"] = nil
      #expect(files == expected)
    }
  }

  @Test func theSeriesIsFoundAndRead() throws {
    let folder = try TemporaryFolder()
    let trainer = try trainer()
    var networks: [String: Network] = [:]
    let outcome = try TrainingRun(trainer, in: TrainingFolder(folder.path)).run { event, _ in
      if case .checkpoint(let record, let network) = event { networks[record.file] = network }
      return .goOn
    }
    for path in [folder.path, folder.path + "/checkpoints.csv"] {
      let series = try CheckpointSeries(reading: path)
      #expect(series.checkpoints == outcome.result.state.checkpoints)
      for checkpoint in series.checkpoints {
        let network = try series.network(of: checkpoint)
        let own = try #require(networks[checkpoint.file])
        #expect(network.nodes.map(\.layer) == own.nodes.map(\.layer))
      }
    }
    let model = try ONNXReader().read(file: folder.path + "/model.onnx")
    #expect(model.nodes == outcome.result.network.nodes)
    let curve = try String(contentsOfFile: folder.path + "/learning-curve.csv", encoding: .utf8)
    #expect(curve.split(separator: "\n").count == 5)
  }

  @Test func damagedIndexesAreRefused() throws {
    let folder = try TemporaryFolder()
    func read(_ text: String) -> InputError? {
      error {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/checkpoints.csv"))
        _ = try CheckpointSeries(reading: folder.path)
      }
    }
    let header =
      "file,epoch,step,training_loss,training_accuracy,validation_loss,validation_accuracy,learning_rate\n"
    #expect(read(header + "a.onnx,1,5,0.5,0.5,,,0.1\n") == nil)
    #expect(read("file,epoch\na,1\n")?.place.line == 1)
    #expect(read(header + "a.onnx,1,x,0.5,0.5,,,0.1\n")?.place.line == 2)
    #expect(read(header + "../a.onnx,1,5,0.5,0.5,,,0.1\n")?.place.line == 2)
    #expect(read(header + "a.onnx,1,5,nan,0.5,,,0.1\n")?.place.line == 2)
    #expect(error { _ = try CheckpointSeries(reading: folder.path + "/absent") }?.kind == .noInput)
  }

  @Test func aStateOfAnotherTrainingSaysWhatDiffers() throws {
    let folder = try TemporaryFolder()
    let target = TrainingFolder(folder.path)
    let first = try trainer()
    _ = try TrainingRun(first, in: target).run { _, state in state.step >= 6 ? .stop : .goOn }
    func difference(_ other: Trainer) -> String? { error { _ = try target.state(of: other) }?.place.key }
    #expect(try target.state(of: first)?.state.step == 6)
    #expect(try difference(trainer { $0.batchSize = 10 }) == "batchSize")
    #expect(try difference(trainer { $0.epochs = 9 }) == "epochs")
    #expect(try difference(trainer { $0.optimizer.weightDecay = 0.5 }) == "optimizer")
    #expect(try difference(trainer { $0.labelSmoothing = 0.5 }) == "recipe")
    #expect(try difference(trainer(seed: 9)) == "seed")
    #expect(try difference(trainer { $0.architecture = .named(.vgg, nil) }) == "architecture")
    #expect(try difference(Trainer(recipe(), data: StripeWorld.data(40), seed: 3)) == "training images")
  }

  /// No changed byte goes unnoticed, and none traps.
  @Test func aDamagedStateIsRefused() throws {
    let trainer = try trainer()
    let state = try trainer.run { _, state in state.step >= 6 ? .stop : .goOn }.state
    let bytes = try TrainingStateFile(identity: trainer.identity, state: state, seconds: 1).bytes()
    var random = SeededRandom(1)
    for round in 0..<300 {
      var changed = bytes
      if round % 3 == 0 {
        changed.removeLast(random.int(1...changed.count))
      } else {
        changed[random.int(0...changed.count - 1)] ^= UInt8(random.int(1...255))
      }
      let error = error { _ = try TrainingStateFile(bytes: changed, file: "s") }
      #expect(error?.kind == .data && error?.place.file == "s")
    }
  }

  @Test func aDivergedTrainingKeepsWhatWasGood() throws {
    let folder = try TemporaryFolder()
    let trainer = try trainer {
      // Two good epochs, then a rate that nothing survives.
      $0.learningRate = .init(rate: 0.05)
      $0.checkpoints = .init()
      $0.epochs = 6
    }
    let good = try TrainingRun(trainer, in: TrainingFolder(folder.path)).run { _, state in
      state.epoch >= 2 ? .stop : .goOn
    }
    var stored = good.result.state
    stored.parameters[0] = 1e30
    try TrainingFolder(folder.path).write(
      TrainingStateFile(identity: trainer.identity, state: stored, seconds: 1))
    let before = try folder.contents()
    let outcome = try TrainingRun(trainer, in: TrainingFolder(folder.path)).run()
    guard case .diverged(let divergence) = outcome.result.ending else {
      Issue.record("ended otherwise: \(outcome.result.ending)")
      return
    }
    #expect(divergence.step > 10)
    let after = try folder.contents()
    #expect(after["training.state"] == before["training.state"])
    #expect(after["checkpoints/epoch-002.onnx"] == before["checkpoints/epoch-002.onnx"])
    // The best epoch's model is there.
    let model = try ONNXReader().read(file: folder.path + "/model.onnx")
    #expect(model.nodes == outcome.result.network.nodes)
    #expect(outcome.result.networkEpoch == good.result.state.best?.epoch)
  }
}
