import Inference
import Networks
import Tensors
import TestSupport
import Testing
import Workloads

@Suite("Removal walks and what they cost")
struct FilterRemovalTests {
  /// Multiply-adds saved over a whole removal walk, against full passes, at the usual image size: figures that another
  /// program found for the engine's design, each from a few hundred random steps. The four-layer CNN's is the roughest.
  static let designed: [(network: ShapedNetwork, part: FilterRemoval.Part, saving: Double, tolerance: Double)] = [
    (.smallCNN, .whole, 28, 0.98), (.squeezeNet, .whole, 5.6, 0.97), (.resNet18, .whole, 13.7, 0.95),
    (.inceptionV3, .sample(windows: 300, steps: 1), 14.6, 0.92),
  ]

  @Test("The count on the graph agrees with the design's figures", arguments: designed)
  func countOnTheGraph(
    _ shaped: ShapedNetwork, _ part: FilterRemoval.Part, _ saving: Double, _ tolerance: Double
  ) throws {
    let network = try shaped.network()
    let cost = IncrementalCost(network)
    var counted = 0, steps = 0
    for seed in 0..<(shaped == .smallCNN ? 20 : 1) {
      for window in FilterRemoval.windows(part, playerCount: cost.filters.count, seed: UInt64(seed)) {
        counted += cost.multiplyAdds(removing: window.removed, after: window.removedBefore)
        steps += window.removed.count
      }
    }
    let found = Double(network.multiplyAdds) * Double(steps) / Double(counted)
    #expect(abs(found / saving - 1) < tolerance, "\(network.name): \(found)")
  }

  @Test("The count on the graph of a network small enough to count by hand")
  func countByHand() throws {
    // Two filters of 3×3 over one channel of 4×4, then three filters of 1×1, then a classifier of two outputs.
    let nodes = [
      Node("image", .input(Shape(1, 4, 4)), inputs: []),
      Node(
        "a",
        .convolution(.init(weight: Tensor(repeating: 1, shape: Shape(2, 1, 3, 3)), padding: Insets(1))), inputs: [0]),
      Node("b", .convolution(.init(weight: Tensor(repeating: 1, shape: Shape(3, 2, 1, 1)))), inputs: [1]),
      Node("mean", .globalPool(.average(countsPadding: false)), inputs: [2]),
      Node("flat", .reshape(Shape(3)), inputs: [3]),
      Node("classifier", .linear(.init(weight: Tensor(repeating: 1, shape: Shape(2, 3)))), inputs: [4]),
    ]
    let cost = IncrementalCost(try Network(name: "by hand", nodes: nodes))
    #expect(cost.filters.map(\.node) == [1, 1, 2, 2, 2])
    // Filter 0 of a goes: one input of b's three filters on 16 pixels, then the classifier's three inputs twice.
    #expect(cost.multiplyAdds(removing: [0], after: []) == 3 * 16 + 3 * 2)
    // A filter of b: one input of the classifier.
    #expect(cost.multiplyAdds(removing: [3], after: []) == 2)
    // With one of b's filters gone, a's filter changes two of them, and the classifier has two live inputs.
    #expect(cost.multiplyAdds(removing: [0], after: [3]) == 2 * 16 + 2 * 2)
    // With a's other filter gone, nothing behind it depends on the image any more.
    #expect(cost.multiplyAdds(removing: [0], after: [1]) == 0)
    #expect(cost.multiplyAdds(removing: [0, 3], after: []) == 54 + 2)
  }

  /// What the engine reaches: the count on the graph over the multiply-adds that it does, on the same steps of one
  /// walk. Images are smaller than usual, for speed. Raise a bar when the engine gets better.
  static let bars: [(network: ShapedNetwork, imageSize: Int, part: FilterRemoval.Part, share: Double)] = [
    (.smallCNN, 28, .whole, 0.98),
    (.squeezeNet, 112, .sample(windows: 60, steps: 2), 0.97),
    (.resNet18, 64, .sample(windows: 60, steps: 2), 0.95),
    (.resNet50, 64, .sample(windows: 30, steps: 2), 0.96),
    (.vgg11, 32, .sample(windows: 60, steps: 2), 0.98),
    (.inceptionV3, 107, .sample(windows: 30, steps: 2), 0.92),
  ]

  @Test("The engine does not many more multiply-adds than the count on the graph", arguments: bars)
  func engine(_ shaped: ShapedNetwork, _ imageSize: Int, _ part: FilterRemoval.Part, _ share: Double) throws {
    let network = try shaped.network(imageSize: imageSize)
    let plan = try ExecutionPlan(network, purpose: .incremental)
    let pass = ForwardPass(plan)
    var random = SeededRandom(1)
    pass.load(count: 1) { _, buffer in _ = buffer.update(from: random.floats(buffer.count)) }
    pass.run()
    let means = FilterRemoval.means(of: [pass])
    let walk = FilterRemoval(plan, part, seed: 1)
    var done: UInt64 = 0
    walk.run(on: [pass], means: means) { steps in
      let before = pass.multiplyAdds
      steps()
      done += pass.multiplyAdds - before
    }
    let counted = Double(walk.multiplyAdds(countedBy: IncrementalCost(network)))
    let full = Double(network.multiplyAdds * walk.stepCount)
    #expect(counted / Double(done) >= share, "\(network.name): \(counted / Double(done))")
    #expect(Double(done) < full)
  }

  @Test("A sample's steps remove other filters than those that are gone, spread over the walk and the network")
  func samples() {
    let windows = FilterRemoval.windows(.sample(windows: 50, steps: 4), playerCount: 1000, seed: 2)
    #expect(windows.count == 50)
    for (index, window) in windows.enumerated() {
      let before = Set(window.removedBefore)
      #expect(before.count == window.removedBefore.count && before.isDisjoint(with: window.removed))
      #expect(abs(Double(before.count) / 1000 - (Double(index) + 0.5) / 50) < 0.02)
    }
    let removed = windows.flatMap(\.removed).sorted()
    // 200 strata of five filters: each has one.
    #expect(Set(removed.map { $0 / 5 }).count == removed.count && removed.count == 200)
    let whole = FilterRemoval.windows(.whole, playerCount: 30, seed: 1)
    #expect(whole.count == 1 && whole[0].removed.sorted() == Array(0..<30) && whole[0].removedBefore.isEmpty)
  }
}
