import Foundation
import TestSupport
import Testing
import Visualization

@Suite("Adam, upwards")
struct AdamStateTests {
  @Test("a constant slope makes steps of the learning rate, upwards")
  func constantSlope() {
    var parameters: [Float] = [1, 1, 1], adam = AdamState(parameterCount: 3)
    for step in 1...20 {
      adam.ascend(&parameters, gradient: [3e-3, -500, 0])
      #expect(abs(parameters[0] - (1 + 0.05 * Float(step))) < 1e-4)
      #expect(abs(parameters[1] - (1 - 0.05 * Float(step))) < 1e-4)
      #expect(parameters[2] == 1)
    }
    #expect(adam.step == 20)
  }

  @Test("follows the published recursion, written as sums over all gradients")
  func closedForm() {
    var random = SeededRandom(3)
    let slopes = (0..<30).map { _ in random.floats(1)[0] }
    var parameters: [Float] = [0], expected = 0.0
    var adam = AdamState(parameterCount: 1, learningRate: 0.02, firstDecay: 0.8, secondDecay: 0.95, epsilon: 1e-3)
    for step in 1...slopes.count {
      adam.ascend(&parameters, gradient: [slopes[step - 1]])
      func mean(_ decay: Double, _ power: Double) -> Double {
        var sum = 0.0, weights = 0.0
        for past in 0..<step {
          let weight = pow(decay, Double(step - 1 - past))
          sum += weight * pow(Double(slopes[past]), power)
          weights += weight
        }
        return sum / weights
      }
      expected += 0.02 * mean(0.8, 1) / (mean(0.95, 2).squareRoot() + 1e-3)
      #expect(abs(Double(parameters[0]) - expected) < 1e-5)
    }
  }

  @Test("climbs a hill to its top")
  func hill() {
    var parameters: [Float] = [2, -1], adam = AdamState(parameterCount: 2)
    for _ in 0..<600 { adam.ascend(&parameters, gradient: [-(parameters[0] - 0.5), -40 * (parameters[1] - 0.25)]) }
    #expect(abs(parameters[0] - 0.5) < 1e-2)
    #expect(abs(parameters[1] - 0.25) < 1e-2)
  }
}
