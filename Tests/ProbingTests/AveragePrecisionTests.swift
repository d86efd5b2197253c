import Probing
import Testing

@Suite struct AveragePrecisionTests {
  /// scikit-learn's average_precision_score on the same numbers.
  @Test func agreesWithScikitLearn() {
    let values: [Float] = [0.1, 0.4, 0.35, 0.8, 0.4, 0.9, 0.2, 0.4]
    let isPositive = [false, false, true, true, true, false, true, true]
    #expect(abs(AveragePrecision.value(values, isPositive: isPositive) - 0.6161904761904762) < 1e-12)
    #expect(AveragePrecision.value([3, 2, 1], isPositive: [true, true, false]) == 1)
    #expect(AveragePrecision.value([1, 1, 1, 1], isPositive: [true, false, false, false]) == 0.25)
    #expect(AveragePrecision.value([1, 2], isPositive: [false, false]) == 0)
  }
}
