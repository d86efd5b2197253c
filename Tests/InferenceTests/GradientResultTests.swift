import Inference
import Networks
import RandomNetworks
import Tensors
import TestSupport
import Testing

@Suite("What a backward pass yields")
struct GradientResultTests {
  private struct Setting {
    let network: Network
    let plan: ExecutionPlan
    let images: [[Float]]
    let masks: [UInt8]
    let constants: [Float]
    let forward: ForwardPass

    init(seed: UInt64, size: Int = 6) throws {
      network = try RandomNetwork.make(seed: seed &+ 40_000, size: size)
      plan = try ExecutionPlan(network, purpose: .differentiation)
      var random = SeededRandom(seed)
      let count = network.inputShape.count
      let images = (0..<3).map { _ in random.floats(count) }
      self.images = images
      masks = (0..<plan.unitCount).map { _ in UInt8(random.int(0...3) == 0 ? random.int(0...255) : 0) }
      constants = random.floats(plan.unitCount)
      forward = ForwardPass(plan, keepingReplaced: true)
      forward.load(count: 3) { lane, buffer in _ = buffer.update(from: images[lane]) }
      forward.run(removing: masks, replacement: .constants(constants))
    }

    /// The replaced maps of one image.
    func replaced(_ lane: Int) -> [Int: [Int: [Double]]] {
      var replaced: [Int: [Int: [Double]]] = [:]
      for site in plan.sites {
        for channel in 0..<site.channelCount where masks[site.firstUnit + channel] >> lane & 1 == 1 {
          replaced[site.site.output, default: [:]][channel] = [Double](
            repeating: Double(constants[site.firstUnit + channel]), count: site.shape.area)
        }
      }
      return replaced
    }
  }

  @Test("∂f/∂z of present and replaced units against differences in double precision")
  func marginals() throws {
    var wrong = 0, checked = 0
    for seed in 0..<40 {
      let setting = try Setting(seed: UInt64(seed))
      let backward = BackwardPass(GradientPlan(setting.plan, towards: [], marginals: true))
      backward.begin(setting.forward)
      for lane in 0..<3 { backward.seed(.margin, label: lane, lane: lane) }
      backward.run(marginals: .constants(setting.constants))
      let reference = ReferenceForward(setting.network)
      for lane in 0..<3 {
        let base = setting.replaced(lane)
        for (index, site) in setting.plan.sites.enumerated() where index % 2 == seed % 2 {
          let channel = seed % site.channelCount, unit = site.firstUnit + channel
          // The unit's own activation in the network with the other units as they are.
          var others = base
          others[site.site.output]?[channel] = nil
          let own = reference.activations(of: setting.images[lane], replaced: others)[site.site.output]
          let area = site.shape.area, mean = Double(setting.constants[unit])
          let present = setting.masks[unit] >> lane & 1 == 0
          func score(_ z: Double) -> Double {
            var maps = others
            maps[site.site.output, default: [:]][channel] = (0..<area).map { position in
              mean + z * (own[channel * area + position] - mean)
            }
            let logits = reference.logits(of: setting.images[lane], replaced: maps).map(Float.init)
            return logits.withUnsafeBufferPointer { Objective.margin.score(logits: $0, label: lane) }
          }
          let z = present ? 1.0 : 0.0
          let analytic = Double(backward.marginals[lane * setting.plan.unitCount + unit])
          checked += 1
          let agrees = [1e-2, 1e-3].contains { step in
            let numeric = (score(z + step) - score(z - step)) / (2 * step)
            return abs(numeric - analytic) <= 5e-3 * max(0.02, abs(numeric))
          }
          if !agrees { wrong += 1 }
        }
      }
    }
    #expect(checked > 100 && wrong * 40 <= checked, "\(wrong) of \(checked)")
  }

