import Inference
import InputErrors
import Networks
import RandomNetworks
import Tensors
import TestSupport
import Testing

@Suite struct SteeredNetworkTests {
  /// Nodes that can be changed and lead to the logits.
  private static func places(_ network: Network) -> [Int] {
    network.nodes.indices.filter { node in
      guard node > 0, network.shapes[node].rank == 1 || network.shapes[node].rank == 3 else { return false }
      if case .constant = network.nodes[node].layer { return false }
      return !network.consumers[node].isEmpty
    }
  }

  /// x with the change made, by its formula in double precision.
  private static func changed(_ x: [Double], _ shape: Shape, _ intervention: DirectionIntervention) -> [Double] {
    let v = intervention.direction.map(Double.init), groups = v.count == shape.count ? 1 : shape.area
    var result = x
    for position in 0..<groups {
      let place = { (entry: Int) in v.count == shape.count ? entry : entry * shape.area + position }
      switch intervention.change {
      case .addition(let amount):
        for entry in v.indices { result[place(entry)] += Double(amount) * v[entry] }
      case .removal(let mean):
        let length = v.reduce(0) { $0 + $1 * $1 }
        var along = 0.0
        for entry in v.indices { along += v[entry] * (x[place(entry)] - Double(mean[entry])) }
        for entry in v.indices { result[place(entry)] -= v[entry] * along / length }
      }
    }
    return result
  }

  private static func replacing(_ node: Int, _ values: [Double], _ shape: Shape) -> [Int: [Int: [Double]]] {
    let maps = (0..<shape.channels).map { channel in
      (channel, Array(values[channel * shape.area..<(channel + 1) * shape.area]))
    }
    return [node: Dictionary(uniqueKeysWithValues: maps)]
  }

  @Test("Additions and removals at any node of random networks are what their formulas say")
  func agreesWithTheFormulas() throws {
    for seed in 0..<40 {
      let network = try RandomNetwork.make(seed: UInt64(seed) + 90_000, size: 6)
      var random = SeededRandom(UInt64(seed))
      let node = random.pick(Self.places(network)), shape = network.shapes[node]
      let width = random.bool() ? shape.channels : shape.count
      let direction = random.floats(width)
      let image = random.floats(network.inputShape.count)
      let reference = ReferenceForward(network)
      let x = reference.activations(of: image)[node]
      for change in [DirectionIntervention.Change.addition(0.7), .removal(mean: random.floats(width))] {
        let intervention = DirectionIntervention(change, along: direction)
        let expected = reference.logits(
          of: image, replaced: Self.replacing(node, Self.changed(x, shape, intervention), shape))
        let steered = try intervention.applied(to: network, node: node)
        #expect(network.nodes.allSatisfy { steered.index(ofNode: $0.name) != nil })
        let plan = try ExecutionPlan(steered)
        let pass = ForwardPass(plan)
        pass.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
        pass.run()
        var found = [Float](repeating: 0, count: network.classCount)
        found.withUnsafeMutableBufferPointer { pass.copyLogits(lane: 0, into: $0) }
        let largest = expected.reduce(1e-3) { max($0, abs($1)) }
        for (a, b) in zip(found, expected) {
          #expect(abs(Double(a) - b) <= 2e-4 * largest, "seed \(seed), node \(network.nodes[node].title)")
        }
      }
    }
  }

