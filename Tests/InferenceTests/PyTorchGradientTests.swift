import Foundation
import Inference
import ModelFormats
import Networks
import TestSupport
import Testing

/// Gradients on the trained models against PyTorch's in double precision (scripts/goldens/gradients.py).
@Suite("Gradients as PyTorch finds them", .enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
struct PyTorchGradientTests {
  struct Golden: Decodable, Sendable {
    struct Sample: Decodable, Sendable {
      let norm: Double
      let step: Int
      let values: [Double]
    }
    struct Case: Decodable, Sendable {
      let removes: Bool
      let score: Double
      let input: Sample
      let factors: Sample
    }
    let model: String
    let scale: Double
    let cases: [Case]
  }

  private static func goldens() throws -> [Golden] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/gradients/models.json")
    return try JSONDecoder().decode([Golden].self, from: Data(contentsOf: path))
  }

  @Test("Log-likelihood by the image and by every filter's factor, with and without removed filters")
  func models() throws {
    let goldens = try Self.goldens()
    #expect(goldens.count == 11)
    for golden in goldens {
      let network = try ONNXReader().read(file: TestData.path("models/\(golden.model).onnx"))
      let plan = try ExecutionPlan(network, purpose: .differentiation)
      let filters = plan.sites.filter { site in
        if case .convolution = network.nodes[site.site.source].layer { return true }
        return false
      }
      let forward = ForwardPass(plan, keepingReplaced: true)
      let backward = BackwardPass(GradientPlan(plan, marginals: true))
      let zeros = [Float](repeating: 0, count: plan.unitCount)
      forward.load(count: 1) { _, buffer in
        for index in buffer.indices {
          let fraction = Double(UInt32(truncatingIfNeeded: index &* 2_654_435_761)) / 4_294_967_296
          buffer[index] = Float((fraction - 0.5) * golden.scale)
        }
      }
      for expected in golden.cases {
        var masks = [UInt8](repeating: 0, count: plan.unitCount)
        var number = 0
        for site in filters {
          for unit in site.units {
            if expected.removes, site.firstUnit != filters.last?.firstUnit, number % 7 == 3 { masks[unit] = 0xff }
            number += 1
          }
        }
        forward.run(removing: masks, replacement: .constants(zeros))
        backward.begin(forward)
        backward.seed(.logLikelihood, label: 3, lane: 0)
        backward.run(marginals: .constants(zeros))
        var logits = [Float](repeating: 0, count: network.classCount)
        logits.withUnsafeMutableBufferPointer { forward.copyLogits(lane: 0, into: $0) }
        let score = logits.withUnsafeBufferPointer { Objective.logLikelihood.score(logits: $0, label: 3) }
        let name = "\(golden.model), removes \(expected.removes)"
        #expect(abs(score - expected.score) < 1e-4 * max(1, abs(expected.score)), "\(name), score")
        check(backward.gradient(ofNode: 0, lane: 0), expected.input, "\(name), image")
        check(filters.flatMap { $0.units.map { backward.marginals[$0] } }, expected.factors, "\(name), factors")
      }
    }
  }

  private func check(_ values: [Float], _ expected: Golden.Sample, _ name: String) {
    let norm = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(abs(norm - expected.norm) < 1e-3 * expected.norm, "\(name): norm \(norm) and \(expected.norm)")
    let sampled = stride(from: 0, to: values.count, by: expected.step).map { Double(values[$0]) }
    #expect(sampled.count == expected.values.count, "\(name)")
    let largest = expected.values.map(abs).max() ?? 0
    let error = zip(sampled, expected.values).map { abs($0 - $1) }.max() ?? .infinity
    // Single precision may decide a rectifier or a maximum that is nearly a tie in another way.
    #expect(error < 1e-2 * largest, "\(name): \(error) of \(largest)")
  }
}
