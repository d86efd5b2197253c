import Images
import Networks
import Tensors

/// Networks whose answers are known from outside or in closed form.
enum KnownNetworks {
  /// FACTS 1: X → ReLU(W1 x) → w2, and −(output − y)² as the only logit; y travels in the image as a third channel.
  static func fourHiddenUnits() throws -> (network: Network, images: LabeledImages) {
    let hidden = try Tensor(shape: Shape(4, 2), values: [-0.5, 0.5, 1, -1, 1, 1, 1, 1])
    let output = try Tensor(shape: Shape(1, 4), values: [1, 0.5, 0.5, 0])
    func rows(_ start: Int, _ count: Int) -> Slice {
      Slice(axes: [
        .init(start: start, step: 1, count: count), .init(start: 0, step: 1, count: 1),
        .init(start: 0, step: 1, count: 1),
      ])
    }
    let network = try Network(
      name: "four hidden units",
      nodes: [
        Node("image", .input(Shape(3, 1, 1)), inputs: []),
        Node("x map", .slice(rows(0, 2)), inputs: [0]),
        Node("x", .reshape(Shape(2)), inputs: [1]),
        Node("hidden", .linear(.init(weight: hidden)), inputs: [2]),
        Node("relu", .activation(.relu), inputs: [3]),
        Node("prediction", .linear(.init(weight: output)), inputs: [4]),
        Node("y map", .slice(rows(2, 1)), inputs: [0]),
        Node("y", .reshape(Shape(1)), inputs: [6]),
        Node("error", .combine(.subtract), inputs: [5, 7]),
        Node("square", .combine(.multiply), inputs: [8, 8]),
        Node("negative", .affine(.init(scale: [-1], shift: [0])), inputs: [9]),
      ])
    let inputs: [[Float]] = [[0, 1, 1], [1, 0, 1], [1, 2, 2], [2, 1, 2]]
    let images = try LabeledImages(
      tensors: inputs.map { try Tensor(shape: Shape(3, 1, 1), values: $0) }, labels: [0, 0, 0, 0])
    return (network, images)
  }

  /// FACTS 9 and 10: Captum's test network of one convolution with two filters, and its input 1…16.
  static func oneConvolution() throws -> (network: Network, image: [Float]) {
    let network = try Network(
      name: "one convolution",
      nodes: [
        Node("image", .input(Shape(1, 4, 4)), inputs: []),
        Node(
          "conv", .convolution(.init(weight: Tensor(repeating: 1, shape: Shape(2, 1, 3, 3)), bias: [-50, -75])),
          inputs: [0]),
        Node("relu1", .activation(.relu), inputs: [1]),
        Node("flat", .reshape(Shape(8)), inputs: [2]),
        Node(
          "linear", .linear(.init(weight: try Tensor(shape: Shape(1, 8), values: [1, 1, 1, 1, 1, -1, -1, -1]))),
          inputs: [3]),
        Node("relu2", .activation(.relu), inputs: [4]),
      ])
    return (network, (1...16).map(Float.init))
  }

  /// Five filters, a global mean, and a classifier without a bias: logits are linear in the filters' mean outputs, so
  /// that the game of the logit is additive. Filter 3 does not reach the logits: it is a dummy. Filters 0 and 4 are the
  /// same: they are symmetric.
  static func additive() throws -> Network {
    let taps: [[Float]] = [[1, 0, 0.5, -1], [0, 1, 1, 0], [-1, 0.5, 0, 2], [1, 1, 1, 1], [1, 0, 0.5, -1]]
    let weights: [[Float]] = [[1, -2, 0.5, 0, 1], [0.25, 1, -1, 0, 0.25], [-1, 0.5, 2, 0, -1]]
    return try Network(
      name: "additive",
      nodes: [
        Node("image", .input(Shape(1, 4, 4)), inputs: []),
        Node(
          "conv", .convolution(.init(weight: try Tensor(shape: Shape(5, 1, 2, 2), values: taps.flatMap { $0 }))),
          inputs: [0]
        ),
        Node("relu", .activation(.relu), inputs: [1]),
        Node("mean", .globalPool(.average(countsPadding: false)), inputs: [2]),
        Node("flat", .reshape(Shape(5)), inputs: [3]),
        Node(
          "classes", .linear(.init(weight: try Tensor(shape: Shape(3, 5), values: weights.flatMap { $0 }))), inputs: [4]
        ),
      ])
  }
}
