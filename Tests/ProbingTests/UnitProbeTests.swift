import Probing
import TestSupport
import Testing

@Suite struct UnitProbeTests {
  private func folds(_ count: Int) -> [Int] { (0..<count).map { $0 % 5 } }

  /// Two groups around 1 and 3: the threshold lies in the middle, whatever their sizes.
  @Test func thresholdLiesBetweenTheGroups() {
    for (positives, negatives) in [(40, 40), (20, 200)] {
      var random = SeededRandom(4)
      let noise = random.floats(positives + negatives)
      let isPositive = (0..<positives + negatives).map { $0 < positives }
      let values = zip(isPositive, noise).map { ($0 ? 3 : 1) + 1.5 * $1 }
      let probe = UnitProbe.fitted(unit: 7, values, isPositive: isPositive, folds: folds(values.count))
      #expect(probe.unit == 7 && probe.weight > 0)
      #expect(abs((probe.threshold ?? 0) - 2) < 0.3)
      #expect(probe.balancedAccuracy > 0.75 && probe.balancedAccuracy < 1)
      #expect(probe.firesOnConcept > 0.7 && probe.firesOnOthers < 0.3 && probe.activeOnConcept == 1)
      #expect(abs(probe.weight * (probe.threshold ?? 0) + probe.bias) < 1e-9)
    }
  }

  @Test func absenceIsDetectedByANegativeWeight() {
    let isPositive = (0..<30).map { $0 % 2 == 0 }
    let values = isPositive.enumerated().map { Float($1 ? 0 : 1) + Float($0 % 3) * 0.01 }
    let probe = UnitProbe.fitted(unit: 0, values, isPositive: isPositive, folds: folds(30))
    #expect(probe.weight < 0 && probe.weight.isFinite, "separable, and finite by its decay")
    #expect(probe.balancedAccuracy == 1 && probe.averagePrecision == 1 && probe.standardError == 0)
  }

  @Test func aNeuronThatNeverChangesSaysNothing() {
    let isPositive = (0..<20).map { $0 < 5 }
    let probe = UnitProbe.fitted(
      unit: 0, [Float](repeating: 2, count: 20), isPositive: isPositive, folds: folds(20))
    #expect(probe.weight == 0 && probe.threshold == nil)
    #expect(probe.balancedAccuracy == 0.5 && probe.averagePrecision == 0.25)
    #expect(probe.firesOnConcept == 0 && probe.firesOnOthers == 0)
  }

  /// Independent labels: held-out accuracy stays within its error of one half.
  @Test func nothingIsFoundInNoise() {
    var random = SeededRandom(8)
    var outside = 0
    for unit in 0..<200 {
      let values = random.floats(100)
      let isPositive = (0..<100).map { $0 % 2 == 0 }
      let folds = (0..<100).map { $0 / 2 % 5 }
      let probe = UnitProbe.fitted(unit: unit, values, isPositive: isPositive, folds: folds)
      if abs(probe.balancedAccuracy - 0.5) > 2.5 * 0.05 { outside += 1 }
    }
    #expect(outside < 20)
  }
}