  @Test(
    "Interventions switched one after another on loaded images are each what it is alone", arguments: [true, false])
  func switching(incremental: Bool) throws {
    for seed in 0..<15 {
      let network = try RandomNetwork.make(seed: UInt64(seed) + 91_000, size: 7)
      var random = SeededRandom(UInt64(seed))
      let node = random.pick(Self.places(network)), channels = network.shapes[node].channels
      let interventions = (0..<5).map { index in
        DirectionIntervention(
          index % 2 == 0 ? .addition(random.floats(1)[0]) : .removal(mean: random.floats(channels)),
          along: random.floats(channels))
      }
      let images = (0..<3).map { _ in random.floats(network.inputShape.count) }
      let steered = try SteeredNetwork(network, node: node, interventions: interventions)
      let plan = try ExecutionPlan(steered.network, purpose: incremental ? .incremental : .inference)
      let pass = ForwardPass(plan)
      pass.load(count: 3) { lane, buffer in _ = buffer.update(from: images[lane]) }
      for active in [[], [0], [3], [4], [1, 2], [0, 1, 2, 3, 4], []] {
        pass.run(removing: steered.masks(plan, active: active), replacement: steered.replacement(plan))
        let networks =
          try active.isEmpty
          ? network
          : SteeredNetwork(network, node: node, interventions: active.map { interventions[$0] }).network
        let reference = ReferenceForward(networks)
        for lane in 0..<3 {
          let expected = reference.logits(of: images[lane])
          var found = [Float](repeating: 0, count: network.classCount)
          found.withUnsafeMutableBufferPointer { pass.copyLogits(lane: lane, into: $0) }
          let largest = expected.reduce(1e-3) { max($0, abs($1)) }
          for (a, b) in zip(found, expected) {
            #expect(abs(Double(a) - b) <= 3e-4 * largest, "seed \(seed), active \(active)")
          }
        }
      }
    }
  }

  @Test("What was removed is gone: the projection is that of the mean, and removing it again changes nothing")
  func removalIsAProjection() throws {
    let network = try RandomNetwork.make(seed: 92_000, size: 6)
    var random = SeededRandom(3)
    let node = try #require(Self.places(network).first { network.shapes[$0].area > 1 })
    let shape = network.shapes[node], direction = random.floats(shape.channels), mean = random.floats(shape.channels)
    let removal = DirectionIntervention(.removal(mean: mean), along: direction)
    let steered = try SteeredNetwork(network, node: node, interventions: [removal])
    let image = random.floats(network.inputShape.count)
    let changed = ReferenceForward(steered.network).activations(of: image)[steered.changed]
    let target = zip(direction, mean).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    for position in 0..<shape.area {
      let along = direction.indices.reduce(0.0) { $0 + Double(direction[$1]) * changed[$1 * shape.area + position] }
      #expect(abs(along - target) < 1e-5 * max(1, abs(target)))
    }
    let twice = try removal.applied(to: steered.network, node: steered.changed)
    let (once, again) = (ReferenceForward(steered.network).logits(of: image), ReferenceForward(twice).logits(of: image))
    for (a, b) in zip(once, again) { #expect(abs(a - b) < 1e-5 * max(1, abs(a))) }
  }

  @Test("The slope of the logit along a direction is the gradient times the direction")
  func slopesAreDirectionalDerivatives() throws {
    var checked = 0
    for seed in 0..<20 {
      let network = try RandomNetwork.make(seed: UInt64(seed) + 93_000, size: 5)
      var random = SeededRandom(UInt64(seed))
      let plan = try ExecutionPlan(network, purpose: .differentiation)
      let node = random.pick(Self.places(network).filter { plan.isStored(node: $0) })
      let shape = network.shapes[node], direction = random.floats(shape.channels)
      let image = random.floats(network.inputShape.count)
      let forward = ForwardPass(plan), backward = BackwardPass(GradientPlan(plan, towards: [node]))
      forward.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
      forward.run()
      backward.begin(forward)
      backward.seed(node: network.logits, lane: 0, (0..<network.classCount).map { $0 == 2 ? 1 : 0 })
      backward.run()
      let gradient = backward.gradient(ofNode: node, lane: 0)
      var slope = 0.0
      for element in gradient.indices { slope += Double(gradient[element]) * Double(direction[element / shape.area]) }
      func logit(_ amount: Float) throws -> Double {
        let steered = try DirectionIntervention(.addition(amount), along: direction).applied(to: network, node: node)
        return ReferenceForward(steered).logits(of: image)[2]
      }
      // A kink within the larger step may lie outside of the smaller one.
      let numeric = try [Float(0.0625), 0.0009765625].map { try (logit($0) - logit(-$0)) / (2 * Double($0)) }
      let agrees = numeric.contains { abs($0 - slope) <= 5e-3 * max(0.02, abs(slope)) }
      #expect(agrees, "seed \(seed): \(numeric) and \(slope)")
      if abs(slope) > 1e-3 { checked += 1 }
    }
    #expect(checked > 8)
  }
}
