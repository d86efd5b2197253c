import Foundation
import Networks
import Testing
import Training

/// What PyTorch does, from `scripts/goldens/optimizers.py`.
struct TorchGoldens: Decodable {
  struct OptimizerCase: Decodable {
    struct Step: Decodable {
      let learningRate: Double
      let gradients: [Float]
      let parameters: [Float]
    }
    let recipe: OptimizerRecipe
    let start: [Float]
    let steps: [Step]
  }
  struct LossCase: Decodable {
    let logits: [Float]
    let label: Int
    let smoothing: Double
    let loss: Double
    let gradient: [Float]
  }
  let optimizers: [OptimizerCase]
  let losses: [LossCase]

  static func read() throws -> TorchGoldens {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/training/optimizers.json")
    return try JSONDecoder().decode(TorchGoldens.self, from: Data(contentsOf: file))
  }
}

@Suite struct OptimizerTests {
  @Test func everyStepIsPyTorchs() throws {
    let goldens = try TorchGoldens.read()
    #expect(goldens.optimizers.count == 9)
    for golden in goldens.optimizers {
      var parameters = golden.start
      var optimizer = Optimizer(
        golden.recipe, decayed: golden.recipe.decaysAll ? [0..<4, 4..<7] : [0..<4], parameterCount: 7)
      for (index, step) in golden.steps.enumerated() {
        optimizer.step(parameters: &parameters, gradients: step.gradients, learningRate: step.learningRate)
        for (own, theirs) in zip(parameters, step.parameters) {
          #expect(abs(own - theirs) <= 2e-6 * max(1, abs(theirs)), "\(golden.recipe) step \(index)")
        }
      }
      #expect(optimizer.state.steps == golden.steps.count)
    }
  }

  @Test func aStateGoesOnToTheSameBits() throws {
    for golden in try TorchGoldens.read().optimizers {
      func run(stopAt stop: Int?) -> [Float] {
        var parameters = golden.start
        var optimizer = Optimizer(golden.recipe, decayed: [0..<4], parameterCount: 7)
        for (index, step) in golden.steps.enumerated() {
          if index == stop {
            optimizer = Optimizer(golden.recipe, decayed: [0..<4], parameterCount: 7, state: optimizer.state)
          }
          optimizer.step(parameters: &parameters, gradients: step.gradients, learningRate: step.learningRate)
        }
        return parameters
      }
      #expect(run(stopAt: 5) == run(stopAt: nil))
    }
  }

  @Test func gradientDescentIsItsFormula() {
    var parameters: [Float] = [1, -2]
    var optimizer = Optimizer(
      OptimizerRecipe(.sgd(momentum: 0, nesterov: false), weightDecay: 0.5), decayed: [0..<1], parameterCount: 2)
    optimizer.step(parameters: &parameters, gradients: [0.25, 0.25], learningRate: 0.5)
    // 1 − ½(¼ + ½·1) and −2 − ½·¼.
    #expect(parameters == [0.625, -2.125])
  }

  @Test func longGradientsAreShortenedAndShortOnesKept() {
    var long: [Float] = [3, 4]
    #expect(Optimizer.clip(&long, to: 1) == 5)
    #expect(abs(long[0] - 0.6) < 1e-6 && abs(long[1] - 0.8) < 1e-6)
    var short: [Float] = [0.3, 0.4]
    _ = Optimizer.clip(&short, to: 1)
    #expect(short == [0.3, 0.4])
  }
}

@Suite struct CrossEntropyLossTests {
  @Test func valueAndGradientArePyTorchs() throws {
    for golden in try TorchGoldens.read().losses {
      let loss = CrossEntropyLoss(smoothing: golden.smoothing)
      var gradient = [Float](repeating: 9, count: golden.logits.count)
      let value = golden.logits.withUnsafeBufferPointer { logits in
        gradient.withUnsafeMutableBufferPointer {
          loss.value(logits: logits, label: golden.label, gradient: $0, weight: 1)
        }
      }
      #expect(abs(value - golden.loss) < 1e-9 * max(1, golden.loss))
      for (own, theirs) in zip(gradient, golden.gradient) { #expect(abs(own - theirs) < 1e-7) }
    }
  }

  @Test func guessingCostsTheLogarithmOfTheClasses() {
    let logits = [Float](repeating: 3, count: 7)
    let value = logits.withUnsafeBufferPointer { CrossEntropyLoss(smoothing: 0.3).value(logits: $0, label: 2) }
    #expect(abs(value - CrossEntropyLoss.ofGuessing(classes: 7)) < 1e-12)
  }
}

@Suite struct LearningRateScheduleTests {
  private func rates(_ schedule: LearningRateSchedule, _ steps: [Int], perEpoch: Int = 10, epochs: Int = 10) -> [Double]
  {
    steps.map { schedule.rate(atStep: $0, stepsPerEpoch: perEpoch, epochs: epochs) }
  }

  @Test func aConstantIsConstant() {
    #expect(rates(.init(rate: 0.3), [0, 1, 50, 99]) == [0.3, 0.3, 0.3, 0.3])
  }

  @Test func aCosineFallsFromTheRateToTheEnd() {
    let schedule = LearningRateSchedule(.cosine(final: 0.1), rate: 0.5)
    let values = rates(schedule, [0, 50, 100])
    #expect(abs(values[0] - 0.5) < 1e-12 && abs(values[1] - 0.3) < 1e-12 && abs(values[2] - 0.1) < 1e-12)
    let all = rates(schedule, Array(0..<100))
    #expect(zip(all, all.dropFirst()).allSatisfy { $0 > $1 })
    #expect(all.allSatisfy { $0 > 0.1 })
  }

  @Test func aWarmUpRisesInEqualSteps() {
    let schedule = LearningRateSchedule(.cosine(final: 0), rate: 1, warmUpEpochs: 1)
    let values = rates(schedule, [0, 1, 4, 9, 10])
    for (own, wanted) in zip(values, [0.1, 0.2, 0.5, 1, 1]) { #expect(abs(own - wanted) < 1e-9) }
  }

  @Test func stepsMultiplyBehindTheirEpochs() {
    let schedule = LearningRateSchedule(.step(epochs: [3, 6], factor: 0.1), rate: 1)
    let values = rates(schedule, [0, 29, 30, 59, 60, 99])
    for (own, wanted) in zip(values, [1, 1, 0.1, 0.1, 0.01, 0.01]) { #expect(abs(own - wanted) < 1e-12) }
  }
}
