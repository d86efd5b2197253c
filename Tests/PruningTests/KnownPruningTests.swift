import InputErrors
import Inference
import Networks
import Pruning
import Tensors
import TestSupport
import Testing

@Suite("Pruning of networks made by hand")
struct KnownPruningTests {
  /// Adds nodes one after another; an input defaults to the node before.
  private struct Sketch {
    var random = SeededRandom(9)
    var nodes: [Node] = []

    init(_ extents: Int...) { nodes = [Node("image", .input(Shape(extents)), inputs: [])] }

    @discardableResult
    mutating func add(_ name: String, _ layer: Layer, _ inputs: Int...) -> Int {
      nodes.append(Node(name, layer, inputs: inputs.isEmpty ? [nodes.count - 1] : inputs))
      return nodes.count - 1
    }

    @discardableResult
    mutating func convolution(
      _ name: String, _ outputs: Int, of inputs: Int, kernel: Int = 3, padding: Int = 1, groups: Int = 1, _ from: Int...
    ) throws -> Int {
      let shape = Shape(outputs, inputs / groups, kernel, kernel)
      let layer = Convolution(
        weight: try Tensor(shape: shape, values: random.floats(shape.count)), bias: random.floats(outputs),
        padding: Insets(padding), groups: groups)
      nodes.append(Node(name, .convolution(layer), inputs: from.isEmpty ? [nodes.count - 1] : from))
      return nodes.count - 1
    }

    @discardableResult
    mutating func relu(_ name: String, _ from: Int...) -> Int {
      nodes.append(Node(name, .activation(.relu), inputs: from.isEmpty ? [nodes.count - 1] : from))
      return nodes.count - 1
    }

    /// Ends in three classes.
    mutating func network(channels: Int) throws -> Network {
      add("pool", .globalPool(.average(countsPadding: false)))
      add("flat", .reshape(Shape(channels)))
      let shape = Shape(3, channels)
      add(
        "classes",
        .linear(Linear(weight: try Tensor(shape: shape, values: random.floats(shape.count)), bias: random.floats(3))))
      return try Network(name: "sketch", nodes: nodes)
    }
  }

