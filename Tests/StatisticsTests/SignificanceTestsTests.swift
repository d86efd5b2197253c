import Statistics
import Testing

@Suite struct SignificanceTestsTests {
  static let first = [0.5, 0.7, 0.2, 0.9, 0.65, 0.4], second = [0.1, 0.3, 0.35, 0.2]

  @Test func studentsAndWelchsTests() throws {
    let one = try #require(SignificanceTests.oneSample(Self.first, mean: 0.5))
    #expect(abs(one.statistic - 0.5813183589761788) < 1e-13)
    #expect(abs(one.pValue - 0.5862453226148675) < 1e-12)
    let two = try #require(SignificanceTests.twoSample(Self.first, Self.second))
    #expect(two.degreesOfFreedom == 8)
    #expect(abs(two.statistic - 2.4146652939628024) < 1e-13)
    #expect(abs(two.pValue - 0.04219988471142758) < 1e-13)
    let welch = try #require(SignificanceTests.welch(Self.first, Self.second))
    #expect(abs(welch.degreesOfFreedom - 7.372965531438571) < 1e-12)
    #expect(abs(welch.pValue - 0.025212856691956668) < 1e-13)
    #expect(SignificanceTests.oneSample([1]) == nil)
    #expect(SignificanceTests.twoSample([1], [2]) == nil)
    #expect(SignificanceTests.welch([1], [2, 3]) == nil)
  }

  /// One new observation is a sample of one in Student's test of two samples.
  @Test func aNewObservationIsASampleOfOne() throws {
    let new = try #require(SignificanceTests.newObservation(1.4, among: Self.first))
    let two = try #require(SignificanceTests.twoSample([1.4], Self.first))
    #expect(abs(new.statistic - two.statistic) < 1e-12)
    #expect(new.degreesOfFreedom == 5)
    #expect(abs(new.pValue - two.pValue) < 1e-13)
    #expect(SignificanceTests.newObservation(1, among: [0.5]) == nil)
  }

  @Test func drawsThatDoNotVary() throws {
    let same = try #require(SignificanceTests.newObservation(0.5, among: [0.5, 0.5, 0.5]))
    #expect(same.statistic == 0 && same.pValue == 1)
    let other = try #require(SignificanceTests.newObservation(0.2, among: [0.5, 0.5, 0.5]))
    #expect(other.statistic == -.infinity && other.pValue == 0)
    #expect(SignificanceTests.rank(of: 0.2, among: [0.5, 0.5, 0.5]) == 0.25)
  }

  @Test func ranks() {
    #expect(SignificanceTests.rank(of: 9, among: [1, 2, 3, 4]) == 0.2)
    #expect(SignificanceTests.rank(of: -9, among: [1, 2, 3, 4]) == 0.2)
    // The mean of all is 2; 0 and 4 are as far from it as 0.
    #expect(SignificanceTests.rank(of: 0, among: [1, 3, 4]) == 0.5)
    #expect(SignificanceTests.rank(of: 0.5, among: [0.5, 0.5]) == 1)
    // 0.3 and 0.1 + 0.2 are a tie although their doubles differ.
    #expect(SignificanceTests.rank(of: 0.3, among: [0.1 + 0.2, 0]) == 1)
  }

  /// Both tests of a draw against 39 others of its kind: at α = 0.05 at most 72 of 1,000 are significant (more has a
  /// probability below 0.001), and no fewer than 30.
  @Test(arguments: [0, 1]) func holdTheirSize(kind: Int) throws {
    var rejected = (student: 0, rank: 0)
    for trial in 0..<1000 {
      var stream = RandomStream(seed: 11, purpose: .test, index: trial, subindex: kind)
      let values = (0..<40).map { _ in kind == 0 ? stream.normal() : stream.uniform() }
      let draws = Array(values.dropFirst())
      let test = try #require(SignificanceTests.newObservation(values[0], among: draws))
      if test.pValue <= 0.05 { rejected.student += 1 }
      if SignificanceTests.rank(of: values[0], among: draws) <= 0.05 { rejected.rank += 1 }
    }
    // Uniform draws have no tails: Student's test is cautious with them.
    #expect((kind == 0 ? 30...72 : 0...72).contains(rejected.student), "\(rejected)")
    #expect((30...72).contains(rejected.rank), "\(rejected)")
  }
}
