import Inference
import Networks
import TestSupport
import Testing
import Training

@Suite("Training passes")
struct TrainingPassTests {
  static let sets = InstructionSet.allCases.filter(\.isSupported)

  struct Batch {
    var images: [[Float]]
    var weights: [Float]

    init(_ network: Network, count: Int, seed: UInt64) {
      var random = SeededRandom(seed)
      images = (0..<count).map { _ in random.floats(network.inputShape.count) }
      weights = random.floats(count * network.classCount)
    }

    func forward(_ pass: TrainingPass, training: Bool = true) -> [Float] {
      pass.forward(count: images.count, training: training) { image, buffer in _ = buffer.update(from: images[image]) }
    }
  }

  @Test(
    "AVX-512 has AVX2's bits: logits and parameter gradients",
    .enabled(if: InstructionSet.avx512.isSupported, "this processor lacks AVX-512"))
  func sameBits() throws {
    for network in try SmallNetworks.all {
      let batch = Batch(network, count: 11, seed: 6)
      let bits = try [InstructionSet.avx2, .avx512].map { set -> [UInt32] in
        let pass = try TrainingPass(network, batchSize: 16, instructionSet: set)
        let logits = batch.forward(pass)
        return (logits + pass.backward(logitGradients: batch.weights)).map(\.bitPattern)
      }
      #expect(bits[0] == bits[1], "\(network.name)")
    }
  }

  @Test("Parameter gradients against central differences in double precision, segment by segment", arguments: sets)
  func gradients(_ set: InstructionSet) throws {
    for network in try SmallNetworks.all {
      let batch = Batch(network, count: 11, seed: 5)
      let pass = try TrainingPass(network, batchSize: 16, instructionSet: set)
      _ = batch.forward(pass)
      let gradient = pass.backward(logitGradients: batch.weights)
      let reference = ReferenceBatch(
        network: network, layout: pass.layout, images: batch.images, weights: batch.weights, trains: true)
      var random = SeededRandom(9)
      for segment in pass.layout.segments {
        let direction = random.floats(segment.range.count)
        func moved(_ step: Float) -> [Float] {
          var parameters = pass.parameters
          for (index, place) in segment.range.enumerated() { parameters[place] += step * direction[index] }
          return parameters
        }
        let name = "\(network.name), \(network.nodes[segment.node].title), \(segment.kind)"
        // A long step may cross a kink of an activation, a short one drown in the rounding of the moments.
        var outcomes: [String] = []
        var agrees = false
        for step: Float in [2e-3, 4e-4, 1e-4] where !agrees {
          let ahead = moved(step), behind = moved(-step)
          var analytic = 0.0, size = 0.0
          for place in segment.range {
            analytic += Double(gradient[place]) * (Double(ahead[place]) - Double(behind[place]))
            size += abs(Double(gradient[place])) * abs(Double(ahead[place]) - Double(behind[place]))
          }
          let numeric = try reference.loss(ahead) - reference.loss(behind)
          agrees = size > 0 && abs(numeric - analytic) <= 4e-3 * max(size, abs(numeric)) + 1e-6
          outcomes.append("\(analytic) and \(numeric) of \(size)")
        }
        #expect(agrees, "\(name): \(outcomes)")
      }
    }
  }

  @Test("Outside of training the logits are those of the network with its running moments", arguments: sets)
  func evaluation(_ set: InstructionSet) throws {
    for network in try SmallNetworks.all {
      let batch = Batch(network, count: 5, seed: 6)
      let pass = try TrainingPass(network, batchSize: 8, instructionSet: set)
      for _ in 0..<3 { _ = batch.forward(pass) }
      pass.parameters = pass.parameters.map { $0 * 1.01 }
      let logits = batch.forward(pass, training: false)
      let reference = ReferenceForward(pass.network())
      for (image, values) in batch.images.enumerated() {
        for (index, expected) in reference.logits(of: values).enumerated() {
          #expect(abs(Double(logits[image * network.classCount + index]) - expected) < 2e-5 * max(1, abs(expected)))
        }
      }
    }
  }

  @Test("Running moments move by the batch's mean and unbiased variance")
  func runningMoments() throws {
    let network = try SmallNetworks.residual()
    let batch = Batch(network, count: 9, seed: 2)
    let pass = try TrainingPass(network, batchSize: 9)
    let before = pass.runningMoments
    pass.momentum = 0.25
    _ = batch.forward(pass)
    let reference = ReferenceBatch(
      network: network, layout: pass.layout, images: batch.images, weights: batch.weights, trains: true)
    let first = network.nodes.indices.first {
      if case .batchNormalization = network.nodes[$0].layer { true } else { false }
    }
    let moments = reference.moments(network, try #require(first))
    for (index, moment) in (moments.mean + moments.unbiased).enumerated() {
      let expected = 0.75 * Double(before[index]) + 0.25 * moment
      #expect(abs(Double(pass.runningMoments[index]) - expected) < 1e-5)
    }
  }

  @Test("The bits do not depend on the number of workers, nor on what ran before")
  func workers() throws {
    for network in try SmallNetworks.all {
      let batch = Batch(network, count: 21, seed: 3), other = Batch(network, count: 24, seed: 8)
      let alone = try TrainingPass(network, batchSize: 24)
      let shared = try TrainingPass(network, batchSize: 24, workers: 3)
      _ = other.forward(shared)
      _ = shared.backward(logitGradients: other.weights)
      shared.runningMoments = alone.runningMoments
      #expect(batch.forward(alone) == batch.forward(shared))
      #expect(alone.backward(logitGradients: batch.weights) == shared.backward(logitGradients: batch.weights))
      #expect(alone.runningMoments == shared.runningMoments)
    }
  }

  @Test("The layout names every parameter once and rebuilds the network")
  func layout() throws {
    for network in try SmallNetworks.all {
      let layout = ParameterLayout(network)
      #expect(layout.count == network.parameterCount)
      #expect(layout.segments.flatMap { Array($0.range) } == Array(0..<layout.count))
      let pass = try TrainingPass(network, batchSize: 1)
      #expect(pass.network() == network)
    }
  }
}
