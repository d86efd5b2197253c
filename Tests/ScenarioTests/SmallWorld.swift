import Foundation
import ModelFormats
import Networks
import Tensors
import TestSupport

/// A folder with a small model and small images as files, for tests that run the built tool.
final class SmallWorld {
  let folder: String
  static let classes = 4
  static let imageCount = 64

  var model: String { folder + "/model.onnx" }
  var images: String { folder + "/images.idx" }
  var labels: String { folder + "/labels.idx" }
  func path(_ name: String) -> String { folder + "/" + name }

  /// The options that every run on these files needs.
  var input: [String] { ["--images", images, "--labels", labels, "--preprocess", "mnist"] }

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/neuron-shapley-scenario-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try ONNXWriter().write(Self.network(), to: model)
    try Self.writeImages(to: images, labels: labels)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A model of the same layers with other weights, as a file of a folder.
  static func otherModel(in folder: String) throws -> String {
    let file = folder + "/other.onnx"
    try ONNXWriter().write(network(seed: 12), to: file)
    return file
  }

  /// Two convolutions with ReLU, averaged over space, and a linear classifier: 20 players.
  private static func network(seed: UInt64 = 11) throws -> Network {
    var random = SeededRandom(seed)
    func tensor(_ extents: Int...) throws -> Tensor {
      let shape = Shape(extents)
      return try Tensor(shape: shape, values: random.floats(shape.count))
    }
    let nodes = [
      Node("image", .input(Shape(1, 12, 12)), inputs: []),
      Node("conv1", .convolution(Convolution(weight: try tensor(8, 1, 3, 3), padding: Insets(1))), inputs: [0]),
      Node("relu1", .activation(.relu), inputs: [1]),
      Node("conv2", .convolution(Convolution(weight: try tensor(12, 8, 3, 3), stride: Extent(2))), inputs: [2]),
      Node("relu2", .activation(.relu), inputs: [3]),
      Node("mean", .globalPool(.average(countsPadding: false)), inputs: [4]),
      Node("flat", .reshape(Shape(12)), inputs: [5]),
      Node("classes", .linear(Linear(weight: try tensor(classes, 12))), inputs: [6]),
    ]
    return try Network(name: "small", nodes: nodes)
  }

  /// Images of 12 × 12 pixels: each class has noise of its own brightness and direction.
  private static func writeImages(to images: String, labels: String) throws {
    var random = SeededRandom(5)
    var pixels: [UInt8] = [0, 0, 8, 3] + [imageCount, 12, 12].flatMap(bigEndian)
    var truth: [UInt8] = [0, 0, 8, 1] + bigEndian(imageCount)
    for image in 0..<imageCount {
      let label = image % classes
      truth.append(UInt8(label))
      for row in 0..<12 {
        for column in 0..<12 {
          let stripe = label % 2 == 0 ? row % 4 < 2 : column % 4 < 2
          pixels.append(UInt8(random.int(0...60) + (stripe ? 60 + 60 * (label / 2) : 0)))
        }
      }
    }
    try Data(pixels).write(to: URL(fileURLWithPath: images))
    try Data(truth).write(to: URL(fileURLWithPath: labels))
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
