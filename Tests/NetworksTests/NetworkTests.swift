import InputErrors
import Networks
import Tensors
import Testing

/// A convolution with weights of one value.
func convolution(
  _ inputs: Int, _ outputs: Int, kernel: Int = 3, padding: Int = 1, stride: Int = 1, groups: Int = 1
) -> Layer {
  .convolution(
    Convolution(
      weight: Tensor(repeating: 0.5, shape: Shape(outputs, inputs / groups, kernel, kernel)),
      stride: Extent(stride), padding: Insets(padding), groups: groups))
}

func normalization(_ channels: Int) -> Layer {
  let ones = [Float](repeating: 1, count: channels)
  return .batchNormalization(BatchNormalization(scale: ones, shift: ones, mean: ones, variance: ones))
}

@Suite("Networks")
struct NetworkTests {
  private let input = Node("in", .input(Shape(3, 8, 8)), inputs: [])

  @Test("Shapes follow from the layers")
  func shapes() throws {
    let network = try Network(
      name: "n",
      nodes: [
        input, Node("a", convolution(3, 4, stride: 2), inputs: [0]),
        Node("p", .pool(Pooling(.maximum, kernel: Extent(3), stride: Extent(2), roundsUp: true)), inputs: [1]),
        Node("g", .globalPool(.maximum), inputs: [2]), Node("f", .reshape(Shape(4)), inputs: [3]),
        Node("l", .linear(Linear(weight: Tensor(repeating: 1, shape: Shape(2, 4)))), inputs: [4]),
        Node("s", .softmax(logarithmic: false), inputs: [5]),
      ])
    #expect(network.shapes.map(\.description) == ["3×8×8", "4×4×4", "4×2×2", "4×1×1", "4", "2", "2"])
    #expect(network.logits == 5 && network.classCount == 2 && network.classifierSources == [5])
    #expect(network.multiplyAdds == 4 * 4 * 4 * 27 + 8)
    #expect(network.parameterCount == 4 * 27 + 8)
  }

  @Test("A window that rounds up must begin inside the map or its leading padding")
  func roundingUp() {
    func count(_ extent: Int, before: Int = 0, after: Int = 0) -> Int? {
      ShapeInference.windowCount(
        extent: extent, kernel: 2, stride: 2, dilation: 1, before: before, after: after, roundsUp: true)
    }
    #expect(count(5) == 3)
    #expect(count(4) == 2)
    #expect(count(4, before: 1) == 3)
    #expect(count(5, before: 1, after: 1) == 3, "the fourth window would lie in the trailing padding alone")
    #expect(count(1) == nil)
  }

  @Test(
    "Misfits name the node, what was expected and what was found",
    arguments: [
      (convolution(4, 4), "4 channels", "3"),
      (convolution(3, 4, kernel: 11, padding: 1), "at least the kernel's 11×11", "3×8×8 with padding [1, 1, 1, 1]"),
      (convolution(3, 4, stride: 0), "1 to 1048576", "0×0"),
      (normalization(5), "3 values", "5"),
      (.linear(Linear(weight: Tensor(repeating: 1, shape: Shape(2, 4)))), "4", "3×8×8"),
      (.reshape(Shape(191)), "192 as 3×8×8", "191"),
      (
        .slice(
          Slice(axes: [
            .init(start: 2, step: 1, count: 2), .init(start: 0, step: 1, count: 8),
            .init(start: 0, step: 1, count: 8),
          ])),
        "within 3 along axis 0", "start 2, step 1, count 2"
      ),
    ] as [(Layer, String, String)])
  func misfits(_ layer: Layer, _ expected: String, _ found: String) {
    let error = #expect(throws: InputError.self) {
      try Network(name: "n", nodes: [input, Node("bad", layer, inputs: [0])])
    }
    #expect(error?.place.node?.hasPrefix("bad (") == true)
    #expect(error?.expected == expected)
    #expect(error?.found == found)
  }

  @Test("Graphs that are no networks are refused")
  func graphs() {
    #expect(throws: InputError.self) { try Network(name: "n", nodes: []) }
    #expect(throws: InputError.self) { try Network(name: "n", nodes: [Node("x", .identity, inputs: [0])]) }
    #expect(throws: InputError.self) { try Network(name: "n", nodes: [input, Node("x", .identity, inputs: [1])]) }
    #expect(throws: InputError.self) { try Network(name: "n", nodes: [input, Node("x", .identity, inputs: [-1])]) }
    #expect(throws: InputError.self) { try Network(name: "n", nodes: [input, Node("in", .identity, inputs: [0])]) }
    #expect(throws: InputError.self) { try Network(name: "n", nodes: [input, input]) }
    #expect(throws: InputError.self) { try Network(name: "n", nodes: [input, Node("x", .identity, inputs: [])]) }
    #expect(throws: InputError.self) { try Network(name: "n", nodes: [input], output: 4) }
    let huge = Layer.pad(Padding(before: [0, 1 << 20, 1 << 20], after: [0, 0, 0]))
    #expect(throws: InputError.self) { try Network(name: "n", nodes: [input, Node("x", huge, inputs: [0])]) }
  }
}

