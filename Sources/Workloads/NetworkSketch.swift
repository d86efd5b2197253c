import Networks
import Statistics
import Tensors

/// A network that grows layer by layer with random weights of which activations stay finite in any depth.
///
/// Weights are uniform with variance 2 / fan-in (He 2015), so that a ReLU network keeps its activations' second moment;
/// batch normalization has moments near those that such layers have.
struct NetworkSketch {
  private(set) var nodes: [Node] = []
  private(set) var shapes: [Shape] = []
  private var random: RandomStream

  /// - Parameter input: `[channels, height, width]`.
  init(input: Shape, seed: UInt64) throws {
    random = RandomStream(seed: seed, purpose: .init(code: 1001))
    try add("image", .input(input))
  }

  /// The node added last.
  var last: Int { nodes.count - 1 }

  /// Adds a node that reads `inputs`, and returns its index.
  @discardableResult
  mutating func add(_ name: String, _ layer: Layer, _ inputs: Int...) throws -> Int {
    try add(name, layer, inputs: inputs)
  }

  @discardableResult
  mutating func add(_ name: String, _ layer: Layer, inputs: [Int]) throws -> Int {
    let node = Node(name, layer, inputs: inputs)
    shapes.append(try ShapeInference.outputShape(of: node, inputs: inputs.map { shapes[$0] }))
    nodes.append(node)
    return last
  }

  /// A convolution that reads `from`: with a bias, or without one and with batch normalization behind it.
  ///
  /// - Parameters:
  ///   - normalized: nil for a bias; else the range of the normalization's scales.
  ///   - epsilon: the normalization's.
  ///   - isRectified: whether a ReLU follows.
  mutating func convolution(
    _ name: String, from: Int, outputs: Int, kernel: Extent, stride: Int = 1, padding: Insets = .zero,
    normalized: ClosedRange<Float>? = nil, epsilon: Float = 1e-5, isRectified: Bool = true
  ) throws -> Int {
    let inputs = shapes[from].channels
    let weight = try self.weight(Shape(outputs, inputs, kernel.height, kernel.width), fanIn: inputs * kernel.area)
    let bias = normalized == nil ? values(outputs, in: -0.05...0.05) : nil
    var node = try add(
      name, .convolution(.init(weight: weight, bias: bias, stride: Extent(stride), padding: padding)), from)
    if let normalized {
      let normalization = BatchNormalization(
        scale: values(outputs, in: normalized), shift: values(outputs, in: -0.1...0.1),
        mean: values(outputs, in: -0.1...0.1), variance: values(outputs, in: 0.8...1.25), epsilon: epsilon)
      node = try add(name + ".norm", .batchNormalization(normalization), node)
    }
    if isRectified { node = try add(name + ".relu", .activation(.relu), node) }
    return node
  }

  mutating func linear(_ name: String, from: Int, outputs: Int, isRectified: Bool = false) throws -> Int {
    let inputs = shapes[from].count
    let weight = try self.weight(Shape(outputs, inputs), fanIn: inputs)
    var node = try add(name, .linear(.init(weight: weight, bias: values(outputs, in: -0.05...0.05))), from)
    if isRectified { node = try add(name + ".relu", .activation(.relu), node) }
    return node
  }

  mutating func maximum(
    _ name: String, from: Int, kernel: Int, stride: Int, padding: Int = 0, roundsUp: Bool = false
  ) throws -> Int {
    let pooling = Pooling(
      .maximum, kernel: Extent(kernel), stride: Extent(stride), padding: Insets(padding), roundsUp: roundsUp)
    return try add(name, .pool(pooling), from)
  }

  /// The mean of every channel as a vector.
  mutating func globalMean(_ name: String, from: Int) throws -> Int {
    let mean = try add(name, .globalPool(.average(countsPadding: false)), from)
    return try add(name + ".flat", .reshape(Shape(shapes[mean].channels)), mean)
  }

  func network(named name: String) throws -> Network { try Network(name: name, nodes: nodes) }

  // MARK: Random numbers

  private mutating func weight(_ shape: Shape, fanIn: Int) throws -> Tensor {
    let bound = (6 / Float(fanIn)).squareRoot()
    return try Tensor(shape: shape, values: values(shape.count, in: -bound...bound))
  }

  private mutating func values(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
    let width = (range.upperBound - range.lowerBound) * 0x1p-32
    var result: [Float] = []
    result.reserveCapacity(count)
    while result.count < count {
      let word = random.next()
      result.append(range.lowerBound + width * Float(UInt32(truncatingIfNeeded: word)))
      if result.count < count { result.append(range.lowerBound + width * Float(UInt32(word >> 32))) }
    }
    return result
  }
}
