import Inference
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Passes that add differences to kept sums")
struct DeltaTests {
  /// A network wide enough for differences to pay in every kind of place: behind a convolution, a residual sum, a
  /// concatenation, pooling, depthwise and grouped layers, and a linear layer over a map.
  private func network(_ seed: UInt64) throws -> Network {
    var random = SeededRandom(seed)
    func tensor(_ extents: Int...) throws -> Tensor {
      let shape = Shape(extents)
      let fanIn = Float(shape.count / extents[0])
      return try Tensor(shape: shape, values: random.floats(shape.count).map { $0 * 2 / fanIn.squareRoot() })
    }
    func convolution(_ outputs: Int, _ inputs: Int, _ kernel: Int, groups: Int = 1, stride: Int = 1) throws -> Layer {
      .convolution(
        Convolution(
          weight: try tensor(outputs, inputs / groups, kernel, kernel), bias: random.floats(outputs),
          stride: Extent(stride), padding: Insets(kernel / 2), groups: groups))
    }
    let half = 16
    return try Network(
      name: "wide",
      nodes: [
        Node("in", .input(Shape(3, 11, 12)), inputs: []),
        Node("a", try convolution(24, 3, 3), inputs: [0]), Node("a+", .activation(.relu), inputs: [1]),
        Node("b", try convolution(24, 24, 3), inputs: [2]), Node("sum", .combine(.add), inputs: [2, 3]),
        Node("sum+", .activation(.leakyRelu(slope: 0.1)), inputs: [4]),
        Node("c", try convolution(half, 24, 1), inputs: [5]), Node("c+", .activation(.relu), inputs: [6]),
        Node("d", try convolution(half, 24, 3), inputs: [5]), Node("d+", .activation(.sigmoid), inputs: [8]),
        Node("both", .concatenate, inputs: [7, 9]),
        Node("pool", .pool(Pooling(.maximum, kernel: Extent(2), stride: Extent(2))), inputs: [10]),
        Node("dw", try convolution(32, 32, 3, groups: 32), inputs: [11]),
        Node("grouped", try convolution(32, 32, 3, groups: 2, stride: 2), inputs: [12]),
        Node("grouped+", .activation(.clip(lower: 0, upper: 6)), inputs: [13]),
        Node("flat", .reshape(Shape(32 * 9)), inputs: [14]),
        Node("linear", .linear(Linear(weight: try tensor(20, 32 * 9), bias: random.floats(20))), inputs: [15]),
        Node("linear+", .activation(.relu), inputs: [16]),
        Node("head", .linear(Linear(weight: try tensor(5, 20), bias: random.floats(5))), inputs: [17]),
      ])
  }

  /// Compares an incremental pass with a fresh one at every step of a walk, and returns the products of both.
  private func walk(
    _ network: Network, _ set: InstructionSet, steps: Int, seed: UInt64,
    change: (_ masks: inout [UInt8], _ step: Int, _ random: inout SeededRandom) -> Void
  ) throws -> (incremental: UInt64, plain: UInt64) {
    let plan = try ExecutionPlan(network, instructionSet: set, purpose: .incremental)
    let plainPlan = try ExecutionPlan(network, instructionSet: set)
    var random = SeededRandom(seed)
    let images = (0..<8).map { _ in random.floats(network.inputShape.count) }
    let replacement = Replacement.constants(random.floats(plan.unitCount).map { $0 * 0.5 })
    let pass = ForwardPass(plan), plain = ForwardPass(plainPlan), fresh = ForwardPass(plainPlan)
    for pass in [pass, plain, fresh] {
      pass.load(count: 8) { lane, buffer in _ = buffer.update(from: images[lane]) }
    }
    var masks = [UInt8](repeating: 0, count: plan.unitCount)
    pass.run()
    plain.run()
    let start = (pass.multiplyAdds, plain.multiplyAdds)
    #expect(start.0 == start.1)
    for step in 0..<steps {
      change(&masks, step, &random)
      pass.run(removing: masks, replacement: replacement)
      plain.run(removing: masks, replacement: replacement)
      fresh.invalidate()
      fresh.run(removing: masks, replacement: replacement)
      for lane in 0..<8 {
        let expected = activations(fresh, network.logits, lane: lane)
        #expect(activations(plain, network.logits, lane: lane) == expected)
        let logits = activations(pass, network.logits, lane: lane)
        let scale = expected.map(abs).max() ?? 0
        let error = zip(logits, expected).map { abs($0 - $1) }.max() ?? 0
        #expect(error <= 1e-5 * scale, "step \(step), lane \(lane), \(set)")
      }
    }
    return (pass.multiplyAdds - start.0, plain.multiplyAdds - start.1)
  }

  @Test("Single removals and returns, in one image or all, stay within 1e-5 of a fresh pass", arguments: 0..<4)
  func toggles(seed: Int) throws {
    for set in ForwardPassTests.sets {
      let products = try walk(network(UInt64(seed)), set, steps: 120, seed: UInt64(seed)) { masks, step, random in
        masks[random.int(0...masks.count - 6)] ^= step % 5 == 0 ? UInt8(random.int(1...255)) : 0xff
      }
      #expect(Double(products.incremental) < 0.8 * Double(products.plain), "differences are used")
    }
  }

