import InputErrors
import Probing
import Statistics
import TCAV
import Testing

@Suite struct TCAVAnalysisTests {
  private func result(
    _ synthetic: SyntheticData, seed: Int = 0, workers: Int = 2,
    configure: (inout TCAVConfiguration) -> Void = { _ in }
  ) async throws -> TCAVResult {
    var configuration = SyntheticData.configuration(seed: UInt64(seed))
    configure(&configuration)
    return try await TCAVAnalysis(configuration).result(synthetic.data(seed: seed), workers: workers)
  }

  @Test(
    "A concept along which the logit rises scores 1, one against it 0, and both are more than chance",
    arguments: ConceptDirection.allCases)
  func alignedConcepts(direction: ConceptDirection) async throws {
    var synthetic = SyntheticData()
    synthetic.shifts = [SyntheticData.axis(3, length: 6), SyntheticData.axis(3, length: -6)]
    synthetic.gradients = [SyntheticData.axis(3, length: 5)]
    synthetic.spread = 0.3
    let result = try await result(synthetic) { $0.direction = direction }
    let (along, against) = (result.findings[0], result.findings[1])
    #expect(along.score.value == 1 && along.verdict == .raises)
    #expect(against.score.value == 0 && against.verdict == .lowers)
    #expect(along.sensitivity.value > 0 && against.sensitivity.value < 0)
    #expect(along.magnitude == 1 && against.magnitude == 0)
    #expect(along.smoothScore > 0.99 && against.smoothScore < 0.01)
    #expect(result.vectors.allSatisfy { !$0.isWithheld && $0.accuracy > 0.7 })
    // A step of one standard deviation along the axis itself would raise the logit by 5; the normal is noisier.
    #expect((direction == .normal ? 1...6 : 4...6).contains(along.sensitivity.value), "\(along.sensitivity.value)")
    #expect(result.vectors.allSatisfy { ($0.cosine ?? 0) > (direction == .normal ? 0.1 : 0.8) })
  }

  @Test("A shift is the mean gradient times the difference of the mean features")
  func shiftIsLinear() async throws {
    var synthetic = SyntheticData()
    synthetic.shifts = [SyntheticData.axis(3, length: 1)]
    let data = synthetic.data(seed: 4)
    let configuration = SyntheticData.configuration(seed: 4)
    let result = try await TCAVAnalysis(configuration).result(data, workers: 2)
    let draws = try ConceptDraws(
      concepts: [("concept0", 24)], randomCount: data.randomRows.count, configuration: configuration)
    let (features, gradients) = (data.layers[0].features, data.layers[0].gradients)
    func mean(_ matrix: FeatureMatrix, _ rows: [Int], _ column: Int) -> Double {
      rows.reduce(0) { $0 + Double(matrix.values[$1 * matrix.columnCount + column]) } / Double(rows.count)
    }
    let negatives = draws.negativeSets.flatMap { $0.map { data.randomRows[$0] } }
    func shift(_ rows: [Int]) -> Double {
      (0..<40).reduce(0) { sum, column in
        sum + mean(gradients, data.classes[0].rows, column)
          * (mean(features, rows, column) - mean(features, negatives, column))
      }
    }
    let test = try #require(result.findings[0].test(.shift))
    #expect(abs(test.value - shift(data.concepts[0].rows)) < 1e-9)
    #expect(test.value == result.findings[0].shift.value)
    let random = draws.randomConcepts.map { shift($0.map { data.randomRows[$0] }) }
    #expect(abs(test.randomMean - RunningMoments(random).mean) < 1e-9)
  }

