import Inference
import Networks
import Tensors
import TestSupport

/// Builds random small networks out of every layer kind.
package struct RandomNetwork {
  package var random: SeededRandom
  package var nodes: [Node] = []
  package var shapes: [Shape] = []

  package init(seed: UInt64) { random = SeededRandom(seed) }

  package mutating func tensor(_ extents: Int...) throws -> Tensor {
    let shape = Shape(extents)
    return try Tensor(shape: shape, values: random.floats(shape.count))
  }

  /// Adds a node when its shapes fit, and returns its index.
  @discardableResult
  package mutating func add(_ layer: Layer, _ inputs: Int...) -> Int? { add(layer, inputs: inputs) }

  @discardableResult
  package mutating func add(_ layer: Layer, inputs: [Int]) -> Int? {
    let node = Node("n\(nodes.count)", layer, inputs: inputs)
    guard let shape = try? ShapeInference.outputShape(of: node, inputs: inputs.map { shapes[$0] }) else { return nil }
    nodes.append(node)
    shapes.append(shape)
    return nodes.count - 1
  }

  package mutating func activation() -> Activation {
    random.pick([
      .relu, .leakyRelu(slope: 0.1), .prelu([0.2]), .elu(alpha: 0.7), .sigmoid, .tanh,
      .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSwish, .clip(lower: -0.3, upper: 0.6),
    ])
  }

  package mutating func convolution(channels: Int) throws -> Convolution {
    let groups = random.pick([1, 1, 1, 2, channels].filter { channels % $0 == 0 })
    let outputs = groups * random.int(1...max(1, 9 / groups))
    return Convolution(
      weight: try tensor(outputs, channels / groups, random.int(1...3), random.int(1...3)),
      bias: random.bool() ? random.floats(outputs) : nil,
      stride: Extent(height: random.int(1...2), width: random.int(1...2)),
      padding: Insets(
        top: random.int(0...2), left: random.int(0...2), bottom: random.int(0...2), right: random.int(0...2)),
      dilation: Extent(height: random.int(1...2), width: random.int(1...2)), groups: groups)
  }

  package mutating func batchNormalization(channels: Int) -> BatchNormalization {
    BatchNormalization(
      scale: random.floats(channels), shift: random.floats(channels), mean: random.floats(channels),
      variance: random.floats(channels).map { abs($0) + 0.1 })
  }

  /// One random node on a random earlier one; false when it does not fit.
  package mutating func grow() throws -> Bool {
    let from = random.int(max(0, nodes.count - 4)...nodes.count - 1)
    let shape = shapes[from], channels = shape.channels
    switch random.int(0...15) {
    case 0, 1, 2, 3, 4:
      guard shape.rank == 3, let convolution = add(.convolution(try convolution(channels: channels)), from) else {
        return false
      }
      if random.bool() {
        let normalized = add(
          .batchNormalization(batchNormalization(channels: shapes[convolution].channels)), convolution)
        if random.bool(), let normalized { add(.activation(activation()), normalized) }
      }
      return true
    case 5: return add(.activation(activation()), from) != nil
    case 6:
      let affine = ChannelAffine(scale: random.floats(channels), shift: random.floats(channels))
      return add(.affine(affine), from) != nil
    case 7: return add(.batchNormalization(batchNormalization(channels: channels)), from) != nil
    case 8:
      let kind = random.pick([PoolingKind.maximum, .average(countsPadding: true), .average(countsPadding: false)])
      let pooling = Pooling(
        kind, kernel: Extent(height: random.int(2...3), width: random.int(2...3)), stride: Extent(random.int(1...2)),
        padding: Insets(top: random.int(0...1), left: random.int(0...1), bottom: random.int(0...1), right: 0),
        roundsUp: random.bool())
      return add(.pool(pooling), from) != nil
    case 9:
      let others = shapes.indices.filter {
        shapes[$0].rank == 3 && shapes[$0].extents.dropFirst() == shape.extents.dropFirst()
      }
      guard shape.rank == 3, shapes[from].channels < 20 else { return false }
      return add(.concatenate, from, random.pick(others), from) != nil
    case 10:
      let others = shapes.indices.filter { shapes[$0] == shape }
      let combination = random.pick([Combination.add, .subtract, .multiply])
      guard let sum = add(.combine(combination), from, random.pick(others)) else { return false }
      if random.bool() { add(.activation(.relu), sum) }
      return true
    case 11:
      guard shape.rank == 3, let pooled = add(.globalPool(.average(countsPadding: false)), from) else { return false }
      return add(.combine(.multiply), from, pooled) != nil
    case 12: return add(.localResponseNormalization(.init(size: random.int(1...5), alpha: 0.5)), from) != nil
    case 13:
      let axes = shape.extents.map { extent -> Slice.Axis in
        let step = random.pick([1, 1, 2, -1]), count = max(1, extent / abs(step))
        return Slice.Axis(start: step < 0 ? extent - 1 : 0, step: step, count: count)
      }
      return add(.slice(Slice(axes: axes)), from) != nil
    case 14:
      let fill = random.pick([Padding.Fill.constant(0.3), .edge, .reflect])
      let padding = Padding(
        before: shape.extents.map { _ in random.int(0...1) }, after: shape.extents.map { _ in random.int(0...1) },
        fill: fill)
      return add(.pad(padding), from) != nil
    default:
      guard shape.rank == 3 else { return false }
      let groups = random.pick([1, channels])
      let layer = TransposedConvolution(
        weight: try tensor(channels, random.int(1...3), 3, 2), bias: random.bool() ? random.floats(0) : nil,
        stride: Extent(height: 2, width: 1), padding: Insets(top: 1, left: 0, bottom: 0, right: 1), groups: groups)
      guard shape.area < 60 else { return false }
      return add(.transposedConvolution(layer), from) != nil
    }
  }

  /// A whole network that ends in a classifier over all that was built.
  package static func make(seed: UInt64, size: Int) throws -> Network {
    var builder = RandomNetwork(seed: seed)
    let random = (0..<3).map { _ in builder.random.int(5...9) }
    builder.add(.input(Shape(builder.random.int(1...4), random[0], random[1])))
    var grown = 0
    while grown < size { if try builder.grow() { grown += 1 } }
    let last = builder.nodes.count - 1
    let count = builder.shapes[last].count
    guard let flat = builder.add(.reshape(Shape(count)), last),
      let hidden = builder.add(
        .linear(Linear(weight: try builder.tensor(7, count), bias: builder.random.floats(7))), flat),
      let active = builder.add(.activation(.relu), hidden),
      let logits = builder.add(.linear(Linear(weight: try builder.tensor(5, 7))), active)
    else { preconditionFailure("the head fits") }
    builder.add(.softmax(logarithmic: builder.random.bool()), logits)
    return try Network(name: "random \(seed)", nodes: builder.nodes)
  }
}