  @Test("A filter that leaves while another returns, and jumps to unrelated coalitions")
  func jumps() throws {
    for set in ForwardPassTests.sets {
      let products = try walk(network(9), set, steps: 90, seed: 4) { masks, step, random in
        if step % 7 == 6 {
          for unit in 0..<masks.count - 5 { masks[unit] = random.int(0...2) == 0 ? 0xff : 0 }
        } else {
          for _ in 0..<2 { masks[random.int(0...masks.count - 6)] ^= 0xff }
        }
      }
      #expect(products.incremental < products.plain)
    }
  }

  @Test("Hundreds of changes of one layer drift no further than one")
  func drift() throws {
    for set in ForwardPassTests.sets {
      let products = try walk(network(2), set, steps: 300, seed: 8) { masks, _, random in
        masks[random.int(0...23)] ^= 0xff
      }
      #expect(Double(products.incremental) < 0.9 * Double(products.plain))
    }
  }

  @Test("Told not to, an incremental plan gives the bits of a plain one")
  func withoutDifferences() throws {
    let network = try network(3)
    let pass = ForwardPass(try ExecutionPlan(network, purpose: .incremental))
    let plain = ForwardPass(try ExecutionPlan(network))
    pass.usesDeltas = false
    var random = SeededRandom(5)
    let image = random.floats(network.inputShape.count)
    for pass in [pass, plain] { pass.load(count: 1) { _, buffer in _ = buffer.update(from: image) } }
    var masks = [UInt8](repeating: 0, count: pass.plan.unitCount)
    let replacement = Replacement.constants(random.floats(masks.count))
    for _ in 0..<30 {
      masks[random.int(0...masks.count - 6)] ^= 0xff
      pass.run(removing: masks, replacement: replacement)
      plain.run(removing: masks, replacement: replacement)
      #expect(activations(pass, network.logits, lane: 0) == activations(plain, network.logits, lane: 0))
    }
    #expect(pass.multiplyAdds == plain.multiplyAdds)
  }

  @Test("A layer that reads a part of a concatenation and writes another part of it")
  func sharedConcatenation() throws {
    for seed in 0..<6 {
      var random = SeededRandom(UInt64(seed) + 40)
      func tensor(_ extents: Int...) throws -> Tensor {
        let shape = Shape(extents)
        return try Tensor(shape: shape, values: random.floats(shape.count))
      }
      let padding = Insets(1)
      let network = try Network(
        name: "skip",
        nodes: [
          Node("in", .input(Shape(2, 5, 5)), inputs: []),
          Node("a", .convolution(Convolution(weight: try tensor(12, 2, 3, 3), padding: padding)), inputs: [0]),
          Node("a+", .activation(.relu), inputs: [1]),
          Node("b", .convolution(Convolution(weight: try tensor(4, 12, 3, 3), padding: padding)), inputs: [2]),
          Node("b+", .activation(.relu), inputs: [3]), Node("both", .concatenate, inputs: [2, 4]),
          Node("flat", .reshape(Shape(16 * 25)), inputs: [5]),
          Node("d", .linear(Linear(weight: try tensor(5, 16 * 25))), inputs: [6]),
        ])
      for set in ForwardPassTests.sets {
        let products = try walk(network, set, steps: 150, seed: UInt64(seed)) { masks, step, random in
          // Few filters of b are left, so that its changes fit into the record beside a's.
          if step == 0 { for unit in 12..<14 { masks[unit] = 0xff } }
          masks[random.int(0...15)] ^= 0xff
        }
        #expect(products.incremental < products.plain)
      }
    }
  }

  @Test(
    "A filter far larger than all others leaves no rounding behind", arguments: [1, 1e3, 1e6, 1e12, 1e30] as [Float])
  func cancellation(scale: Float) throws {
    var random = SeededRandom(77)
    func tensor(_ extents: Int...) throws -> Tensor {
      let shape = Shape(extents)
      return try Tensor(shape: shape, values: random.floats(shape.count))
    }
    var first = try tensor(12, 2, 3, 3)
    for index in 0..<18 { first.values[index] *= scale }
    let network = try Network(
      name: "large",
      nodes: [
        Node("in", .input(Shape(2, 6, 6)), inputs: []),
        Node("a", .convolution(Convolution(weight: first, padding: Insets(1))), inputs: [0]),
        Node("a+", .activation(.relu), inputs: [1]),
        Node("b", .convolution(Convolution(weight: try tensor(10, 12, 3, 3), padding: Insets(1))), inputs: [2]),
        Node("b+", .activation(.clip(lower: 0, upper: 6)), inputs: [3]),
        Node("flat", .reshape(Shape(360)), inputs: [4]),
        Node("c", .linear(Linear(weight: try tensor(5, 360), bias: random.floats(5))), inputs: [5]),
      ])
    for set in ForwardPassTests.sets {
      _ = try walk(network, set, steps: 120, seed: 3) { masks, step, random in
        masks[step % 3 == 0 ? 0 : random.int(0...21)] ^= 0xff
      }
    }
  }
}
