import Inference
import Networks
import RandomNetworks
import Tensors
import TestSupport
import Testing

/// The loss Σ weight · logits of one image in double precision, with some units replaced.
struct ReferenceLoss {
  let network: Network
  let weights: [Double]
  var replaced: [Int: [Int: [Double]]] = [:]

  func callAsFunction(_ image: [Float]) -> Double {
    zip(ReferenceForward(network).logits(of: image, replaced: replaced), weights).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

@Suite("Backward passes against central differences")
struct BackwardPassTests {
  static let sets = InstructionSet.allCases.filter(\.isSupported)

  /// Smooth networks only where the differences are to be small: kinks are rare enough to be skipped.
  private func agree(_ analytic: Double, _ loss: (Double) -> Double, _ scale: Double) -> Bool {
    for step in [1e-2, 1e-3, 3e-4] {
      let numeric = (loss(step) - loss(-step)) / (2 * step)
      if abs(numeric - analytic) <= 2e-3 * max(scale, abs(numeric)) { return true }
    }
    return false
  }

  @Test("The input gradient of random networks of every layer kind, some units replaced", arguments: sets)
  func randomNetworks(_ set: InstructionSet) throws {
    var wrong = 0, checked = 0
    for seed in 0..<120 {
      let network = try RandomNetwork.make(seed: UInt64(seed) &+ 7000, size: 7)
      let plan = try ExecutionPlan(network, instructionSet: set, purpose: .differentiation)
      var random = SeededRandom(UInt64(seed))
      let images = (0..<2).map { _ in random.floats(network.inputShape.count) }
      let masks = (0..<plan.unitCount).map { _ in UInt8(random.int(0...5) == 0 ? random.int(0...255) : 0) }
      let constants = random.floats(plan.unitCount)
      let forward = ForwardPass(plan)
      forward.load(count: 2) { lane, buffer in _ = buffer.update(from: images[lane]) }
      forward.run(removing: masks, replacement: .constants(constants))
      let backward = BackwardPass(GradientPlan(plan))
      backward.begin(forward)
      let weights = random.floats(network.classCount)
      for lane in 0..<2 { backward.seed(node: network.logits, lane: lane, weights) }
      backward.run()
      for lane in 0..<2 {
        var loss = ReferenceLoss(network: network, weights: weights.map(Double.init))
        for site in plan.sites {
          for channel in 0..<site.channelCount where masks[site.firstUnit + channel] >> lane & 1 == 1 {
            loss.replaced[site.site.output, default: [:]][channel] = [Double](
              repeating: Double(constants[site.firstUnit + channel]), count: site.shape.area)
          }
        }
        let gradient = backward.gradient(ofNode: 0, lane: lane)
        let direction = random.floats(gradient.count)
        let analytic = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let scale = max(1e-2, gradient.reduce(0) { $0 + abs(Double($1)) } / 8)
        checked += 1
        let agrees = agree(
          analytic,
          { step in loss(zip(images[lane], direction).map { Float(Double($0) + step * Double($1)) }) }, scale)
        if !agrees { wrong += 1; print("seed", seed, network.nodes.map(\.layer.kindName)) }
      }
    }
    // A kink between the two points of a difference may spoil a few.
    #expect(wrong * 50 <= checked, "\(wrong) of \(checked)")
  }
}
