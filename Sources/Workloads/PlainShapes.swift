import Networks

/// Networks without additions: small CNN, VGG-11, SqueezeNet.
extension NetworkSketch {
  mutating func addSmallCNN() throws {
    var node = try convolution("conv1", from: 0, outputs: 16, kernel: Extent(3), padding: Insets(1))
    node = try convolution("conv2", from: node, outputs: 32, kernel: Extent(3), padding: Insets(1))
    node = try maximum("pool2", from: node, kernel: 2, stride: 2)
    node = try convolution("conv3", from: node, outputs: 64, kernel: Extent(3), padding: Insets(1))
    node = try maximum("pool3", from: node, kernel: 2, stride: 2)
    node = try convolution("conv4", from: node, outputs: 64, kernel: Extent(3), padding: Insets(1))
    node = try globalMean("mean", from: node)
    _ = try linear("classifier", from: node, outputs: 10)
  }

  mutating func addVGG11() throws {
    var node = 0, number = 0
    for stage in [[64], [128], [256, 256], [512, 512], [512, 512]] {
      for outputs in stage {
        number += 1
        node = try convolution("conv\(number)", from: node, outputs: outputs, kernel: Extent(3), padding: Insets(1))
      }
      node = try maximum("pool\(number)", from: node, kernel: 2, stride: 2)
    }
    node = try add("flat", .reshape(.init(shapes[node].count)), node)
    node = try linear("linear1", from: node, outputs: 4096, isRectified: true)
    node = try linear("linear2", from: node, outputs: 4096, isRectified: true)
    _ = try linear("classifier", from: node, outputs: 1000)
  }

  mutating func addSqueezeNet() throws {
    var node = try convolution("conv1", from: 0, outputs: 64, kernel: Extent(3), stride: 2)
    node = try maximum("pool1", from: node, kernel: 3, stride: 2, roundsUp: true)
    let fires = [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)]
    for (index, (squeezed, expanded)) in fires.enumerated() {
      let name = "fire\(index + 2)"
      node = try convolution(name + ".squeeze", from: node, outputs: squeezed, kernel: Extent(1))
      let small = try convolution(name + ".expand1x1", from: node, outputs: expanded, kernel: Extent(1))
      let large = try convolution(
        name + ".expand3x3", from: node, outputs: expanded, kernel: Extent(3), padding: Insets(1))
      node = try add(name + ".concat", .concatenate, small, large)
      if index == 1 || index == 3 {
        node = try maximum("pool\(index + 2)", from: node, kernel: 3, stride: 2, roundsUp: true)
      }
    }
    node = try convolution("conv10", from: node, outputs: 1000, kernel: Extent(1))
    _ = try globalMean("mean", from: node)
  }
}
