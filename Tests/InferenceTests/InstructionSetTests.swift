import Inference
import InputErrors
import Networks
import RandomNetworks
import Tensors
import TestSupport
import Testing

@Suite("Instruction sets")
struct InstructionSetTests {
  /// AVX2 and AVX-512, where the processor has both.
  static let fused: [InstructionSet] = [.avx2, .avx512].filter(\.isSupported)

  @Test(
    "AVX-512 has AVX2's bits: walks with differences, then gradients, of random networks",
    .enabled(if: fused.count == 2, "this processor lacks AVX-512"))
  func sameBits() throws {
    for seed in 0..<120 {
      let network = try RandomNetwork.make(seed: UInt64(seed) &+ 300, size: 9)
      let bits = try Self.fused.map { set -> [UInt32] in
        var random = SeededRandom(UInt64(seed))
        let images = (0..<5).map { _ in random.floats(network.inputShape.count) }
        let plan = try ExecutionPlan(network, instructionSet: set, purpose: .incremental)
        let constants = random.floats(plan.unitCount)
        let pass = ForwardPass(plan)
        pass.load(count: 5) { lane, buffer in _ = buffer.update(from: images[lane]) }
        var masks = [UInt8](repeating: 0, count: plan.unitCount), logits: [Float] = []
        for _ in 0..<6 {
          pass.run(removing: masks, replacement: .constants(constants))
          logits += (0..<5).flatMap { activations(pass, network.logits, lane: $0) }
          if plan.unitCount > 0 { masks[random.int(0...plan.unitCount - 1)] = 0xff }
        }
        let forward = ForwardPass(try ExecutionPlan(network, instructionSet: set, purpose: .differentiation))
        forward.load(count: 5) { lane, buffer in _ = buffer.update(from: images[lane]) }
        forward.run()
        let backward = BackwardPass(GradientPlan(forward.plan))
        backward.begin(forward)
        let weights = random.floats(network.classCount)
        for lane in 0..<5 { backward.seed(node: network.logits, lane: lane, weights) }
        backward.run()
        return (logits + (0..<5).flatMap { backward.gradient(ofNode: 0, lane: $0) }).map(\.bitPattern)
      }
      #expect(bits[0] == bits[1], "seed \(seed), \(network.nodes.map(\.layer.kindName))")
    }
  }

  @Test(
    "AVX-512 has AVX2's bits: convolutions of up to 80 channels, odd numbers of pixels and of outputs",
    .enabled(if: fused.count == 2, "this processor lacks AVX-512"))
  func wideLayers() throws {
    for seed in 0..<60 {
      var random = SeededRandom(UInt64(seed) &+ 40)
      let inputs = random.int(1...80), outputs = random.int(1...80)
      let kernel = [1, 3, 3, 5][random.int(0...3)], stride = random.int(1...2)
      let shape = Shape(inputs, random.int(kernel...11), random.int(kernel...11))
      let weight = try Tensor(
        shape: Shape(outputs, inputs, kernel, kernel), values: random.floats(outputs * inputs * kernel * kernel))
      let network = try Network(
        name: "wide",
        nodes: [
          Node("in", .input(shape), inputs: []),
          Node(
            "conv",
            .convolution(
              Convolution(
                weight: weight, bias: random.floats(outputs), stride: Extent(stride), padding: Insets(kernel / 2))),
            inputs: [0]),
          Node("act", .activation([.relu, .leakyRelu(slope: 0.1)][random.int(0...1)]), inputs: [1]),
        ])
      let image = random.floats(shape.count)
      let bits = try Self.fused.map { set -> [UInt32] in
        let pass = ForwardPass(try ExecutionPlan(network, instructionSet: set))
        pass.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
        pass.run()
        return activations(pass, 2, lane: 0).map(\.bitPattern)
      }
      #expect(bits[0] == bits[1], "seed \(seed): \(inputs) to \(outputs), kernel \(kernel), stride \(stride), \(shape)")
    }
  }

  @Test("Sets that fuse agree with each other and with no other; the fastest is one that the processor has")
  func agreement() throws {
    #expect(InstructionSet.avx512.hasBits(of: .avx2) && InstructionSet.avx2.hasBits(of: .avx512))
    #expect(!InstructionSet.avx2.hasBits(of: .portable) && !InstructionSet.portable.hasBits(of: .avx512))
    #expect(InstructionSet.fastest.isSupported && InstructionSet.portable.isSupported)
    #expect(InstructionSet.fastest == InstructionSet.allCases.last(where: \.isSupported))
    #expect(throws: InputError.self) { _ = try InstructionSet.named("avx51") }
  }
}