  private func layer(_ network: Network, _ name: String) throws -> Layer {
    network.nodes[try #require(network.index(ofNode: name))].layer
  }

  @Test func whatARemovedFilterWasReplacedWithGoesIntoTheBias() throws {
    let first = Convolution(weight: try Tensor(shape: Shape(2, 1, 1, 1), values: [1, 2]))
    let second = Convolution(weight: try Tensor(shape: Shape(2, 2, 1, 1), values: [3, 5, 7, 11]), bias: [100, 200])
    let network = try Network(
      name: "two",
      nodes: [
        Node("image", .input(Shape(1, 2, 2)), inputs: []), Node("first", .convolution(first), inputs: [0]),
        Node("relu", .activation(.relu), inputs: [1]), Node("second", .convolution(second), inputs: [2]),
      ])
    let pruned = try Pruned(network, ["first": [1]], value: 10)
    guard case .convolution(let one) = try layer(pruned.result.network, "first"),
      case .convolution(let two) = try layer(pruned.result.network, "second")
    else { return #expect(Bool(false), "convolutions stay convolutions") }
    #expect(one.weight.values == [1])
    #expect(two.weight.values == [3, 7])
    #expect(two.bias == [100 + 50, 200 + 110])
    let (taken, kept) = (pruned.result.takenCount, pruned.result.kept.count)
    #expect(taken == 1 && kept == 0)
    #expect(pruned.distance() <= 1e-6)
  }

  /// A constant that is not 0 ends at the border: there, the layer behind sees zeros.
  @Test func atAPaddedBorderAConstantContributesOnlyWhereItLies() throws {
    let first = Convolution(weight: try Tensor(shape: Shape(2, 1, 1, 1), values: [1, 1]))
    let second = Convolution(
      weight: try Tensor(shape: Shape(1, 2, 3, 3), values: [Float](repeating: 1, count: 18)), padding: Insets(1))
    let network = try Network(
      name: "border",
      nodes: [
        Node("image", .input(Shape(1, 3, 3)), inputs: []), Node("first", .convolution(first), inputs: [0]),
        Node("second", .convolution(second), inputs: [1]),
      ])
    let pruned = try Pruned(network, ["first": [1]], value: 2)
    // An image of zeros: twice the number of the window's pixels inside the map.
    let logits = ReferenceForward(pruned.again).logits(of: [Float](repeating: 0, count: 9))
    #expect(logits == [8, 12, 8, 12, 18, 12, 8, 12, 8])
    let layer = try #require(pruned.layer("first"))
    #expect(layer.filtersLeft == 1)
    #expect(pruned.distance() <= 1e-6)
  }

  @Test func aFilterThatNobodyReadsAnyLongerGoesToo() throws {
    var sketch = Sketch(2, 6, 6)
    try sketch.convolution("first", 4, of: 2)
    sketch.relu("relu")
    try sketch.convolution("depthwise", 4, of: 4, groups: 4)
    sketch.relu("relu2")
    try sketch.convolution("last", 5, of: 4, kernel: 1, padding: 0)
    let network = try sketch.network(channels: 5)
    // The only reader of first:2 is depthwise:2.
    let pruned = try Pruned(network, ["depthwise": [2]])
    #expect(pruned.layer("first")?.filtersLeft == 3)
    #expect(pruned.layer("depthwise")?.filtersLeft == 3)
    #expect(pruned.result.idleCount == 1)
    #expect(pruned.distance() <= 1e-6)
    // Without first:2, depthwise:2 is a constant with another value at the border.
    let other = try Pruned(network, ["first": [2]], value: 0.3)
    #expect(other.layer("depthwise")?.filtersLeft == 3)
    #expect(other.result.idleCount == 1)
    #expect(other.distance() <= 1e-6)
  }

  @Test func aResidualSumKeepsThePlaceOfABranchAndLosesAChannelThatIsConstantInBoth() throws {
    var sketch = Sketch(2, 8, 8)
    try sketch.convolution("stem", 6, of: 2)
    let stem = sketch.relu("relu")
    try sketch.convolution("branch1", 6, of: 6)
    sketch.relu("relu1")
    let branch = try sketch.convolution("branch2", 6, of: 6)
    sketch.add("sum", .combine(.add), stem, branch)
    sketch.relu("relu2")
    let network = try sketch.network(channels: 6)
    let one = try Pruned(network, ["branch2": [1], "branch1": [0, 5]])
    #expect(one.layer("branch1")?.filtersLeft == 4)
    #expect(one.layer("branch2")?.filtersLeft == 6)
    let kept = one.result.kept.map { "\($0.layer):\($0.channel)" }
    #expect(kept == ["branch2:1"])
    #expect(one.result.kept.first?.reason == .place(reader: "sum"))
    #expect(one.distance() <= 1e-6)

    let both = try Pruned(network, ["branch2": [1], "stem": [1]])
    #expect(both.layer("branch2")?.filtersLeft == 5)
    #expect(both.distance() <= 1e-6)

    // A branch without filters is a constant that is added.
    let none = try Pruned(network, ["branch2": Array(0..<6)])
    #expect(none.layer("branch2")?.filtersLeft == 0)
    #expect(none.layer("branch1")?.filtersLeft == 0)
    #expect(none.result.kept.isEmpty)
    #expect(none.distance() <= 1e-6)
  }

  @Test func aConcatenationGetsNarrower() throws {
    var sketch = Sketch(2, 6, 6)
    try sketch.convolution("squeeze", 3, of: 2, kernel: 1, padding: 0)
    let squeeze = sketch.relu("relu")
    try sketch.convolution("small", 4, of: 3, kernel: 1, padding: 0, squeeze)
    let small = sketch.relu("relu1")
    try sketch.convolution("large", 4, of: 3, squeeze)
    let large = sketch.relu("relu3")
    sketch.add("join", .concatenate, small, large)
    try sketch.convolution("last", 5, of: 8)
    let network = try sketch.network(channels: 5)
    let pruned = try Pruned(network, ["squeeze": [0], "small": [3], "large": [0, 2]])
    #expect(pruned.layer("squeeze")?.filtersLeft == 2)
    guard case .convolution(let last) = try layer(pruned.result.network, "last") else { return }
    // Five channels and the ones that stand for the three constants.
    #expect(last.inputChannels == 6)
    #expect(pruned.distance() <= 1e-6)
    // One part less.
    let less = try Pruned(network, ["small": [0, 1, 2, 3]])
    #expect(less.result.network.index(ofNode: "join") == nil)
    #expect(less.distance() <= 1e-6)
  }

  @Test func groupsGoWholeAndStayOfOneSize() throws {
    var sketch = Sketch(2, 6, 6)
    try sketch.convolution("first", 8, of: 2)
    sketch.relu("relu")
    try sketch.convolution("grouped", 12, of: 8, groups: 4)
    sketch.relu("relu2")
    try sketch.convolution("last", 5, of: 12, kernel: 1, padding: 0)
    let network = try sketch.network(channels: 5)
    // The whole second group, and one filter of the third.
    let pruned = try Pruned(network, ["grouped": [3, 4, 5, 7]])
    #expect(pruned.layer("grouped")?.filtersLeft == 9)
    #expect(pruned.layer("first")?.filtersLeft == 6)
    #expect(pruned.result.kept.map(\.reason) == [.group])
    #expect(pruned.distance() <= 1e-6)
    // One of every group.
    let even = try Pruned(network, ["grouped": [0, 4, 8, 11], "first": [0, 2, 4, 6]], value: 0)
    #expect(even.layer("grouped")?.filtersLeft == 8)
    #expect(even.result.kept.isEmpty)
    #expect(even.distance() <= 1e-6)
  }

  @Test func slicesPaddingReshapingAndTransposedConvolutions() throws {
    var sketch = Sketch(3, 5, 5)
    try sketch.convolution("first", 6, of: 3)
    let first = sketch.relu("relu")
    let whole = { (count: Int) in Slice.Axis(start: 0, step: 1, count: count) }
    let even = sketch.add(
      "even", .slice(Slice(axes: [.init(start: 0, step: 2, count: 3), whole(5), whole(5)])), first)
    let backwards = sketch.add(
      "backwards", .slice(Slice(axes: [.init(start: 5, step: -1, count: 6), whole(5), whole(5)])), first)
    let wide = sketch.add("wide", .pad(Padding(before: [1, 0, 0], after: [2, 0, 0])), even)
    let sum = sketch.add("sum", .combine(.subtract), wide, backwards)
    let weight = Shape(6, 4, 3, 2)
    sketch.add(
      "deconvolution",
      .transposedConvolution(
        TransposedConvolution(
          weight: try Tensor(shape: weight, values: sketch.random.floats(weight.count)), stride: Extent(2))), sum)
    sketch.add("regrouped", .reshape(Shape(2, 22, 10)))
    try sketch.convolution("last", 5, of: 2, kernel: 1, padding: 0)
    let network = try sketch.network(channels: 5)
    for filters in [
      ["first": [1]], ["first": [0, 3]], ["first": [2, 4, 5]], ["first": [5], "deconvolution": [0, 1]],
    ] {
      let pruned = try Pruned(network, filters)
      #expect(pruned.layer("first")?.filtersLeft == 6 - (filters["first"]?.count ?? 0))
      #expect(pruned.distance() <= 1e-6, "\(filters)")
    }
  }

  @Test func aConstantClassKeepsItsPlace() throws {
    var sketch = Sketch(2, 6, 6)
    try sketch.convolution("first", 4, of: 2)
    sketch.relu("relu")
    let network = try sketch.network(channels: 4)
    let pruned = try Pruned(network, ["classes": [1], "first": [0]], value: 0.25)
    let logits = ReferenceForward(pruned.again).logits(of: [Float](repeating: 0.5, count: 72))
    #expect(logits.count == 3 && logits[1] == 0.25)
    #expect(pruned.result.kept.map(\.reason) == [.output])
    #expect(pruned.distance() <= 1e-6)
  }

  @Test func aLayerThatCutsTheNetworkIsNamed() throws {
    var sketch = Sketch(2, 6, 6)
    try sketch.convolution("first", 4, of: 2)
    sketch.relu("relu")
    try sketch.convolution("second", 3, of: 4)
    let network = try sketch.network(channels: 3)
    let removals = (0..<4).map { FilterRemoval(node: 1, channel: $0, value: .uniform(1)) }
    let error = #expect(throws: InputError.self) { try PrunedNetwork(network, removing: removals) }
    #expect(error?.kind == .usage)
    #expect(error?.place.node == "first")
    #expect(error?.found == "all 4")
  }
}
