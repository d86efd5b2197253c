import Inference
import Networks
import RandomNetworks
import Tensors
import TestSupport
import Testing

/// Largest difference in units of the largest reference value (at least 1).
func relativeError(_ values: [Float], _ reference: [Double]) -> Double {
  let scale = max(1, reference.map(abs).max() ?? 0)
  return zip(values, reference).map { abs(Double($0) - $1) }.max().map { $0 / scale } ?? 0
}

func activations(_ pass: ForwardPass, _ node: Int, lane: Int) -> [Float] {
  var values = [Float](repeating: .nan, count: pass.plan.network.shapes[node].count)
  values.withUnsafeMutableBufferPointer { pass.copyActivations(ofNode: node, lane: lane, into: $0) }
  return values
}

@Suite("Forward passes against plain loops in double precision")
struct ForwardPassTests {
  static let sets = InstructionSet.allCases.filter(\.isSupported)

  @Test("Every stored node of random networks of every layer kind", arguments: sets)
  func everyNode(_ set: InstructionSet) throws {
    var kinds: Set<String> = []
    for seed in 0..<150 {
      let network = try RandomNetwork.make(seed: UInt64(seed), size: 9)
      kinds.formUnion(network.nodes.map(\.layer.kindName))
      let plan = try ExecutionPlan(network, instructionSet: set)
      let pass = ForwardPass(plan)
      var random = SeededRandom(UInt64(seed) &+ 1000)
      let images = (0..<3).map { _ in random.floats(network.inputShape.count) }
      pass.load(count: 3) { lane, buffer in _ = buffer.update(from: images[lane]) }
      pass.run()
      for lane in [0, 2] {
        let reference = ReferenceForward(network).activations(of: images[lane])
        for node in network.nodes.indices where plan.isStored(node: node) {
          let error = relativeError(activations(pass, node, lane: lane), reference[node])
          #expect(error < 2e-5, "seed \(seed), \(network.nodes[node].title), lane \(lane)")
        }
      }
    }
    #expect(kinds.count >= 24, "the random networks reach every kind: \(kinds.sorted())")
  }

  @Test("Convolutions of many shapes, strides, paddings, dilations and groups", arguments: sets)
  func convolutions(_ set: InstructionSet) throws {
    for seed in 0..<400 {
      var builder = RandomNetwork(seed: UInt64(seed))
      let channels = builder.random.int(1...24)
      builder.add(.input(Shape(channels, builder.random.int(3...12), builder.random.int(3...12))))
      guard builder.add(.convolution(try builder.convolution(channels: channels)), 0) != nil else { continue }
      if builder.random.bool() { builder.add(.activation(.relu), 1) }
      let network = try Network(name: "one", nodes: builder.nodes)
      let pass = ForwardPass(try ExecutionPlan(network, instructionSet: set))
      let image = builder.random.floats(network.inputShape.count)
      pass.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
      pass.run()
      let reference = ReferenceForward(network).activations(of: image)
      let last = network.nodes.count - 1
      #expect(relativeError(activations(pass, last, lane: 0), reference[last]) < 1e-5, "seed \(seed)")
    }
  }

  @Test("Deep sums over more steps than one block holds")
  func longSums() throws {
    var random = SeededRandom(5)
    let weight = try Tensor(shape: Shape(17, 300, 3, 3), values: random.floats(17 * 300 * 9))
    let network = try Network(
      name: "deep",
      nodes: [
        Node("in", .input(Shape(300, 6, 7)), inputs: []),
        Node(
          "conv", .convolution(Convolution(weight: weight, bias: random.floats(17), padding: Insets(1))), inputs: [0]),
        Node("act", .activation(.clip(lower: -20, upper: 30)), inputs: [1]),
      ])
    for set in Self.sets {
      let pass = ForwardPass(try ExecutionPlan(network, instructionSet: set))
      let image = random.floats(300 * 42)
      pass.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
      pass.run()
      #expect(relativeError(activations(pass, 2, lane: 0), ReferenceForward(network).activations(of: image)[2]) < 1e-5)
    }
  }

  @Test("A NaN in the image reaches the logits")
  func notANumber() throws {
    let network = try RandomNetwork.make(seed: 3, size: 1)
    let pass = ForwardPass(try ExecutionPlan(network))
    pass.load(count: 1) { _, buffer in buffer.update(repeating: .nan) }
    pass.run()
    #expect(activations(pass, network.logits, lane: 0).contains { $0.isNaN })
  }

  @Test("A lane's result does not depend on the other lanes")
  func laneIndependence() throws {
    let network = try RandomNetwork.make(seed: 11, size: 8)
    let plan = try ExecutionPlan(network)
    var random = SeededRandom(1)
    let images = (0..<8).map { _ in random.floats(network.inputShape.count) }
    let together = ForwardPass(plan)
    together.load(count: 8) { lane, buffer in _ = buffer.update(from: images[lane]) }
    together.run()
    for lane in 0..<8 {
      let alone = ForwardPass(plan)
      alone.load(count: 1) { _, buffer in _ = buffer.update(from: images[lane]) }
      alone.run()
      #expect(activations(alone, network.logits, lane: 0) == activations(together, network.logits, lane: lane))
    }
  }
}

@Suite("A pass through part of a network")
struct PartialPassTests {
  @Test("computes what lies before the node, bit by bit as a whole pass, and leaves the next pass whole")
  func prefix() throws {
    for seed in 0..<40 {
      let network = try RandomNetwork.make(seed: UInt64(seed + 700), size: 9)
      let plan = try ExecutionPlan(network)
      let stored = network.nodes.indices.filter { plan.isStored(node: $0) && $0 > 0 }
      let last = stored[seed % stored.count]
      var random = SeededRandom(UInt64(seed))
      let images = (0..<2).map { _ in (0..<3).map { _ in random.floats(network.inputShape.count) } }
      let whole = ForwardPass(plan), part = ForwardPass(plan)
      for load in images {
        for pass in [whole, part] { pass.load(count: 3) { lane, buffer in _ = buffer.update(from: load[lane]) } }
        whole.run()
        part.run(through: last)
        for node in stored where node <= last {
          for lane in 0..<3 {
            let one = activations(whole, node, lane: lane), other = activations(part, node, lane: lane)
            #expect(one.map(\.bitPattern) == other.map(\.bitPattern), "seed \(seed), node \(node)")
          }
        }
      }
      part.run()
      let one = activations(whole, network.logits, lane: 1), other = activations(part, network.logits, lane: 1)
      #expect(one == other)
    }
  }
}