@Suite("Activation sites")
struct ActivationSiteTests {
  @Test("A site follows affine nodes and one activation, and stops before what mixes or is read twice")
  func chains() throws {
    let relu = Layer.activation(.relu)
    let network = try Network(
      name: "n",
      nodes: [
        Node("in", .input(Shape(3, 8, 8)), inputs: []),
        Node("c1", convolution(3, 4), inputs: [0]), Node("b1", normalization(4), inputs: [1]),
        Node("r1", relu, inputs: [2]), Node("r1b", relu, inputs: [3]),
        Node("c2", convolution(4, 4), inputs: [4]), Node("b2", normalization(4), inputs: [5]),
        Node("sum", .combine(.add), inputs: [6, 4]), Node("r2", relu, inputs: [7]),
        Node("c3", convolution(4, 2), inputs: [8]), Node("b3", normalization(2), inputs: [9]),
        Node("g", .globalPool(.average(countsPadding: false)), inputs: [10]),
      ])
    #expect(network.activationSites.map(\.chain) == [[1, 2, 3], [5, 6], [9, 10]])
    #expect(network.classifierSources == [9])
    #expect(network.logits == 11)
  }

  @Test("A convolution that is read twice keeps its own output as the site")
  func branches() throws {
    let network = try Network(
      name: "n",
      nodes: [
        Node("in", .input(Shape(3, 8, 8)), inputs: []), Node("c1", convolution(3, 4), inputs: [0]),
        Node("b1", normalization(4), inputs: [1]), Node("b2", normalization(4), inputs: [1]),
        Node("cat", .concatenate, inputs: [2, 3]),
      ])
    #expect(network.activationSites.map(\.chain) == [[1]])
  }
}

@Suite("Objectives")
struct ObjectiveTests {
  private func score(_ objective: Objective, _ logits: [Float], _ label: Int) -> Double {
    logits.withUnsafeBufferPointer { objective.score(logits: $0, label: label) }
  }

  @Test("Scores of a known case")
  func known() {
    let logits: [Float] = [0, 1, 3, 2, -1, -2, -3]
    let sum = logits.reduce(0.0) { $0 + exponential($1) }
    #expect(score(.accuracy, logits, 2) == 1 && score(.accuracy, logits, 3) == 0)
    #expect(score(.top5, logits, 4) == 1 && score(.top5, logits, 5) == 0)
    #expect(abs(score(.probability, logits, 3) - exponential(2) / sum) < 1e-12)
    #expect(abs(exponential(Float(score(.logLikelihood, logits, 3))) - exponential(2) / sum) < 1e-6)
    #expect(score(.logit, logits, 3) == 2 && score(.margin, logits, 3) == -1 && score(.margin, logits, 2) == 1)
  }

  @Test("Ties go to the smaller index, and a NaN is never right")
  func ties() {
    #expect(score(.accuracy, [1, 1, 0], 0) == 1 && score(.accuracy, [1, 1, 0], 1) == 0)
    #expect(score(.accuracy, [.nan, 1, 0], 0) == 0 && score(.accuracy, [.nan, 1, 0], 1) == 0)
    #expect(score(.logLikelihood, [.nan, 1, 0], 1).isNaN)
  }

  @Test("Large logits neither overflow nor lose the label's log-probability")
  func range() {
    #expect(score(.logLikelihood, [1e4, 0], 0) == 0)
    #expect(score(.logLikelihood, [1e4, 0], 1) == -1e4)
    for objective in Objective.allCases {
      let value = score(objective, [0.3, -0.2, 0.9], 1)
      if let range = objective.range { #expect(range.contains(value)) }
    }
  }

  private func exponential(_ x: Float) -> Double {
    var sum = 1.0, term = 1.0
    for n in 1..<60 {
      term *= Double(x) / Double(n)
      sum += term
    }
    return sum
  }
}
