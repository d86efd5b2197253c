import Foundation
import InputErrors
import Networks
import Tensors
import TestSupport
import Testing
import Training

private func recipe(_ text: String) throws -> TrainingRecipe {
  try TrainingRecipe(json: Array(text.utf8), file: "recipe.json")
}

private func failure(_ text: String) -> InputError? {
  do {
    _ = try recipe(text)
    return nil
  } catch { return error as? InputError }
}

@Suite struct RecipeTests {
  @Test func aNameIsEnough() throws {
    let short = try recipe(#"{"architecture": "lenet"}"#)
    #expect(short == TrainingRecipe(architecture: .named(.lenet, nil)))
    #expect(short.batchSize == 32 && short.epochs == 10 && short.validation == 0.1)
  }

  @Test func everySettingIsRead() throws {
    let full = try recipe(
      """
      {"architecture": "resnet", "initialization": "xavier",
       "optimizer": {"kind": "sgd", "momentum": 0.8, "nesterov": true, "weightDecay": 0.0005, "decayAll": true},
       "learningRate": {"schedule": "step", "rate": 0.1, "epochs": [5, 8], "factor": 0.2, "warmUpEpochs": 0.5},
       "batchSize": 64, "epochs": 12, "labelSmoothing": 0.1, "gradientNorm": 5,
       "augmentation": {"flip": true, "cropPadding": 2, "brightness": 0.2, "contrast": 0.3, "saturation": 0.4},
       "earlyStopping": {"on": "accuracy", "patience": 3}, "validation": 0.25,
       "checkpoints": {"epochs": [0, 1, 3], "steps": [10, 20]}, "model": "bestLoss"}
      """)
    #expect(full.architecture == .named(.resnet, .xavier))
    #expect(
      full.optimizer
        == OptimizerRecipe(.sgd(momentum: 0.8, nesterov: true), weightDecay: 0.0005, decaysAll: true))
    #expect(
      full.learningRate
        == LearningRateSchedule(.step(epochs: [5, 8], factor: 0.2), rate: 0.1, warmUpEpochs: 0.5))
    #expect(full.batchSize == 64 && full.epochs == 12 && full.labelSmoothing == 0.1 && full.gradientNorm == 5)
    #expect(
      full.augmentation
        == AugmentationRecipe(flip: true, cropPadding: 2, brightness: 0.2, contrast: 0.3, saturation: 0.4))
    #expect(full.earlyStopping == .init(.accuracy, patience: 3))
    #expect(full.validation == 0.25 && full.selection == .bestLoss)
    #expect(full.checkpoints == .init(every: 0, epochs: [0, 1, 3], steps: [10, 20]))
  }

  @Test func ownLayersAreRead() throws {
    let own = try recipe(
      """
      {"architecture": {"name": "tiny", "input": [3, 32, 32], "classes": 5, "layers": [
        {"layer": "convolution", "channels": 8, "kernel": [5, 3], "stride": 2, "padding": 1, "groups": 1,
         "batchNorm": true, "activation": "leakyRelu", "repeat": 2},
        {"layer": "pool", "kind": "average", "kernel": 3, "stride": 2, "padding": 1},
        {"layer": "fire", "squeeze": 4, "expand": 8}, {"layer": "inception", "1x1": 4, "3x3": [4, 6], "pool": 2},
        {"layer": "residual", "channels": 16, "stride": 2, "form": "bottleneck"},
        {"layer": "globalPool"}, {"layer": "linear", "features": "classes"}]}}
      """)
    guard case .own(let architecture) = own.architecture else { throw InputError(.data, "no layers") }
    #expect(architecture.layers.count == 7)
    let network = try architecture.network(input: Shape(3, 32, 32), classes: 5, seed: 1)
    #expect(network.outputShape == Shape(5))
    // Bottleneck of 16 channels has an inner width of 4.
    let inner = try #require(network.index(ofNode: "block1/conv1"))
    #expect(network.shapes[inner].channels == 4)
  }

  @Test func whatIsWrittenReadsBack() throws {
    let texts = [
      #"{"architecture": "vgg", "optimizer": "adamW", "learningRate": 0.001}"#,
      #"{"architecture": {"layers": [{"layer": "convolution", "channels": "classes"}, {"layer": "globalPool", "kind": "max"}]}, "optimizer": {"kind": "adam", "beta1": 0.5}, "learningRate": {"schedule": "cosine", "rate": 1}}"#,
      #"{"architecture": {"layers": [{"layer": "inception", "1x1": 2, "5x5": [1, 2], "repeat": 2}, {"layer": "residual", "channels": 8, "repeat": 3}, {"layer": "fire", "squeeze": 2, "expand": 3, "batchNorm": true}, {"layer": "linear", "features": 9, "activation": "tanh", "bias": false}]}, "checkpoints": {"every": 2}, "earlyStopping": {"patience": 2}}"#,
    ]
    for text in texts {
      let first = try recipe(text)
      let again = try TrainingRecipe(json: [UInt8](try JSONEncoder().encode(first)), file: "again")
      #expect(again == first)
    }
  }

  /// One message names file and key, says what was expected, and guesses what was meant.
  @Test(arguments: [
    (#"{"architecture": "lennet"}"#, "architecture", "did you mean 'lenet'?"),
    (#"{"architecture": "lenet", "epoch": 3}"#, "epoch", "did you mean 'epochs'?"),
    (#"{"architecture": "lenet", "optimizer": "adamw2"}"#, "optimizer", "did you mean 'adamW'?"),
    (
      #"{"architecture": "lenet", "optimizer": {"kind": "adam", "momentum": 0.9}}"#, "optimizer.momentum", nil
    ),
    (#"{"architecture": "lenet", "optimizer": {"nestrov": true}}"#, "optimizer.nestrov", "did you mean 'nesterov'?"),
    (#"{"architecture": "lenet", "learningRate": {"rate": -1}}"#, "learningRate.rate", nil),
    (#"{"architecture": "lenet", "learningRate": 0}"#, "learningRate", nil),
    (
      #"{"architecture": "lenet", "learningRate": {"schedule": "cosin", "rate": 1}}"#, "learningRate.schedule",
      "did you mean 'cosine'?"
    ),
    (#"{"architecture": "lenet", "augmentation": {"flip": 1}}"#, "augmentation.flip", nil),
    (#"{"architecture": "lenet", "earlyStopping": {"on": "loss"}}"#, "earlyStopping.patience", nil),
    (#"{"architecture": "lenet", "checkpoints": {"epochs": [3, 1]}}"#, "checkpoints.epochs", nil),
    (#"{"architecture": "lenet", "batchSize": 1e30}"#, "batchSize", nil),
    (#"{"architecture": "lenet", "epochs": 1.5}"#, "epochs", nil),
    (#"{"architecture": "lenet", "validation": 1}"#, "validation", nil),
    (#"{"architecture": "lenet", "model": "best"}"#, "model", nil),
    (#"{"epochs": 3}"#, "architecture", nil),
    (#"{"architecture": {}}"#, "architecture.layers", nil),
    (#"{"architecture": {"layers": []}}"#, "architecture.layers", nil),
    (#"{"architecture": {"layers": [{"layer": "pool"}, {"layer": "conv"}]}}"#, "architecture.layers[1].layer", nil),
    (#"{"architecture": {"layers": [{"channels": 3}]}}"#, "architecture.layers[0].layer", nil),
    (
      #"{"architecture": {"layers": [{"layer": "convolution", "channels": 3, "kernal": 5}]}}"#,
      "architecture.layers[0].kernal", "did you mean 'kernel'?"
    ),
    (
      #"{"architecture": {"layers": [{"layer": "convolution", "channels": "clases"}]}}"#,
      "architecture.layers[0].channels", nil
    ),
    (
      #"{"architecture": {"layers": [{"layer": "linear", "features": 99999999}]}}"#, "architecture.layers[0].features",
      nil
    ),
    (
      #"{"architecture": {"layers": [{"layer": "inception", "1x1": 3, "3x3": [4]}]}}"#, "architecture.layers[0].3x3",
      nil
    ),
    (#"[1]"#, nil, nil),
    (#"{"architecture": "#, nil, nil),
    ("", nil, nil),
  ])
  func aMistakeIsNamed(_ text: String, _ key: String?, _ hint: String?) throws {
    let error = try #require(failure(text), "\(text)")
    #expect(error.kind == .data)
    #expect(error.place.file == "recipe.json")
    #expect(error.place.key == key, "\(error)")
    if let hint { #expect(error.hint == hint, "\(error)") }
  }

  /// Any bytes give a recipe or an input error.
  @Test func damagedRecipesNeverTrap() throws {
    let whole = Array(
      """
      {"architecture": {"layers": [{"layer": "convolution", "channels": 8, "kernel": 3, "repeat": 2}, {"layer": "pool"},
      {"layer": "residual", "channels": 16}, {"layer": "linear", "features": "classes"}]}, "optimizer": {"kind": "adam",
      "beta1": 0.9}, "learningRate": {"schedule": "cosine", "rate": 0.1}, "epochs": 4, "batchSize": 16}
      """.utf8)
    var random = SeededRandom(3)
    var built = 0
    for round in 0..<3000 {
      var bytes = whole
      for _ in 0...(round % 4) {
        switch random.int(0...3) {
        case 0: bytes[random.int(0...bytes.count - 1)] = UInt8(random.int(0...255))
        case 1: bytes.remove(at: random.int(0...bytes.count - 1))
        case 2: bytes.insert(random.pick(Array("0123456789-e.\"{}[],:".utf8)), at: random.int(0...bytes.count - 1))
        default: bytes.removeLast(random.int(0...8))
        }
      }
      do {
        let recipe = try TrainingRecipe(json: bytes, file: "f")
        _ = try recipe.architecture.recipe(for: Shape(1, 8, 8)).network(input: Shape(1, 8, 8), classes: 3, seed: 1)
        built += 1
      } catch { #expect(error is InputError, "\(error)") }
    }
    #expect(built > 30)
  }

  @Test func deepNestingIsAnError() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(failure(deep) != nil)
    #expect(failure(#"{"architecture": {"layers": "# + deep) != nil)
  }
}
