import Foundation
import Networks
import Tensors
import Testing
import Training

@Suite("Training as PyTorch does it")
struct PyTorchTrainingTests {
  private struct Golden: Decodable {
    let losses: [Double]
    let gradient: [Double]
    let parameters: [Double]
    let moments: [Double]
    let evaluation: [Double]
  }

  /// The formula of scripts/goldens/training.py.
  private func pattern(_ count: Int, _ start: Int) -> [Float] {
    (start..<start + count).map { Float(Double(UInt32(truncatingIfNeeded: $0 &* 2_654_435_761)) / 4_294_967_296 - 0.5) }
  }

  private func network() throws -> Network {
    func weight(_ extents: Int...) -> Tensor { Tensor(repeating: 0, shape: Shape(extents)) }
    func normalization(_ channels: Int) -> Layer {
      .batchNormalization(
        BatchNormalization(
          scale: [Float](repeating: 1, count: channels), shift: [Float](repeating: 0, count: channels),
          mean: [Float](repeating: 0, count: channels), variance: [Float](repeating: 1, count: channels)))
    }
    let layers: [Layer] = [
      .convolution(Convolution(weight: weight(4, 3, 3, 3), padding: Insets(1))), normalization(4), .activation(.relu),
      .pool(Pooling(.maximum, kernel: Extent(2), stride: Extent(2))),
      .convolution(
        Convolution(
          weight: weight(6, 2, 3, 3), bias: [Float](repeating: 0, count: 6), stride: Extent(2), padding: Insets(1),
          groups: 2)),
      normalization(6), .activation(.leakyRelu(slope: 0.1)), .reshape(Shape(24)),
      .linear(Linear(weight: weight(5, 24), bias: [Float](repeating: 0, count: 5))),
    ]
    let nodes = [Node("in", .input(Shape(3, 8, 8)), inputs: [])]
    return try Network(
      name: "golden",
      nodes: nodes + layers.enumerated().map { Node("n\($0.offset)", $0.element, inputs: [$0.offset]) })
  }

  @Test("Four steps of momentum: gradient, losses, parameters, running moments, evaluation")
  func steps() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/gradients/training.json")
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: path))
    let pass = try TrainingPass(try network(), batchSize: 10)
    var parameters = pattern(pass.layout.count, 0)
    for segment in pass.layout.segments where segment.shape.rank == 1 {
      for place in segment.range { parameters[place] += 1 }
    }
    pass.parameters = parameters
    let images = pattern(10 * 192, 5000)
    func forward(training: Bool) -> [Float] {
      pass.forward(count: 10, training: training) { image, buffer in
        for index in buffer.indices { buffer[index] = images[image * 192 + index] }
      }
    }
    var velocity = [Float](repeating: 0, count: pass.layout.count)
    for step in 0..<4 {
      let logits = forward(training: true)
      var loss = 0.0
      var gradients = [Float](repeating: 0, count: logits.count)
      gradients.withUnsafeMutableBufferPointer { gradients in
        logits.withUnsafeBufferPointer { logits in
          for image in 0..<10 {
            let own = UnsafeBufferPointer(rebasing: logits[image * 5..<image * 5 + 5])
            loss -= Objective.logLikelihood.score(logits: own, label: image % 5) / 10
            Objective.logLikelihood.addGradient(
              logits: own, label: image % 5, weight: -0.1,
              to: UnsafeMutableBufferPointer(rebasing: gradients[image * 5..<image * 5 + 5]))
          }
        }
      }
      #expect(abs(loss - golden.losses[step]) < 1e-5 * golden.losses[step])
      let gradient = pass.backward(logitGradients: gradients)
      if step == 0 { expectEqual(gradient, golden.gradient) }
      for index in velocity.indices {
        velocity[index] = 0.9 * velocity[index] + gradient[index]
        pass.parameters[index] -= 0.1 * velocity[index]
      }
    }
    expectEqual(pass.parameters, golden.parameters)
    expectEqual(pass.runningMoments, golden.moments)
    expectEqual(Array(forward(training: false)[..<10]), golden.evaluation)
  }

  private func expectEqual(_ values: [Float], _ expected: [Double], _ location: SourceLocation = #_sourceLocation) {
    let scale = expected.map(abs).max() ?? 0
    let error = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
    #expect(values.count == expected.count && error < 2e-5 * scale, "\(error) of \(scale)", sourceLocation: location)
  }
}
