import Networks
import Tensors
import TestSupport

/// Small networks whose layers the tests look at.
enum RegionNetworks {
  static func tensor(_ random: inout SeededRandom, _ extents: Int...) throws -> Tensor {
    let shape = Shape(extents)
    return try Tensor(shape: shape, values: random.floats(shape.count))
  }

  /// Convolutions of several kinds with normalization, joined by an addition and a concatenation, then pooling,
  /// flattening and two linear layers.
  static func whole(seed: UInt64) throws -> Network {
    var random = SeededRandom(seed)
    let normalization = BatchNormalization(
      scale: random.floats(6), shift: random.floats(6), mean: random.floats(6),
      variance: random.floats(6).map { abs($0) + 0.1 })
    let nodes = [
      Node("image", .input(Shape(2, 9, 8)), inputs: []),
      Node(
        "conv1",
        .convolution(
          Convolution(weight: try tensor(&random, 6, 2, 3, 3), bias: random.floats(6), padding: Insets(1))), inputs: [0]
      ),
      Node("norm1", .batchNormalization(normalization), inputs: [1]),
      Node("relu1", .activation(.relu), inputs: [2]),
      Node(
        "conv2",
        .convolution(
          Convolution(
            weight: try tensor(&random, 6, 3, 3, 2), stride: Extent(height: 2, width: 1), padding: Insets(1),
            dilation: Extent(height: 1, width: 2), groups: 2)), inputs: [3]),
      Node("relu2", .activation(.relu), inputs: [4]),
      Node(
        "conv3", .convolution(Convolution(weight: try tensor(&random, 6, 6, 1, 1), bias: random.floats(6))), inputs: [5]
      ),
      Node("sum", .combine(.add), inputs: [5, 6]),
      Node("relu3", .activation(.relu), inputs: [7]),
      Node("both", .concatenate, inputs: [8, 5]),
      Node(
        "pool", .pool(Pooling(.maximum, kernel: Extent(2), stride: Extent(2))), inputs: [9]),
    ]
    var all = nodes
    let shape = try Network(name: "part", nodes: nodes).outputShape
    all.append(Node("flat", .reshape(Shape(shape.count)), inputs: [10]))
    all.append(
      Node(
        "fc1", .linear(Linear(weight: try tensor(&random, 7, shape.count), bias: random.floats(7))), inputs: [11]))
    all.append(Node("relu4", .activation(.relu), inputs: [12]))
    all.append(Node("fc2", .linear(Linear(weight: try tensor(&random, 4, 7))), inputs: [13]))
    return try Network(name: "whole", nodes: all)
  }
}
