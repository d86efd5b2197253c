import ModelFormats
import Statistics
import TCAV
import TextureWorld
import Workloads

/// How well TCAV orders concepts as their effects on trained networks do, network by network.
struct ConceptTruthTable {
  let layer: String
  let conceptSize: Int
  let models: [String]
  let direction: ConceptDirection

  func run() async throws {
    let concepts = ObjectTexture.allCases.map(WorldConcept.texture) + [.mark, .frame]
    var correlations: [TCAVStatistic: [Double]] = [:]
    var irrelevant = (significant: 0, all: 0), used: [String: (found: Int, all: Int)] = [:]
    var missed: [String] = [], found: [TCAVStatistic: Int] = [:]
    print(
      "model, rank correlation of \(TCAVConfiguration().statistics.map(\.rawValue).joined(separator: ", ")) with effects "
        + "(mean over eight classes), at \(layer)")
    for (seed, file) in models.enumerated() {
      var size = ConceptTruth.Size()
      size.concept = conceptSize
      var configuration = TCAVConfiguration()
      configuration.direction = direction
      configuration.reseedCount = 0
      configuration.resampleCount = 50
      size.random = (configuration.negativeSetCount + configuration.randomConceptCount) * conceptSize
      let truth = try await ConceptTruth.measured(
        try ONNXReader().read(file: file), layers: [layer], concepts: concepts, size: size,
        configuration: configuration,
        seed: UInt64(seed), workers: 2)
      var line = [file]
      for statistic in configuration.statistics {
        guard let value = truth.rankCorrelation(statistic, layer: layer) else { continue }
        correlations[statistic, default: []].append(value)
        line.append("\((value * 1000).rounded() / 1000)")
      }
      for entry in truth.entries {
        if entry.concept == .frame {
          irrelevant.all += 1
          if entry.finding.isSignificant { irrelevant.significant += 1 }
        }
        guard Self.defining.contains(where: { $0 == entry.className && $1 == entry.concept }), entry.effect > 1 else {
          continue
        }
        for test in entry.finding.tests where test.isSignificant && test.value > test.randomMean {
          found[test.statistic, default: 0] += 1
        }
        used["\(entry.className), \(entry.concept.name)", default: (0, 0)].all += 1
        if entry.finding.verdict == .raises {
          used["\(entry.className), \(entry.concept.name)", default: (0, 0)].found += 1
        } else {
          let tests = entry.finding.tests.map {
            "\($0.statistic.rawValue) p \($0.pValue), corrected \($0.adjustedPValue)"
          }
          missed.append(
            "\(file): \(entry.concept.name) for \(entry.className), effect \(entry.effect), score "
              + "\(entry.finding.score.value), slope \(entry.finding.sensitivity.value), \(entry.finding.verdict.rawValue), "
              + tests.joined(separator: "; "))
        }
      }
      print(line.joined(separator: "  "))
    }
    for (statistic, values) in correlations.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let moments = RunningMoments(values)
      let half =
        moments.count > 1
        ? (moments.standardError ?? 0)
          * StudentDistribution(degreesOfFreedom: Double(moments.count - 1)).quantile(0.975) : 0
      print("\(statistic.rawValue): \(moments.mean), 95 % interval \(moments.mean - half) to \(moments.mean + half)")
    }
    print("frame, which has to do with nothing: significant \(irrelevant.significant) times of \(irrelevant.all)")
    for (name, count) in used.sorted(by: { $0.key < $1.key }) {
      print("\(name): raises in \(count.found) of the \(count.all) networks that use it")
    }
    for statistic in TCAVConfiguration().statistics {
      print("found by \(statistic.rawValue): \(found[statistic, default: 0])")
    }
    for line in missed { print("not found: \(line)") }
  }

  private static let defining: [(String, WorldConcept)] = [
    ("zebra", .texture(.stripes)), ("ladybird", .texture(.dots)),
  ]
}
