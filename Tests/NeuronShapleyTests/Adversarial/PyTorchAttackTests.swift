import Foundation
import Images
import Inference
import ModelFormats
import NeuronShapley
import TestSupport
import Testing

/// The same attacks in PyTorch, in double precision (scripts/goldens/adversarial.py).
@Suite(.enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
struct PyTorchAttackTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let norm: AdversarialAttack.Norm
      let epsilon: Double
      let steps: Int
      let stepSize: Double
      let target: Int?
      let predictions: [Int]
      let lengths: [Double]
      let changes: [[Double]]
    }
    let count: Int
    let every: Int
    let cases: [Case]
  }

  @Test func attacksGoThroughTheSamePictures() async throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/adversarial/resnet20.json")
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: path))
    #expect(golden.cases.count == 4)
    var options = ImageLoadingOptions()
    options.limit = golden.count
    let images = try await ImageLoading.load(
      .init(path: TestData.path("cifar10/test_open.bin")), preprocessing: .preset(named: "cifar10-imagenet"),
      options: options
    ).images
    let network = try AttackedNetwork(
      ONNXReader().read(file: TestData.path("models/resnet20_cifar10.onnx")))
    let scale = try images.pixelScale()
    for expected in golden.cases {
      let attack = AdversarialAttack(
        norm: expected.norm, epsilon: expected.epsilon, steps: expected.steps, stepSize: expected.stepSize,
        target: expected.target, iterate: .last, roundsPixels: false)
      let result = try await attack.run(against: network, on: images, scale: scale, workers: 2)
      let name = "\(expected.norm), target \(expected.target ?? -1)"
      #expect(result.outcomes.map(\.prediction) == expected.predictions, "\(name)")
      var far = 0, count = 0, apart = 0
      for index in 0..<golden.count {
        let length = result.outcomes[index].length
        if abs(length - expected.lengths[index]) > 0.02 * expected.lengths[index] { apart += 1 }
        let clean = try images.samples(of: index, scale: scale)
        let attacked = try result.images.samples(of: index, scale: scale)
        let largest = result.outcomes[index].largestChange
        for (place, change) in expected.changes[index].enumerated() {
          let own = Double(attacked[place * golden.every] - clean[place * golden.every]) / 255
          count += 1
          if abs(own - change) > 0.02 * largest { far += 1 }
        }
      }
      // A slope that is nearly zero has either sign by rounding, and later steps see the picture that came of it.
      #expect(apart <= 1, "\(name): \(apart) pictures went another way")
      #expect(far * (expected.norm == .linf ? 20 : 50) < count, "\(name): \(far) of \(count)")
    }
  }
}
