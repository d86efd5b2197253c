import Reports
import Testing

@Suite struct NumberTextTests {
  @Test func digitsFollowTheError() {
    #expect(NumberText.estimate(0.123456, error: 0.0031) == "0.1235")
    #expect(NumberText.estimate(12.3456, error: 1.2) == "12.3")
    #expect(NumberText.estimate(1234.5, error: 120) == "1234")
    #expect(NumberText.estimate(0.123456, error: nil) == "0.1235")
    #expect(NumberText.estimate(-0.0001, error: 0.02) == "0.000")
  }

  @Test func numbersAreReadable() {
    #expect(NumberText.significant(0.0123456) == "0.0123")
    #expect(NumberText.significant(-1234567) == "−1,234,567")
    #expect(NumberText.significant(2.5e-9, 2) == "2.5e-09")
    #expect(NumberText.significant(.nan) == "—")
    #expect(NumberText.plain(0.001) == "0.001")
    #expect(NumberText.plain(20) == "20")
    #expect(NumberText.plain(95.5) == "95.5")
    #expect(NumberText.grouped(1_234_567) == "1,234,567")
    #expect(NumberText.grouped(-1000) == "−1,000")
    #expect(NumberText.grouped(999) == "999")
    #expect(NumberText.percent(0.1234) == "12.3 %")
    #expect(NumberText.percent(0.0001) == "< 0.1 %")
    #expect(NumberText.percent(1) == "100 %")
    #expect(NumberText.percent(0) == "0 %")
    #expect(NumberText.large(98_765_432_123_456) == "98.8 trillion")
    #expect(NumberText.large(12_345) == "12,345")
    #expect(NumberText.memory(1 << 31) == "2.0 GiB")
    #expect(NumberText.duration(7384) == "2 h 03 min")
    #expect(NumberText.duration(59.94) == "60 s")
  }

  @Test func axesHaveRoundMarksWithin() {
    let scale = AxisScale(-0.013...0.0104, pixels: 100...500, ticks: 6)
    #expect(scale.ticks.map { scale.label($0) } == ["−0.010", "−0.005", "0.000", "0.005", "0.010"])
    #expect(scale(scale.domain.lowerBound) == 100)
    #expect(scale(scale.domain.upperBound) == 500)
    for domain in [0.0...0.0, 5...5, -3 ... -3, 0...1e-200, -1e200...1e200, 0...1e300] {
      let scale = AxisScale(domain, pixels: 0...100)
      #expect((1...40).contains(scale.ticks.count), "\(domain)")
      #expect(scale(domain.lowerBound).isFinite)
    }
  }
}