  @Test("Gradients at stored and fused nodes move what comes after them")
  func nodes() throws {
    var random = SeededRandom(3)
    let convolution = Convolution(
      weight: try Tensor(shape: Shape(4, 2, 3, 3), values: random.floats(72)), bias: random.floats(4),
      padding: Insets(1))
    let normalization = BatchNormalization(
      scale: random.floats(4), shift: random.floats(4), mean: random.floats(4), variance: [0.5, 1, 2, 3])
    let network = try Network(
      name: "chain",
      nodes: [
        Node("in", .input(Shape(2, 5, 6)), inputs: []), Node("conv", .convolution(convolution), inputs: [0]),
        Node("norm", .batchNormalization(normalization), inputs: [1]),
        Node("act", .activation(.hardSwish), inputs: [2]),
        Node("pool", .pool(Pooling(.average(countsPadding: false), kernel: Extent(2), stride: Extent(2))), inputs: [3]),
        Node(
          "out", .convolution(Convolution(weight: try Tensor(shape: Shape(3, 4, 2, 2), values: random.floats(48)))),
          inputs: [4]),
      ])
    let plan = try ExecutionPlan(network, purpose: .differentiation)
    #expect(!plan.isStored(node: 1) && !plan.isStored(node: 2) && plan.isStored(node: 3))
    let image = random.floats(60), direction = random.floats(3)
    let forward = ForwardPass(plan), backward = BackwardPass(GradientPlan(plan, towards: [0, 1, 2, 3, 4, 5]))
    forward.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
    forward.run()
    backward.begin(forward)
    backward.seed(node: 5, direction: direction)
    backward.run()
    let area = network.shapes[5].area
    func loss(_ replaced: [Int: [Int: [Double]]]) -> Double {
      let output = ReferenceForward(network).activations(of: image, replaced: replaced)[5]
      return output.enumerated().reduce(0) { $0 + $1.element * Double(direction[$1.offset / area]) }
    }
    let values = ReferenceForward(network).activations(of: image)
    for node in 1...4 {
      let gradient = backward.gradient(ofNode: node, lane: 0)
      let step = random.floats(gradient.count)
      func moved(_ size: Double) -> [Int: [Int: [Double]]] {
        let area = network.shapes[node].area
        var maps: [Int: [Double]] = [:]
        for channel in 0..<4 {
          maps[channel] = (channel * area..<(channel + 1) * area).map { values[node][$0] + size * Double(step[$0]) }
        }
        return [node: maps]
      }
      let numeric = (loss(moved(1e-3)) - loss(moved(-1e-3))) / 2e-3
      let analytic = zip(gradient, step).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(numeric - analytic) < 2e-3 * max(1, abs(numeric)), "node \(node)")
    }
    #expect(backward.gradient(ofNode: 5, lane: 0) == (0..<3 * area).map { direction[$0 / area] })
  }

  @Test(
    "Objectives' gradients are those of their scores",
    arguments: [Objective.logLikelihood, .probability, .logit, .margin])
  func objectives(_ objective: Objective) {
    var random = SeededRandom(8)
    for label in 0..<6 {
      let logits = random.floats(6).map { 3 * $0 }
      var gradient = [Float](repeating: 0, count: 6)
      logits.withUnsafeBufferPointer { logits in
        gradient.withUnsafeMutableBufferPointer {
          objective.addGradient(logits: logits, label: label, weight: 2, to: $0)
        }
      }
      for index in 0..<6 {
        func score(_ step: Float) -> Double {
          var moved = logits
          moved[index] += step
          return moved.withUnsafeBufferPointer { objective.score(logits: $0, label: label) }
        }
        let numeric = (score(1e-2) - score(-1e-2)) / 2e-2
        #expect(abs(Double(gradient[index]) - 2 * numeric) < 2e-3, "\(objective) \(label) \(index)")
      }
    }
  }

  @Test("The gradient at a flattening that a linear layer reads through is the weight's row")
  func flattening() throws {
    var random = SeededRandom(4)
    let weight = try Tensor(shape: Shape(2, 12), values: random.floats(24))
    let network = try Network(
      name: "flat",
      nodes: [
        Node("in", .input(Shape(3, 2, 2)), inputs: []), Node("relu", .activation(.relu), inputs: [0]),
        Node("flat", .reshape(Shape(12)), inputs: [1]), Node("out", .linear(Linear(weight: weight)), inputs: [2]),
      ])
    let plan = try ExecutionPlan(network, purpose: .differentiation)
    #expect(!plan.isStored(node: 2))
    let image = random.floats(12)
    let forward = ForwardPass(plan), backward = BackwardPass(GradientPlan(plan, towards: [0, 2]))
    forward.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
    forward.run()
    backward.begin(forward)
    backward.seed(node: 3, lane: 0, [0, 1])
    backward.run()
    let row = Array(weight.values[12...])
    #expect(backward.gradient(ofNode: 2, lane: 0) == row)
    #expect(backward.gradient(ofNode: 0, lane: 0) == zip(row, image).map { $1 > 0 ? $0 : 0 })
  }

  @Test("Gradients of many images are in image order, whatever the number of workers")
  func blocks() async throws {
    let network = try RandomNetwork.make(seed: 11, size: 8)
    let plan = try ExecutionPlan(network, purpose: .differentiation)
    let gradients = GradientPlan(plan)
    #expect(gradients.multiplyAdds > 0)
    var random = SeededRandom(1)
    let values = random.floats(21 * network.inputShape.count)
    var results: [[[Float]]] = []
    for workers in [1, 3] {
      let inference = try BlockwiseInference(
        plan, images: InputImages(values, shape: network.inputShape), workers: workers)
      let blocks = try await inference.mapBlocks(gradients: gradients) { forward, backward, images in
        forward.run()
        backward.begin(forward)
        for lane in 0..<images.count { backward.seed(.probability, label: (images.lowerBound + lane) % 5, lane: lane) }
        backward.run()
        return (0..<images.count).map { backward.gradient(ofNode: 0, lane: $0) }
      }
      results.append(Array(blocks.joined()))
    }
    #expect(results[0].count == 21 && results[0] == results[1])
    #expect(Set(results[0]).count == 21)
  }

  @Test("A maximum's gradient goes to the first of equal values, as in PyTorch")
  func ties() throws {
    let network = try Network(
      name: "pool",
      nodes: [
        Node("in", .input(Shape(1, 2, 2)), inputs: []),
        Node("pool", .pool(Pooling(.maximum, kernel: Extent(2), stride: Extent(1))), inputs: [0]),
      ])
    let plan = try ExecutionPlan(network, purpose: .differentiation)
    let forward = ForwardPass(plan), backward = BackwardPass(GradientPlan(plan))
    forward.load(count: 1) { _, buffer in _ = buffer.update(from: [0, 2, 2, 2]) }
    forward.run()
    backward.begin(forward)
    backward.seed(node: 1, lane: 0, [3])
    backward.run()
    #expect(backward.gradient(ofNode: 0, lane: 0) == [0, 3, 0, 0])
  }

  @Test("The rules of a rectifier: gradient, guided backpropagation, deconvnet")
  func rules() throws {
    let network = try Network(
      name: "relu",
      nodes: [
        Node("in", .input(Shape(4, 1, 1)), inputs: []), Node("relu", .activation(.relu), inputs: [0]),
      ])
    let plan = try ExecutionPlan(network, purpose: .differentiation)
    let forward = ForwardPass(plan)
    forward.load(count: 1) { _, buffer in _ = buffer.update(from: [5, 0, -5, 10]) }
    forward.run()
    let expected: [(BackwardRule, [Float])] = [
      (.gradient, [10, 0, 0, -10]), (.guided, [10, 0, 0, 0]), (.deconvolution, [10, 10, 10, 0]),
      (.redirected, [10, 10, 10, -10]),
    ]
    for (rule, result) in expected {
      let backward = BackwardPass(GradientPlan(plan, rule: rule))
      backward.begin(forward)
      backward.seed(node: 1, lane: 0, [10, 10, 10, -10])
      backward.run()
      #expect(backward.gradient(ofNode: 0, lane: 0) == result)
    }
  }

  @Test("A redirected gradient passes where it leads back between the bounds, and nowhere else beyond them")
  func redirected() throws {
    let network = try Network(
      name: "relu6",
      nodes: [
        Node("in", .input(Shape(5, 1, 1)), inputs: []),
        Node("relu", .activation(.clip(lower: 0, upper: 6)), inputs: [0]),
      ])
    let plan = try ExecutionPlan(network, purpose: .differentiation)
    for (seeds, result) in [
      ([1, 1, 1, 1, 1], [1, 1, 1, 0, 0]), ([-1, -1, -1, -1, -1], [0, 0, -1, -1, -1]),
    ] as [([Float], [Float])] {
      let forward = ForwardPass(plan), backward = BackwardPass(GradientPlan(plan, rule: .redirected))
      forward.load(count: 1) { _, buffer in _ = buffer.update(from: [-5, 0, 3, 6, 9]) }
      forward.run()
      backward.begin(forward)
      backward.seed(node: 1, lane: 0, seeds)
      backward.run()
      #expect(backward.gradient(ofNode: 0, lane: 0) == result)
    }
  }

  @Test("An activation after a transposed convolution is applied")
  func transposedActivation() throws {
    var random = SeededRandom(2)
    for activation in [Activation.relu, .clip(lower: -0.1, upper: 0.2), .leakyRelu(slope: 0.3), .tanh] {
      let layer = TransposedConvolution(
        weight: try Tensor(shape: Shape(2, 3, 2, 2), values: random.floats(24)), stride: Extent(2))
      let network = try Network(
        name: "up",
        nodes: [
          Node("in", .input(Shape(2, 3, 3)), inputs: []), Node("up", .transposedConvolution(layer), inputs: [0]),
          Node("act", .activation(activation), inputs: [1]),
        ])
      let image = random.floats(18)
      let pass = ForwardPass(try ExecutionPlan(network))
      pass.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
      pass.run()
      #expect(relativeError(activations(pass, 2, lane: 0), ReferenceForward(network).activations(of: image)[2]) < 1e-5)
    }
  }
}
