import Foundation
import Images
import InputErrors
import ModelFormats
import Networks
import ScenarioRunner
import TextureWorld
import Testing
import Training

@Suite struct CachedTrainingTests {
  private let recipe = """
    {"architecture": {"layers": [{"layer": "convolution", "channels": 4}, {"layer": "globalPool"},
      {"layer": "linear", "features": "classes"}]}, "epochs": 3, "checkpoints": {"epochs": [0, 3]}}
    """
  private struct Stop: Error {}

  private func training(_ folder: TemporaryFolder, seed: UInt64 = 0) async throws -> CachedTraining {
    let sample = WorldSample(configuration: WorldPreset.embedded.configuration, seed: 5, count: 80)
    let data = try TrainingData(splitting: await sample.labeledImages(), validationShare: 0.1, seed: seed)
    let recipe = try TrainingRecipe(json: Array(recipe.utf8), file: "recipe.json")
    return CachedTraining(try Trainer(recipe, data: data, seed: seed), in: ContentCache(folder.path))
  }

  private func network(_ result: CachedTraining.Result) throws -> String {
    try ONNXReader().read(file: result.folder.file(.model)).digest
  }

  @Test func aNetworkIsTrainedOnce() async throws {
    let folder = try TemporaryFolder()
    let training = try await training(folder)
    var steps = 0
    let first = try await training.result(check: {}) { event, _ in if case .step = event { steps += 1 } }
    #expect(first.origin == .made)
    #expect(steps == training.trainer.stepCount)
    let second = try await training.result(check: {}) { _, _ in steps += 1000 }
    #expect(second.origin == .kept)
    #expect(steps < 1000)
    for file in [TrainingFolder.File.model, .classes, .preprocessing, .checkpoints] {
      #expect(FileManager.default.fileExists(atPath: first.folder.file(file)), "\(file.rawValue)")
    }
    // Another seed is another network.
    let other = try await self.training(folder, seed: 1).result(check: {}) { _, _ in }
    #expect(other.folder.path != first.folder.path)
  }

  @Test func anInterruptedTrainingGoesOnToTheSameBits() async throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    let training = try await training(folder)
    let whole = try await self.training(other).result(check: {}) { _, _ in }
    var steps = 0
    await #expect(throws: Stop.self) {
      _ = try await training.result(check: { if steps >= 4 { throw Stop() } }) { event, _ in
        if case .step = event { steps += 1 }
      }
    }
    var later = 0
    let rest = try await training.result(check: {}) { event, _ in if case .step = event { later += 1 } }
    #expect(rest.origin == .made)
    #expect(steps + later == training.trainer.stepCount)
    let (one, two) = (try network(rest), try network(whole))
    #expect(one == two)
  }

  @Test func aDamagedStateIsNotGoneOnWith() async throws {
    let folder = try TemporaryFolder()
    let training = try await training(folder)
    var steps = 0
    await #expect(throws: Stop.self) {
      _ = try await training.result(check: { if steps >= 4 { throw Stop() } }) { event, _ in
        if case .step = event { steps += 1 }
      }
    }
    let entry = folder.path + "/networks/\(try training.digest().prefix(16))"
    let file = URL(fileURLWithPath: TrainingFolder(entry).file(.state))
    var state = try Data(contentsOf: file)
    state[state.count / 2] ^= 1
    try state.write(to: file)
    var later = 0
    let result = try await training.result(check: {}) { event, _ in if case .step = event { later += 1 } }
    #expect(later == training.trainer.stepCount)
    #expect(result.origin == .made)
  }
}
