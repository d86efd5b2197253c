import Inference
import Networks
import NeuronShapley
import RandomNetworks
import Tensors
import TestSupport
import Testing
import Visualization

@Suite("Receptive fields")
struct ReceptiveFieldTests {
  /// The rectangle of the pixels at which the gradient of one value is not zero for any of some images.
  private func support(_ network: Network, node: Int, channel: Int, row: Int, column: Int) throws -> ReceptiveField? {
    let part = try NetworkPart(of: network, computing: [node])
    let plan = try ExecutionPlan(part.network, purpose: .differentiation)
    let forward = ForwardPass(plan), backward = BackwardPass(GradientPlan(plan))
    let shape = network.shapes[node], input = network.inputShape
    var seed = [Float](repeating: 0, count: shape.count)
    seed[(channel * shape.height + row) * shape.width + column] = 1
    var random = SeededRandom(77)
    var rows: [Int] = [], columns: [Int] = []
    for _ in 0..<12 {
      let images = (0..<8).map { _ in random.floats(input.count) }
      forward.load(count: 8) { lane, buffer in _ = buffer.update(from: images[lane]) }
      forward.run()
      backward.begin(forward)
      for lane in 0..<8 { backward.seed(node: part.node(node), lane: lane, seed) }
      backward.run()
      for lane in 0..<8 {
        for (place, value) in backward.gradient(ofNode: 0, lane: lane).enumerated() where value != 0 {
          rows.append(place / input.width % input.height)
          columns.append(place % input.width)
        }
      }
    }
    guard let top = rows.min(), let bottom = rows.max(), let left = columns.min(), let right = columns.max() else {
      return nil
    }
    return ReceptiveField(rows: top..<bottom + 1, columns: left..<right + 1)
  }

  @Test("agree with the gradient's support on random networks")
  func randomNetworks() throws {
    var same = 0, checked = 0
    for seed in 0..<60 {
      let network = try RandomNetwork.make(seed: UInt64(seed + 5000), size: 7)
      let layers = UnitCatalog(network).layers
      let layer = layers[seed % layers.count], shape = layer.shape
      let channel = seed % shape.channels, row = seed % shape.height, column = (seed * 3) % shape.width
      let field = ReceptiveField(of: network, node: layer.sum, channel: channel, row: row, column: column)
      let support = try support(network, node: layer.sum, channel: channel, row: row, column: column)
      // What has a gradient lies inside, always; a corner may be shut off by rectifiers and maxima in all images.
      if let support {
        let isInside =
          field.map {
            $0.rows.contains(support.rows.lowerBound) && $0.rows.upperBound >= support.rows.upperBound
              && $0.columns.contains(support.columns.lowerBound) && $0.columns.upperBound >= support.columns.upperBound
          } ?? false
        #expect(isInside, "seed \(seed)")
      }
      checked += 1
      if field == support { same += 1 }
    }
    #expect(same >= 55, "\(same) of \(checked)")
  }

  private func chain(_ side: Int, _ layers: [Layer]) throws -> Network {
    var nodes = [Node("in", .input(Shape(1, side, side)), inputs: [])]
    for (index, layer) in layers.enumerated() { nodes.append(Node("layer\(index)", layer, inputs: [index])) }
    return try Network(name: "chain", nodes: nodes)
  }

  private func convolution(_ kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1) throws -> Layer {
    .convolution(
      Convolution(
        weight: Tensor(repeating: 1, shape: Shape(1, 1, kernel, kernel)), stride: Extent(stride),
        padding: Insets(padding), dilation: Extent(dilation)))
  }

  @Test("grow by the kernel, are cut at borders and end at the first tap inside")
  func closedForms() throws {
    let two = try chain(9, [convolution(3, padding: 1), convolution(3, padding: 1)])
    #expect(
      ReceptiveField(of: two, node: 2, channel: 0, row: 4, column: 4) == ReceptiveField(rows: 2..<7, columns: 2..<7))
    #expect(
      ReceptiveField(of: two, node: 2, channel: 0, row: 0, column: 8) == ReceptiveField(rows: 0..<3, columns: 6..<9))
    let strided = try chain(11, [convolution(3, stride: 2), convolution(3)])
    #expect(
      ReceptiveField(of: strided, node: 2, channel: 0, row: 1, column: 0) == ReceptiveField(rows: 2..<9, columns: 0..<7)
    )
    // Taps at −2, 0 and 2: the border leaves those at 0 and 2.
    let dilated = try chain(8, [convolution(3, padding: 2, dilation: 2)])
    #expect(
      ReceptiveField(of: dilated, node: 1, channel: 0, row: 0, column: 1)
        == ReceptiveField(rows: 0..<3, columns: 1..<4))
    // All of a window in the padding: no pixel at all.
    let outside = try chain(3, [convolution(1, padding: 2)])
    #expect(ReceptiveField(of: outside, node: 1, channel: 0, row: 0, column: 3) == nil)
  }

  @Test("follow the branch that a channel comes from")
  func branches() throws {
    let wide = try convolution(5, padding: 2), narrow = try convolution(1)
    let depthwise = Convolution(weight: Tensor(repeating: 1, shape: Shape(2, 1, 1, 1)), groups: 2)
    let network = try Network(
      name: "branches",
      nodes: [
        Node("in", .input(Shape(1, 9, 9)), inputs: []), Node("wide", wide, inputs: [0]),
        Node("narrow", narrow, inputs: [0]), Node("both", .concatenate, inputs: [1, 2]),
        Node("each", .convolution(depthwise), inputs: [3]),
      ])
    #expect(
      ReceptiveField(of: network, node: 4, channel: 0, row: 4, column: 4)
        == ReceptiveField(rows: 2..<7, columns: 2..<7))
    #expect(
      ReceptiveField(of: network, node: 4, channel: 1, row: 4, column: 4)
        == ReceptiveField(rows: 4..<5, columns: 4..<5))
  }
}
