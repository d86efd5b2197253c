import Inference
import Networks
import NeuronShapley
import RandomNetworks
import Tensors
import TestSupport
import Testing
import Visualization

@Suite("Examples of what a unit responds to")
struct ExampleTests {
  /// One pixel, one unit: its value before the rectifier is twice the pixel less 1.
  private func pixelNetwork() throws -> Network {
    let layer = Convolution(weight: try Tensor(shape: Shape(1, 1, 1, 1), values: [2]), bias: [-1])
    return try Network(
      name: "pixel",
      nodes: [
        Node("in", .input(Shape(1, 1, 2)), inputs: []), Node("conv", .convolution(layer), inputs: [0]),
        Node("relu", .activation(.relu), inputs: [1]),
      ])
  }

  private func examples(_ network: Network, _ images: InputImages, count: Int = 2) async throws -> UnitExamples {
    let counts = Dictionary(uniqueKeysWithValues: ExampleGroup.allCases.map { ($0, count) })
    return try await ExampleStudy(counts: counts).examples(
      of: [Filter(layer: "conv", channel: 0)], in: network, images: images)[0]
  }

  @Test("The spectrum of a unit whose values are known")
  func spectrum() async throws {
    // Values: −1 3 | 1 0 | −3 −5 | 7 −1 | 5 5
    let images = InputImages([0, 2, 1, 0.5, -1, -2, 4, 0, 3, 3], shape: Shape(1, 1, 2))
    let found = try await examples(try pixelNetwork(), images)
    #expect(found.distribution.maximum == 7 && found.distribution.minimum == -5)
    #expect(found.distribution.positiveShare == 0.5 && found.distribution.firingShare == 0.8)
    #expect(abs(found.distribution.mean - 1.1) < 1e-12 && !found.isSilent)
    func picked(_ group: ExampleGroup) -> [Int] { found.groups[group]?.map(\.image) ?? [] }
    #expect(picked(.maximum) == [3, 4] && picked(.minimum) == [2, 0])
    // The largest value of each image: 3, 1, −3, 7, 5; the ends of their order.
    #expect(picked(.spread) == [3, 2])
    // Half of the mean of 3, 1, 7, 5, 5 is 2.1; half of that of −1, −3, −5, −1 is −1.25.
    #expect(picked(.slightlyPositive) == [0, 1] && picked(.slightlyNegative) == [0, 3])
    let first = try #require(found.groups[.maximum]?.first)
    #expect(first.value == 7 && first.column == 0 && first.map == [7, -1])
    #expect(first.field == ReceptiveField(rows: 0..<1, columns: 0..<1))
  }

  @Test("A unit that never fires is said to be silent; one that does once is not")
  func silence() async throws {
    let network = try pixelNetwork()
    let off = try await examples(network, InputImages([0, 0.5, -1, 0.2], shape: Shape(1, 1, 2)))
    #expect(off.isSilent && off.distribution.firingShare == 0)
    let on = try await examples(network, InputImages([0, 0.6, -1, 0.2], shape: Shape(1, 1, 2)))
    #expect(!on.isSilent)
    // The same value everywhere is no silence where it is above zero, or where nothing cuts it off.
    let constant = try await examples(network, InputImages([2, 2, 2, 2], shape: Shape(1, 1, 2)))
    #expect(!constant.isSilent)
    let layer = Convolution(weight: try Tensor(shape: Shape(1, 1, 1, 1), values: [2]), bias: [-1])
    let plain = try Network(
      name: "plain",
      nodes: [
        Node("in", .input(Shape(1, 1, 2)), inputs: []), Node("conv", .convolution(layer), inputs: [0]),
      ])
    let below = try await examples(plain, InputImages([0, 0.5, -1, 0.2], shape: Shape(1, 1, 2)))
    #expect(!below.isSilent && below.distribution.firingShare == 0)
  }

  @Test("Memory, workers and the company of other units change nothing")
  func invariance() async throws {
    for seed in 0..<6 {
      let network = try RandomNetwork.make(seed: UInt64(seed + 60), size: 7)
      var random = SeededRandom(UInt64(seed))
      let images = InputImages(random.floats(19 * network.inputShape.count), shape: network.inputShape)
      let units = UnitCatalog(network).layers.flatMap { layer in
        (0..<min(2, layer.channelCount)).map { layer.unit($0) }
      }
      var study = ExampleStudy(counts: [.maximum: 3, .minimum: 2, .spread: 4, .slightlyNegative: 1])
      let all = try await study.examples(of: units, in: network, images: images)
      study.byteBudget = 1
      let apart = try await study.examples(of: units.reversed(), in: network, images: images, workers: 3)
      #expect(all.map(\.unit) == units && apart.map(\.unit) == units.reversed())
      for (one, other) in zip(all, apart.reversed()) {
        #expect(one.groups[.maximum]?.map(\.image) == other.groups[.maximum]?.map(\.image))
        #expect(one.groups[.spread]?.map(\.image) == other.groups[.spread]?.map(\.image))
        #expect(abs(one.distribution.mean - other.distribution.mean) < 1e-4 * max(1, abs(one.distribution.mean)))
      }
      // Against the slow forward pass.
      let layer = UnitCatalog(network).layers[0]
      let reference = ReferenceForward(network), size = network.inputShape.count
      let largest = (0..<19).map { image -> Double in
        let pixels = (0..<size).map { place in
          var value: Float = 0
          withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { buffer in
            images.copy(image, into: buffer)
            value = buffer[place]
          }
          return value
        }
        return reference.activations(of: pixels)[layer.sum][..<layer.shape.area].max() ?? 0
      }
      #expect(abs((largest.max() ?? 0) - all[0].distribution.maximum) < 1e-4 * max(1, abs(largest.max() ?? 0)))
    }
  }
}
