import Inference
import Networks
import RandomNetworks
import Tensors
import TestSupport
import Testing

@Suite("Passes with removed units")
struct InterventionTests {
  /// Masks with every unit removed with some probability, in all lanes or lane by lane.
  private func masks(_ count: Int, _ random: inout SeededRandom, perLane: Bool) -> [UInt8] {
    let share = random.int(0...4)
    return (0..<count).map { _ in
      if perLane { return UInt8(random.int(0...255)) }
      return random.int(0...4) < share ? 0xff : 0
    }
  }

  private func reference(
    _ plan: ExecutionPlan, _ image: [Float], _ masks: [UInt8], lane: Int,
    _ elements: (_ site: Int, _ channel: Int) -> [Double]
  ) -> [Double] {
    var replaced: [Int: [Int: [Double]]] = [:]
    for (index, site) in plan.sites.enumerated() {
      for channel in 0..<site.channelCount where masks[site.firstUnit + channel] >> lane & 1 == 1 {
        replaced[site.site.output, default: [:]][channel] = elements(index, channel)
      }
    }
    return ReferenceForward(plan.network).logits(of: image, replaced: replaced)
  }

  @Test("Any order of removals and returns gives the reference's logits, and the bits of a fresh pass")
  func sequences() throws {
    for seed in 0..<40 {
      let network = try RandomNetwork.make(seed: UInt64(seed) &+ 500, size: 8)
      let plan = try ExecutionPlan(network)
      var random = SeededRandom(UInt64(seed))
      let images = (0..<8).map { _ in random.floats(network.inputShape.count) }
      let constants = random.floats(plan.unitCount)
      let maps = plan.sites.map { random.floats($0.shape.count) }
      let replacement = random.bool() ? Replacement.constants(constants) : .maps(maps)
      let pass = ForwardPass(plan)
      pass.load(count: 8) { lane, buffer in _ = buffer.update(from: images[lane]) }
      for step in 0..<6 {
        let masks = masks(plan.unitCount, &random, perLane: random.bool())
        if step == 3 { pass.run() }
        pass.run(removing: masks, replacement: replacement)
        let fresh = ForwardPass(plan)
        fresh.load(count: 8) { lane, buffer in _ = buffer.update(from: images[lane]) }
        fresh.run(removing: masks, replacement: replacement)
        let lane = random.int(0...7)
        let logits = activations(pass, network.logits, lane: lane)
        #expect(logits == activations(fresh, network.logits, lane: lane), "seed \(seed)")
        let expected = reference(plan, images[lane], masks, lane: lane) { site, channel in
          let area = plan.sites[site].shape.area
          switch replacement {
          case .constants:
            return [Double](repeating: Double(constants[plan.sites[site].firstUnit + channel]), count: area)
          case .maps: return maps[site][channel * area..<(channel + 1) * area].map(Double.init)
          case .donor: return []
          }
        }
        #expect(relativeError(logits, expected) < 3e-5, "seed \(seed), step \(step)")
      }
    }
  }

  @Test("A donor's activations stand in for removed units, lane by lane")
  func donors() throws {
    for seed in 0..<20 {
      let network = try RandomNetwork.make(seed: UInt64(seed) &+ 900, size: 6)
      let plan = try ExecutionPlan(network)
      var random = SeededRandom(UInt64(seed))
      let images = (0..<8).map { _ in random.floats(network.inputShape.count) }
      let others = (0..<8).map { _ in random.floats(network.inputShape.count) }
      let donor = ForwardPass(plan), pass = ForwardPass(plan)
      donor.load(count: 8) { lane, buffer in _ = buffer.update(from: others[lane]) }
      donor.run()
      pass.load(count: 8) { lane, buffer in _ = buffer.update(from: images[lane]) }
      for _ in 0..<3 {
        let masks = masks(plan.unitCount, &random, perLane: true)
        pass.run(removing: masks, replacement: .donor, donor: donor)
        let lane = random.int(0...7)
        let source = ReferenceForward(network).activations(of: others[lane])
        let expected = reference(plan, images[lane], masks, lane: lane) { site, channel in
          let area = plan.sites[site].shape.area
          return Array(source[plan.sites[site].site.output][channel * area..<(channel + 1) * area])
        }
        #expect(relativeError(activations(pass, network.logits, lane: lane), expected) < 3e-5, "seed \(seed)")
      }
    }
  }

