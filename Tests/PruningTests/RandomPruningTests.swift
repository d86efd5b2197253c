import InputErrors
import Inference
import Networks
import Pruning
import RandomNetworks
import Tensors
import TestSupport
import Testing

@Suite("Pruning of random networks")
struct RandomPruningTests {
  /// Some filters of some layers, with numbers or maps in their place.
  private func removals(_ network: Network, _ random: inout SeededRandom) -> [FilterRemoval] {
    let share = random.int(1...9), takesMaps = random.int(0...3) == 0
    return network.activationSites.dropLast().flatMap { site -> [FilterRemoval] in
      let shape = network.shapes[site.output]
      return (0..<shape.channels).compactMap { channel in
        guard random.int(0...9) < share else { return nil }
        let value: ChannelValue
        switch random.int(0...3) {
        case 0: value = .uniform(0)
        case 1 where takesMaps: value = ChannelValue(random.floats(shape.area).map(Double.init))
        default: value = .uniform(Double(random.floats(1)[0]))
        }
        return FilterRemoval(node: site.source, channel: channel, value: value)
      }
    }
  }

  @Test("A pruned network computes what the ablated one does, also after a walk through a file", arguments: 0..<12)
  func random(_ block: Int) throws {
    var pruned = 0
    for seed in block * 25..<(block + 1) * 25 {
      var random = SeededRandom(UInt64(seed) &+ 77)
      let network = try RandomNetwork.make(seed: UInt64(seed) &+ 40_000, size: random.int(3...14))
      let removals = removals(network, &random)
      guard !removals.isEmpty else { continue }
      let sample: Pruned
      do { sample = try Pruned(network, removals) } catch let error as InputError where error.kind == .usage {
        continue
      }
      let distance = sample.distance(seed: UInt64(seed))
      #expect(distance <= 1e-5, "seed \(seed)")
      pruned += 1
    }
    #expect(pruned > 10)
  }
}
