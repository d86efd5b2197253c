import Foundation
import Images
import Inference
import ModelFormats
import Networks
import NeuronShapley
import TestSupport
import Testing

/// What ONNX Runtime makes of named images, and the accuracies on whole image sets, for each real model.
@Suite("Real models match ONNX Runtime", .enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
struct ReferenceOutputTests {
  struct Model: Sendable, CustomTestStringConvertible {
    let name: String
    let preprocessing: String
    /// Image set and the published top-1 and top-5 in percent.
    let accuracies: [(images: String, top1: Double, top5: Double)]

    var testDescription: String { name }
  }

  static let models = [
    Model(
      name: "squeezenet1_1_imagenet",
      preprocessing: #"{"crop": 224, "channels": "BGR", "scale": 1, "mean": [104, 117, 123], "std": [1, 1, 1]}"#,
      accuracies: [
        ("imagenet_nips17", 48.8, 74.0), ("imagenet_sample", 59.5, 82.1), ("concepts/random_imagenet_val", 50.0, 76.7),
        ("concepts/zebra", 93.3, 98.9),
      ]),
    Model(
      name: "mobilenet_v1_0.25_224_bn_imagenet",
      preprocessing:
        #"{"crop": 224, "channels": "RGB", "scale": 1, "mean": [127.5, 127.5, 127.5], "std": [127.5, 127.5, 127.5]}"#,
      accuracies: [
        ("imagenet_nips17", 47.9, 76.4), ("imagenet_sample", 58.8, 80.2), ("concepts/random_imagenet_val", 48.3, 71.7),
        ("concepts/zebra", 87.8, 94.4),
      ]),
    Model(
      name: "resnet20_cifar10",
      preprocessing: #"{"preset": "cifar10-imagenet"}"#,
      accuracies: [("cifar10/test_open.bin", 91.5, 99.7), ("cifar10/train_batch0.bin", 99.9, 100)]),
    Model(
      name: "resnet8_cifar10_mlperftiny", preprocessing: #"{"preset": "none"}"#,
      accuracies: [("cifar10/test_open.bin", 87.3, 99.5), ("cifar10/train_batch0.bin", 92.9, 99.9)]),
    Model(
      name: "convnetjs_cifar10",
      preprocessing: #"{"channels": "RGB", "scale": 0.00392156862745098, "mean": [0.5, 0.5, 0.5], "std": [1, 1, 1]}"#,
      accuracies: [("cifar10/test_open.bin", 75.7, 98.8), ("cifar10/train_batch0.bin", 78.3, 98.7)]),
    Model(
      name: "vnncomp_resnet_2b_cifar10", preprocessing: #"{"preset": "cifar10"}"#,
      accuracies: [("cifar10/test_open.bin", 70.0, 98.5), ("cifar10/train_batch0.bin", 72.7, 98.1)]),
    Model(
      name: "mnist_cntk", preprocessing: #"{"preset": "none"}"#,
      accuracies: [("mnist/t10k_open-images-idx3-ubyte.gz", 98.9, 100)]),
    Model(
      name: "fashion_cnn_epoch1", preprocessing: #"{"preset": "mnist"}"#,
      accuracies: [("fashion_mnist/t10k_open-images-idx3-ubyte.gz", 87.2, 99.7)]),
    Model(
      name: "fashion_cnn_epoch3", preprocessing: #"{"preset": "mnist"}"#,
      accuracies: [("fashion_mnist/t10k_open-images-idx3-ubyte.gz", 89.1, 99.8)]),
    Model(
      name: "fashion_cnn_epoch5", preprocessing: #"{"preset": "mnist"}"#,
      accuracies: [("fashion_mnist/t10k_open-images-idx3-ubyte.gz", 90.9, 99.9)]),
    Model(
      name: "fashion_cnn_epoch7", preprocessing: #"{"preset": "mnist"}"#,
      accuracies: [("fashion_mnist/t10k_open-images-idx3-ubyte.gz", 90.8, 99.9)]),
  ]

  private struct Reference: Decodable {
    struct Sample: Decodable {
      let file: String
      let index: Int?
      let label: Int
      let output: [Double]
    }
    let samples: [Sample]
  }

  private func images(_ path: String, _ model: Model) async throws -> LabeledImages {
    let full = TestData.path(path)
    let preprocessing = try Preprocessing(json: Array(model.preprocessing.utf8), file: "test")
    let list =
      [
        "imagenet_nips17": "imagenet_nips17/labels_imagenet_nips17.csv",
        "imagenet_sample": "imagenet_sample/labels_imagenet_sample.csv",
        "concepts/random_imagenet_val": "concepts/labels_imagenet_val_random.csv",
        "concepts/zebra": "concepts/labels_zebra.csv",
      ][path].map { TestData.path($0) } ?? full
    var options = ImageLoadingOptions()
    options.workers = 2
    return try await ImageLoading.load(.init(path: list), preprocessing: preprocessing, options: options).images
  }

  @Test("Outputs for named images differ by at most 1e-4 of the largest", arguments: models)
  func outputs(_ model: Model) async throws {
    let network = try ONNXReader().read(file: TestData.path("models/\(model.name).onnx"))
    let data = try Data(contentsOf: URL(fileURLWithPath: TestData.path("reference/\(model.name).json")))
    let reference = try JSONDecoder().decode(Reference.self, from: data)
    #expect(!reference.samples.isEmpty)
    for set in InstructionSet.allCases where set.isSupported {
      let pass = ForwardPass(try ExecutionPlan(network, instructionSet: set))
      for sample in reference.samples {
        let pixels = try await image(sample, model)
        pass.load(count: 1) { _, buffer in _ = buffer.update(from: pixels) }
        pass.run()
        var output = [Float](repeating: 0, count: network.outputShape.count)
        output.withUnsafeMutableBufferPointer { pass.copyActivations(ofNode: network.output, lane: 0, into: $0) }
        let scale = sample.output.map(abs).max() ?? 1
        let difference = zip(output, sample.output).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(output.count == sample.output.count)
        #expect(difference <= 1e-4 * scale, "\(set), \(sample.file) \(sample.index ?? 0)")
      }
    }
  }

  private func image(_ sample: Reference.Sample, _ model: Model) async throws -> [Float] {
    let known = model.accuracies.map(\.images)
    guard let index = sample.index else {
      let set = try await images(String(sample.file.split(separator: "/").dropLast(2).joined(separator: "/")), model)
      let place = try #require(set.names.firstIndex { sample.file.hasSuffix($0) || $0.hasSuffix(sample.file) })
      #expect(set.labels[place] == sample.label)
      return set.pixels(of: place)
    }
    let path = try #require(known.first { $0.hasPrefix(sample.file) })
    let set = try await images(path, model)
    #expect(set.labels[index] == sample.label)
    return set.pixels(of: index)
  }

  @Test("Accuracies on whole image sets are the published ones", arguments: models)
  func accuracies(_ model: Model) async throws {
    let plan = try ExecutionPlan(ONNXReader().read(file: TestData.path("models/\(model.name).onnx")))
    for (path, top1, top5) in model.accuracies {
      let report = try await ClassificationReport.measured(plan, on: images(path, model), workers: 2)
      #expect(abs(report.accuracy.mean * 100 - top1) <= 0.0501, "\(path): \(report.accuracy.mean)")
      #expect(abs(report.top5.mean * 100 - top5) <= 0.0501, "\(path): \(report.top5.mean)")
    }
  }
}