  @Test("Only what depends on a change is computed again")
  func work() throws {
    let network = try RandomNetwork.make(seed: 21, size: 8)
    let plan = try ExecutionPlan(network)
    let pass = ForwardPass(plan)
    pass.load(count: 8) { _, buffer in buffer.update(repeating: 0.5) }
    pass.run()
    #expect(pass.multiplyAdds == UInt64(plan.multiplyAdds * 8))
    pass.run()
    #expect(pass.multiplyAdds == UInt64(plan.multiplyAdds * 8), "nothing changed")
    guard let classifier = plan.sites.last else { return }
    var masks = [UInt8](repeating: 0, count: plan.unitCount)
    masks[classifier.firstUnit] = 0xff
    pass.run(removing: masks, replacement: .constants([Float](repeating: 0, count: plan.unitCount)))
    #expect(pass.multiplyAdds == UInt64(plan.multiplyAdds * 8), "a removed unit of the last layer costs nothing")
    pass.run()
    let last = network.multiplyAdds(ofNode: classifier.site.source) / classifier.channelCount
    #expect(pass.multiplyAdds == UInt64(plan.multiplyAdds * 8 + last * 8), "its return costs its own products")
  }

  @Test("Removed filters are neither computed nor read")
  func compaction() throws {
    var random = SeededRandom(77)
    func weight(_ outputs: Int, _ inputs: Int) throws -> Layer {
      let tensor = try Tensor(shape: Shape(outputs, inputs, 3, 3), values: random.floats(outputs * inputs * 9))
      return .convolution(Convolution(weight: tensor, bias: random.floats(outputs), padding: Insets(1)))
    }
    let network = try Network(
      name: "three",
      nodes: [
        Node("in", .input(Shape(3, 10, 10)), inputs: []), Node("a", try weight(8, 3), inputs: [0]),
        Node("b", try weight(8, 8), inputs: [1]), Node("c", try weight(4, 8), inputs: [2]),
      ])
    let plan = try ExecutionPlan(network)
    let constants = random.floats(plan.unitCount)
    let pass = ForwardPass(plan)
    pass.load(count: 1) { _, buffer in buffer.update(repeating: 0.5) }
    var masks = [UInt8](repeating: 0, count: plan.unitCount)
    for unit in [0, 3, 5, 6] + [9, 10, 11, 12, 13, 14] { masks[unit] = 0xff }
    pass.run(removing: masks, replacement: .constants(constants))
    // 4 of 8 filters of a; 2 of 8 of b, which read 4; 4 of c, which read 2: times 9 taps and 100 pixels.
    #expect(pass.multiplyAdds == (4 * 3 + 2 * 4 + 4 * 2) * 900)
    masks = [UInt8](repeating: 0xff, count: plan.unitCount - 4) + [0, 0, 0, 0]
    pass.run(removing: masks, replacement: .constants(constants))
    #expect(pass.multiplyAdds == (4 * 3 + 2 * 4 + 4 * 2) * 900, "what reads constants alone has no products left")
  }

  @Test("Means are exact over all images, whatever the number of workers")
  func means() async throws {
    let network = try RandomNetwork.make(seed: 33, size: 7)
    let plan = try ExecutionPlan(network)
    var random = SeededRandom(9)
    let images = (0..<21).map { _ in random.floats(network.inputShape.count) }
    let source = InputImages(Array(images.joined()), shape: network.inputShape)
    var results: [ActivationMeans] = [], maps: [ActivationMaps] = []
    for workers in [1, 2, 8] {
      let inference = try BlockwiseInference(plan, images: source, workers: workers)
      results.append(try await ActivationMeans.measured(inference))
      maps.append(try await ActivationMaps.measured(inference))
    }
    #expect(results[0] == results[1] && results[1] == results[2])
    #expect(maps[0] == maps[1] && maps[1] == maps[2])
    let references = images.map { ReferenceForward(network).activations(of: $0) }
    for (index, site) in plan.sites.enumerated() {
      let area = site.shape.area
      var expected = [Double](repeating: 0, count: site.shape.count)
      for reference in references {
        for element in expected.indices { expected[element] += reference[site.site.output][element] / 21 }
      }
      #expect(relativeError(maps[0].sites[index], expected) < 1e-5)
      let channels = (0..<site.channelCount).map { channel in
        expected[channel * area..<(channel + 1) * area].reduce(0, +) / Double(area)
      }
      #expect(relativeError(Array(results[0].units[site.units]), channels) < 1e-5)
    }
  }

  @Test("Logits of many images are in image order, whatever the number of workers")
  func blockwise() async throws {
    let network = try RandomNetwork.make(seed: 44, size: 5)
    let plan = try ExecutionPlan(network)
    var random = SeededRandom(2)
    let images = (0..<19).map { _ in random.floats(network.inputShape.count) }
    let source = InputImages(Array(images.joined()), shape: network.inputShape)
    let one = try await BlockwiseInference(plan, images: source, workers: 1).logits()
    let three = try await BlockwiseInference(plan, images: source, workers: 3).logits()
    #expect(one == three)
    for (index, image) in images.enumerated() {
      let classes = network.classCount
      let expected = ReferenceForward(network).logits(of: image)
      #expect(relativeError(Array(one[index * classes..<(index + 1) * classes]), expected) < 2e-5)
    }
  }
}
