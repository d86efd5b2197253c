import Networks
import Tensors
import TestSupport

/// Small networks that hold every layer kind with parameters, and all that gradients pass on their way to them.
struct SmallNetworks {
  private var random: SeededRandom
  private var nodes: [Node] = []

  private init(_ seed: UInt64, channels: Int, height: Int, width: Int) {
    random = SeededRandom(seed)
    nodes = [Node("in", .input(Shape(channels, height, width)), inputs: [])]
  }

  private mutating func add(_ layer: Layer, _ inputs: Int...) -> Int {
    nodes.append(Node("n\(nodes.count)", layer, inputs: inputs.isEmpty ? [nodes.count - 1] : inputs))
    return nodes.count - 1
  }

  private mutating func weight(_ extents: Int...) -> Tensor {
    var tensor = Tensor(repeating: 0, shape: Shape(extents))
    tensor.values = random.floats(tensor.count).map { $0 * 0.7 }
    return tensor
  }

  private mutating func convolution(
    _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, padding: Int = 0, groups: Int = 1,
    dilation: Int = 1, bias: Bool = true
  ) -> Layer {
    .convolution(
      Convolution(
        weight: weight(outputs, inputs / groups, kernel, kernel), bias: bias ? random.floats(outputs) : nil,
        stride: Extent(stride), padding: Insets(padding), dilation: Extent(dilation), groups: groups))
  }

  private mutating func normalization(_ channels: Int) -> Layer {
    .batchNormalization(
      BatchNormalization(
        scale: random.floats(channels).map { $0 + 1.5 }, shift: random.floats(channels),
        mean: random.floats(channels), variance: random.floats(channels).map { $0 + 1.5 }))
  }

  private mutating func classifier(_ features: Int) -> Layer {
    .linear(Linear(weight: weight(4, features), bias: random.floats(4)))
  }

  static func leNet() throws -> Network {
    var net = SmallNetworks(1, channels: 1, height: 12, width: 11)
    _ = net.add(net.convolution(1, 5, kernel: 5, padding: 2))
    _ = net.add(.activation(.tanh))
    _ = net.add(.pool(Pooling(.maximum, kernel: Extent(2), stride: Extent(2))))
    _ = net.add(net.convolution(5, 7))
    _ = net.add(.activation(.sigmoid))
    _ = net.add(.pool(Pooling(.average(countsPadding: true), kernel: Extent(2), stride: Extent(1), padding: Insets(1))))
    _ = net.add(.reshape(Shape(7 * 5 * 4)))
    _ = net.add(.linear(Linear(weight: net.weight(6, 140), bias: net.random.floats(6))))
    _ = net.add(.activation(.elu(alpha: 0.8)))
    _ = net.add(net.classifier(6))
    _ = net.add(.softmax(logarithmic: false))
    return try Network(name: "LeNet", nodes: net.nodes)
  }

  static func residual() throws -> Network {
    var net = SmallNetworks(2, channels: 3, height: 9, width: 8)
    _ = net.add(net.convolution(3, 6, padding: 1, bias: false))
    _ = net.add(net.normalization(6))
    let skip = net.add(.activation(.leakyRelu(slope: 0.1)))
    _ = net.add(net.convolution(6, 9, stride: 2, padding: 1, bias: false))
    _ = net.add(net.normalization(9))
    _ = net.add(.activation(.prelu(net.random.floats(9))))
    _ = net.add(net.convolution(9, 9, padding: 1, groups: 3))
    let body = net.add(net.normalization(9))
    let short = net.add(net.convolution(6, 9, kernel: 1, stride: 2), skip)
    let shifted = net.add(net.normalization(9), short)
    _ = net.add(.combine(.add), body, shifted)
    _ = net.add(.activation(.hardSwish))
    _ = net.add(.globalPool(.average(countsPadding: false)))
    _ = net.add(.reshape(Shape(9)))
    _ = net.add(net.classifier(9))
    return try Network(name: "residual", nodes: net.nodes)
  }

  static func mixed() throws -> Network {
    var net = SmallNetworks(3, channels: 2, height: 7, width: 7)
    let stem = net.add(net.convolution(2, 8, padding: 2, dilation: 2))
    _ = net.add(.affine(ChannelAffine(scale: net.random.floats(8), shift: net.random.floats(8))))
    let left = net.add(net.convolution(8, 8, stride: 2, padding: 1, groups: 8))
    _ = net.add(
      .transposedConvolution(
        TransposedConvolution(
          weight: net.weight(8, 3, 3, 3), bias: net.random.floats(6), stride: Extent(2), padding: Insets(1),
          groups: 2)), left)
    let up = net.add(.activation(.leakyRelu(slope: 0.2)))
    let normalized = net.add(.localResponseNormalization(.init(size: 3, alpha: 0.5)), stem)
    let joined = net.add(.concatenate, up, normalized)
    let gate = net.add(.globalPool(.average(countsPadding: false)), joined)
    _ = net.add(net.convolution(14, 14, kernel: 1), gate)
    let scale = net.add(.activation(.hardSigmoid(alpha: 0.2, beta: 0.5)))
    _ = net.add(.combine(.multiply), joined, scale)
    _ = net.add(net.convolution(14, 14, groups: 14))
    _ = net.add(net.normalization(14))
    _ = net.add(.activation(.tanh))
    _ = net.add(net.convolution(14, 4, kernel: 5))
    return try Network(name: "mixed", nodes: net.nodes)
  }

  static var all: [Network] {
    get throws { [try leNet(), try residual(), try mixed()] }
  }
}
