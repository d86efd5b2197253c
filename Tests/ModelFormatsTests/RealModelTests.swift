import ModelFormats
import Networks
import TestSupport
import Testing

/// The trained networks of the optional data: what the files contain is known from ONNX's own library.
@Suite(.enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
struct RealModelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var file: String
    var convolutions: Int
    /// Output channels of all convolutions.
    var filters: Int
    /// Elements of the weights, biases, scales and shifts; a bias that is an addition counts its scale of 1 as well.
    var parameters: Int
    var input: [Int]
    var output: [Int]
    var testDescription: String { file }
  }

  static let cases = [
    Case(
      file: "squeezenet1_1_imagenet", convolutions: 26, filters: 2944 + 1000, parameters: 1_235_496,
      input: [3, 224, 224], output: [1000, 1, 1]),
    Case(
      file: "mobilenet_v1_0.25_224_bn_imagenet", convolutions: 28, filters: 2736 + 1000, parameters: 470_072,
      input: [3, 224, 224], output: [1000]),
    Case(
      file: "resnet20_cifar10", convolutions: 19, filters: 688, parameters: 269_722, input: [3, 32, 32], output: [10]),
    Case(
      file: "resnet8_cifar10_mlperftiny", convolutions: 9, filters: 336, parameters: 78_186, input: [3, 32, 32],
      output: [10]),
    Case(
      file: "convnetjs_cifar10", convolutions: 3, filters: 56, parameters: 22_466, input: [3, 32, 32], output: [10]),
    Case(
      file: "vnncomp_resnet_2b_cifar10", convolutions: 6, filters: 88, parameters: 112_006, input: [3, 32, 32],
      output: [10]),
    Case(file: "mnist_cntk", convolutions: 2, filters: 24, parameters: 5_994 + 34, input: [1, 28, 28], output: [10]),
    Case(
      file: "fashion_cnn_epoch1", convolutions: 2, filters: 96, parameters: 421_642, input: [1, 28, 28], output: [10]),
    Case(
      file: "fashion_cnn_epoch3", convolutions: 2, filters: 96, parameters: 421_642, input: [1, 28, 28], output: [10]),
    Case(
      file: "fashion_cnn_epoch5", convolutions: 2, filters: 96, parameters: 421_642, input: [1, 28, 28], output: [10]),
    Case(
      file: "fashion_cnn_epoch7", convolutions: 2, filters: 96, parameters: 421_642, input: [1, 28, 28], output: [10]),
  ]

  @Test(arguments: cases)
  func `a trained network loads with its layers, filters and parameters`(_ model: Case) throws {
    let network = try ONNXReader().read(file: TestData.path("models/\(model.file).onnx"))
    let weights = network.nodes.compactMap { node -> Convolution? in
      guard case .convolution(let layer) = node.layer else { return nil }
      return layer
    }
    #expect(weights.count == model.convolutions)
    #expect(weights.reduce(0) { $0 + $1.outputChannels } == model.filters)
    #expect(network.parameterCount == model.parameters)
    #expect(network.inputShape.extents == model.input)
    #expect(network.outputShape.extents == model.output)
    #expect(network.name == model.file)
  }
}
