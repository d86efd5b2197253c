import Networks

/// ResNets for images of ImageNet's size.
extension NetworkSketch {
  enum ResidualBlock {
    /// Two 3×3 convolutions.
    case basic
    /// 1×1 down, 3×3, 1×1 up to four times the width.
    case bottleneck
  }

  mutating func addResNet(_ block: ResidualBlock, blocks: [Int]) throws {
    var node = try convolution(
      "conv1", from: 0, outputs: 64, kernel: Extent(7), stride: 2, padding: Insets(3), normalized: 0.8...1.2)
    node = try maximum("pool1", from: node, kernel: 3, stride: 2, padding: 1)
    for (stage, count) in blocks.enumerated() {
      for index in 0..<count {
        node = try add(
          block, "layer\(stage + 1).\(index)", from: node, width: 64 << stage,
          stride: stage > 0 && index == 0 ? 2 : 1)
      }
    }
    node = try globalMean("mean", from: node)
    _ = try linear("classifier", from: node, outputs: 1000)
  }

  private mutating func add(
    _ block: ResidualBlock, _ name: String, from: Int, width: Int, stride: Int
  ) throws -> Int {
    // The last scales of a block are small, as in training that begins with the identity: else every block would double
    // the variance of what it is added to.
    let usual: ClosedRange<Float> = 0.8...1.2, last: ClosedRange<Float> = 0.2...0.5
    var node = from
    let outputs: Int
    switch block {
    case .basic:
      outputs = width
      node = try convolution(
        name + ".conv1", from: node, outputs: width, kernel: Extent(3), stride: stride, padding: Insets(1),
        normalized: usual)
      node = try convolution(
        name + ".conv2", from: node, outputs: outputs, kernel: Extent(3), padding: Insets(1), normalized: last,
        isRectified: false)
    case .bottleneck:
      outputs = 4 * width
      node = try convolution(name + ".conv1", from: node, outputs: width, kernel: Extent(1), normalized: usual)
      node = try convolution(
        name + ".conv2", from: node, outputs: width, kernel: Extent(3), stride: stride, padding: Insets(1),
        normalized: usual)
      node = try convolution(
        name + ".conv3", from: node, outputs: outputs, kernel: Extent(1), normalized: last, isRectified: false)
    }
    var shortcut = from
    if stride > 1 || shapes[from].channels != outputs {
      shortcut = try convolution(
        name + ".shortcut", from: from, outputs: outputs, kernel: Extent(1), stride: stride, normalized: 0.6...0.9,
        isRectified: false)
    }
    let sum = try add(name + ".add", .combine(.add), node, shortcut)
    return try add(name + ".relu", .activation(.relu), sum)
  }
}