  @Test("Where a random direction's slope is as large as the concept's, the shift still knows which one is far away")
  func shiftFindsWhatSlopesHide() async throws {
    var synthetic = SyntheticData()
    synthetic.imagesPerConcept = 60
    synthetic.randomCount = 44 * 60
    synthetic.shifts = [SyntheticData.axis(3, length: 3)]
    // All directions have slopes of a size here.
    synthetic.gradients = [[Double](repeating: 1.5, count: 40)]
    let finding = try await result(synthetic).findings[0]
    let slope = try #require(finding.test(.sensitivity)), shift = try #require(finding.test(.shift))
    #expect(
      !slope.isSignificant && shift.isSignificant && finding.verdict == .raises, "\(slope.t ?? 0) \(shift.t ?? 0)")
    #expect(abs(shift.value - 4.5) < 2.5, "\(shift.value)")
  }

  @Test("A direction that says nothing scores near one half and is not significant")
  func irrelevantConcept() async throws {
    var synthetic = SyntheticData()
    synthetic.shifts = [SyntheticData.axis(2, length: 6)]
    synthetic.gradients = [SyntheticData.axis(9, length: 0)]
    synthetic.classImages = 400
    let result = try await result(synthetic)
    let finding = result.findings[0]
    #expect(!finding.isWithheld)
    #expect(abs(finding.score.value - 0.5) < 0.1)
    // Far from random images, so that the accident of the class's images alone tells its shift from theirs.
    let shift = try #require(finding.test(.shift))
    #expect(shift.pValue == shift.classPValue && shift.pValue > 0.05)
    #expect(!finding.isSignificant && finding.verdict == .notShown)
    #expect(finding.score.lower <= finding.score.value && finding.score.value <= finding.score.upper)
  }

  @Test("A concept that the features do not know is withheld, and counts as a hypothesis all the same")
  func unknownConcept() async throws {
    var synthetic = SyntheticData()
    synthetic.shifts = [[], SyntheticData.axis(1, length: 5)]
    let result = try await result(synthetic)
    #expect(result.vectors[0].isWithheld && !result.vectors[1].isWithheld)
    #expect(result.findings[0].verdict == .withheld)
    #expect(result.findings[0].tests.allSatisfy { $0.adjustedPValue == 1 && !$0.isSignificant })
    #expect(result.hypothesisCount == 6)
  }

  @Test("Same bits for any number of workers, and for any order of concepts")
  func determinism() async throws {
    var synthetic = SyntheticData()
    synthetic.shifts = [SyntheticData.axis(1, length: 2), [], SyntheticData.axis(4, length: 1)]
    synthetic.gradients = [nil, SyntheticData.axis(1, length: 1)]
    let data = synthetic.data(seed: 5)
    let turned = TCAVData(
      concepts: data.concepts.reversed(), randomRows: data.randomRows, classes: data.classes, layers: data.layers)
    var configuration = SyntheticData.configuration(seed: 8)
    configuration.includesRelative = true
    configuration.includesPublished = true
    configuration.reseedCount = 1
    let analysis = try TCAVAnalysis(configuration)
    let one = try await analysis.result(data, workers: 1), many = try await analysis.result(data, workers: 7)
    #expect(one == many)
    let other = try await analysis.result(turned, workers: 2)
    for finding in one.findings {
      #expect(other.findings.contains(finding), "\(finding.concept) \(finding.className)")
    }
    for vector in one.vectors { #expect(other.vectors.contains(vector)) }
    for relative in one.relatives { #expect(other.relatives.contains(relative)) }
    #expect(one.relatives.count == 6)
  }

  @Test("In standardized coordinates the units of a feature change nothing")
  func units() async throws {
    var synthetic = SyntheticData()
    synthetic.shifts = [SyntheticData.axis(3, length: 3)]
    synthetic.scales = [Double](repeating: 1, count: 40)
    let plain = try await result(synthetic) { $0.direction = .standardized }
    synthetic.scales = (0..<40).map { $0 % 2 == 0 ? 0.125 : 64 }
    let scaled = try await result(synthetic) { $0.direction = .standardized }
    #expect(plain.vectors[0].rightCount == scaled.vectors[0].rightCount)
    #expect(abs(plain.findings[0].score.value - scaled.findings[0].score.value) < 0.02)
    // Signs agree for every image, and so does what is compared; how far an image is moved depends on the units.
    #expect(abs((plain.findings[0].tests[0].t ?? 0) - (scaled.findings[0].tests[0].t ?? 1)) < 0.1)
  }

  @Test("Towards one concept away from another, against pairs of random concepts")
  func relativeConcepts() async throws {
    var synthetic = SyntheticData()
    synthetic.shifts = [SyntheticData.axis(3, length: 6), SyntheticData.axis(5, length: 6)]
    var gradient = SyntheticData.axis(3, length: 4)
    gradient[5] = -4
    synthetic.gradients = [gradient]
    synthetic.spread = 0.3
    let result = try await result(synthetic) { $0.includesRelative = true }
    #expect(result.relatives.count == 1)
    #expect(result.relatives[0].first == "concept0" && result.relatives[0].second == "concept1")
    #expect(result.relatives[0].score == 1 && result.relatives[0].test.isSignificant)
  }

  /// The null: concepts that are random images. Each bound is exceeded by a right test with probability below 0.001.
  @Test(
    "Of 200 concepts that mean nothing at most 21 are significant at 0.05 by each statistic; the usual test: every second"
  )
  func nullIsCalibrated() async throws {
    var rejected = (score: 0, sensitivity: 0, shift: 0, rank: 0, published: 0)
    let synthetic = SyntheticData.null
    for run in 0..<200 {
      let result = try await result(synthetic, seed: run) {
        $0.probe = SyntheticData.fastProbe
        $0.includesPublished = run < 40
        // The guard would withhold nearly all of them.
        $0.withholdsAtChance = false
      }
      let finding = result.findings[0]
      let score = try #require(finding.test(.score)), slope = try #require(finding.test(.sensitivity))
      let shift = try #require(finding.test(.shift))
      if score.pValue <= 0.05 { rejected.score += 1 }
      if shift.pValue <= 0.05 { rejected.shift += 1 }
      if slope.pValue <= 0.05 { rejected.sensitivity += 1 }
      if slope.rankPValue <= 0.05 { rejected.rank += 1 }
      if let published = finding.published, published.pValue <= 0.05 { rejected.published += 1 }
    }
    #expect(rejected.score <= 21 && rejected.sensitivity <= 21 && rejected.rank <= 21, "\(rejected)")
    #expect(rejected.shift <= 21 && rejected.shift > 1, "\(rejected)")
    #expect(rejected.score + rejected.sensitivity + rejected.rank > 3, "\(rejected)")
    #expect(rejected.published >= 10, "\(rejected)")
  }

  @Test("With Holm's correction at most 9 of 60 whole runs of 36 hypotheses have any false claim")
  func familywiseErrors() async throws {
    var synthetic = SyntheticData.null
    synthetic.shifts = [[], [], []]
    synthetic.gradients = [nil, nil]
    synthetic.layerCount = 2
    var wrong = 0
    for run in 0..<60 {
      let result = try await result(synthetic, seed: 1000 + run) {
        $0.probe = SyntheticData.fastProbe
        $0.withholdsAtChance = false
      }
      #expect(result.hypothesisCount == 36)
      if result.findings.contains(where: \.isSignificant) { wrong += 1 }
    }
    // More than 9 of 60 at a rate of 0.05 have a probability below 0.001.
    #expect(wrong <= 9)
  }

  @Test("Where random concepts share images, Student's test allows for it")
  func overlappingRandomConcepts() async throws {
    var synthetic = SyntheticData.null
    synthetic.randomCount = 60
    var rejected = 0, shifts = 0
    for run in 0..<200 {
      let result = try await result(synthetic, seed: 2000 + run) {
        $0.probe = SyntheticData.fastProbe
        $0.withholdsAtChance = false
      }
      #expect(result.randomOverlap > 0.3)
      if let test = result.findings[0].test(.sensitivity), test.pValue <= 0.05 { rejected += 1 }
      if let test = result.findings[0].test(.shift), test.pValue <= 0.05 { shifts += 1 }
    }
    #expect(rejected <= 21 && shifts <= 21, "\(rejected) \(shifts)")
  }

  @Test("Settings out of range are errors that name them")
  func settings() {
    func key(_ change: (inout TCAVConfiguration) -> Void) -> String? {
      var configuration = TCAVConfiguration()
      change(&configuration)
      do {
        _ = try TCAVAnalysis(configuration)
        return nil
      } catch { return error.place.key }
    }
    #expect(key { $0.negativeSetCount = 1 } == "negative-sets")
    #expect(key { $0.randomConceptCount = 4 } == "random-concepts")
    #expect(key { $0.conceptSize = 9 } == "concept-size")
    #expect(key { $0.level = 0 } == "level")
    #expect(key { $0.statistics = [] } == "statistic")
    #expect(key { _ in } == nil)
  }
}
