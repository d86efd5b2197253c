import Inference
import Networks
import NeuronShapley
import RandomNetworks
import Tensors
import TestSupport
import Testing
import Visualization

@Suite("A part of a network")
struct NetworkPartTests {
  @Test("holds the sums before activations and what comes after, as the whole network does")
  func values() throws {
    for seed in 0..<20 {
      let whole = try RandomNetwork.make(seed: UInt64(900 + seed), size: 6)
      let layers = UnitCatalog(whole).layers
      let layer = layers[seed % layers.count]
      let part = try NetworkPart(of: whole, computing: [layer.output, layer.sum])
      var random = SeededRandom(UInt64(seed))
      let image = random.floats(whole.inputShape.count)
      let truth = ReferenceForward(whole).activations(of: image)
      let forward = ForwardPass(try ExecutionPlan(part.network))
      forward.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
      forward.run()
      for node in [layer.output, layer.sum] {
        var values = [Float](repeating: 0, count: layer.shape.count)
        values.withUnsafeMutableBufferPointer {
          forward.copyActivations(ofNode: part.node(node), lane: 0, into: $0)
        }
        let scale = truth[node].map(abs).max() ?? 1
        let error = zip(values, truth[node]).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(error <= 1e-4 * max(1, scale), "seed \(seed), node \(node)")
      }
    }
  }
}
