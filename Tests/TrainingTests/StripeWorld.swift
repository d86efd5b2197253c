import Foundation
import Images
import Tensors
import TestSupport
import Training

/// Small grey images of three kinds: rows, columns and dots under noise.
enum StripeWorld {
  static let classCount = 3

  static func images(_ count: Int, side: Int = 8, seed: UInt64 = 1) throws -> LabeledImages {
    var random = SeededRandom(seed)
    var images: [Image] = []
    for index in 0..<count {
      let label = index % classCount, phase = random.int(0...1)
      var pixels: [UInt8] = []
      for row in 0..<side {
        for column in 0..<side {
          let isOn =
            switch label {
            case 0: (row + phase) % 2 == 0
            case 1: (column + phase) % 2 == 0
            default: (row + column + phase) % 2 == 0
            }
          pixels.append(UInt8((isOn ? 120 : 40) + random.int(0...80)))
        }
      }
      images.append(Image(width: side, height: side, colour: .grey, pixels: pixels))
    }
    return try LabeledImages(
      images: images, labels: (0..<count).map { $0 % classCount }, classNames: ["rows", "columns", "dots"],
      preprocessing: Preprocessing(channels: .grey, scale: 1 / 255.0, mean: [0.4], standardDeviation: [0.25]))
  }

  static func data(_ count: Int = 61, validation: Int = 21) throws -> TrainingData {
    try TrainingData(training: images(count), validation: images(validation, seed: 2))
  }

  /// A convolution with batch normalization, pooling and a linear layer.
  static func recipe(_ change: (inout TrainingRecipe) -> Void = { _ in }) -> TrainingRecipe {
    var recipe = TrainingRecipe(
      architecture: .own(
        ArchitectureRecipe(
          name: "stripes",
          layers: [
            .convolution(.init(channels: .fixed(6), batchNorm: true)), .pool(.init()),
            .linear(.init(features: .classes)),
          ])))
    recipe.batchSize = 12
    recipe.epochs = 4
    recipe.learningRate = .init(.cosine(final: 0), rate: 0.1, warmUpEpochs: 0.5)
    recipe.augmentation = .init(flip: true, cropPadding: 1, brightness: 0.1, contrast: 0.1)
    change(&recipe)
    return recipe
  }
}

/// A folder that goes with the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/neuron-shapley-training-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Relative paths of all files, sorted, with their contents.
  func contents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
      if !isFolder.boolValue { contents[name] = try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)) }
    }
    return contents
  }
}
