import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Tensors
import Testing

@Suite struct CalibratedAblationTests {
  @Test func meansAreExactOverAllImagesForAnyNumberOfWorkers() async throws {
    let plan = try ExecutionPlan(SmallNetworks.mixed(seed: 3))
    let images = try SmallNetworks.images(21, seed: 4)
    let reference = ReferenceForward(plan.network)
    var expected: [Double] = []
    let activations = (0..<21).map { reference.activations(of: images.pixels(of: $0)) }
    for site in plan.sites {
      let area = site.shape.area
      for channel in 0..<site.channelCount {
        let sum = activations.reduce(0.0) {
          $0 + $1[site.site.output][channel * area..<(channel + 1) * area].reduce(0, +)
        }
        expected.append(sum / Double(21 * area))
      }
    }
    var bits: [[Float]] = []
    for workers in [1, 2, 5] {
      let ablation = try await CalibratedAblation.measured(.mean, plan: plan, on: images, workers: workers)
      guard case .constants(let means) = ablation.replacement else {
        Issue.record("the mean is a constant")
        return
      }
      #expect(ablation.calibrationDigest == images.digest)
      for (mean, expected) in zip(means, expected) {
        #expect(abs(Double(mean) - expected) <= 1e-5 * max(1, abs(expected)))
      }
      bits.append(means)
    }
    #expect(bits[0].count == expected.count && bits[0] == bits[1] && bits[0] == bits[2])
  }

  @Test func theLastImageCountsAsMuchAsTheFirst() async throws {
    let plan = try ExecutionPlan(KnownNetworks.oneConvolution().network)
    let dark = try Tensor(shape: Shape(1, 4, 4), values: [Float](repeating: 0, count: 16))
    let bright = try Tensor(shape: Shape(1, 4, 4), values: [Float](repeating: 10, count: 16))
    for place in [0, 8] {
      var tensors = [Tensor](repeating: dark, count: 9)
      tensors[place] = bright
      let images = try LabeledImages(tensors: tensors, labels: [Int](repeating: 0, count: 9))
      let ablation = try await CalibratedAblation.measured(.mean, plan: plan, on: images)
      guard case .constants(let means) = ablation.replacement else { continue }
      // Nine taps of 10 less the biases 50 and 75, on one image of nine.
      #expect(means[0] == Float(40.0 / 9) && means[1] == Float(15.0 / 9))
    }
  }

  @Test func badCalibrationImagesAreRefused() async throws {
    let plan = try ExecutionPlan(SmallNetworks.mixed(seed: 3))
    let small = try SmallNetworks.images(3, shape: Shape(2, 6, 6), seed: 1)
    let shape = try await #require(throws: InputError.self) {
      try await CalibratedAblation.measured(.mean, plan: plan, on: small)
    }
    #expect(shape.expected == "2×7×6" && shape.found == "2×6×6")
    let single = try SmallNetworks.images(1, seed: 1)
    let lonely = try await #require(throws: InputError.self) {
      try await CalibratedAblation.measured(.resample, plan: plan, on: single)
    }
    #expect(lonely.expected == "at least 2 calibration images")
  }

  @Test func digestsTellNetworksApart() throws {
    let network = try SmallNetworks.mixed(seed: 1)
    #expect(network.digest == (try SmallNetworks.mixed(seed: 1)).digest)
    #expect(network.digest.count == 64)
    var digests: Set<String> = [network.digest, try SmallNetworks.mixed(seed: 2).digest]
    for index in network.nodes.indices.dropFirst() {
      var nodes = network.nodes
      nodes[index].name += "'"
      digests.insert(try Network(name: network.name, nodes: nodes).digest)
      switch nodes[index].layer {
      case .convolution(var layer):
        layer.weight.values[0].negate()
        nodes[index].layer = .convolution(layer)
      case .batchNormalization(var layer):
        layer.epsilon *= 2
        nodes[index].layer = .batchNormalization(layer)
      case .activation(.leakyRelu(let slope)): nodes[index].layer = .activation(.leakyRelu(slope: slope * 2))
      default: continue
      }
      nodes[index].name = network.nodes[index].name
      digests.insert(try Network(name: network.name, nodes: nodes).digest)
    }
    #expect(digests.count == 2 + (network.nodes.count - 1) + 7)
  }
}
