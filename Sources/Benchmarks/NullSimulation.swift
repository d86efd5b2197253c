import Probing
import Statistics
import TCAV

/// How often TCAV's tests reject where there is nothing: concepts that are random images, on synthetic features.
struct NullSimulation {
  let runs: Int
  private let width = 24, size = 12, classImages = 40

  /// Single hypotheses at α = 0.05 without correction, the usual test beside; then whole runs with Holm's correction.
  func run() async throws {
    var rejected: [TCAVStatistic: (t: Int, rank: Int)] = [:], usual = 0
    for run in 0..<runs {
      let finding = try await result(run, concepts: 1, classes: 1, layers: 1, published: true).findings[0]
      for test in finding.tests {
        if test.pValue <= 0.05 { rejected[test.statistic, default: (0, 0)].t += 1 }
        if test.rankPValue <= 0.05 { rejected[test.statistic, default: (0, 0)].rank += 1 }
      }
      if let published = finding.published, published.pValue <= 0.05 { usual += 1 }
    }
    print("of \(runs) random concepts significant at 0.05:")
    for statistic in TCAVConfiguration().statistics {
      let count = rejected[statistic, default: (0, 0)]
      print("  \(statistic.rawValue): t \(count.t), rank \(count.rank)")
    }
    print("the usual test: \(usual)")
    var wrong = 0
    let whole = runs / 5
    for run in 0..<whole {
      let result = try await result(runs + run, concepts: 3, classes: 2, layers: 2, published: false)
      if result.findings.contains(where: \.isSignificant) { wrong += 1 }
    }
    print(
      "of \(whole) whole runs of \(12 * TCAVConfiguration().statistics.count) hypotheses with any false claim after Holm's correction: \(wrong)"
    )
  }

  private func result(
    _ run: Int, concepts: Int, classes: Int, layers: Int, published: Bool
  ) async throws -> TCAVResult {
    var stream = RandomStream(seed: 77, purpose: .test, index: run)
    let randoms = 44 * size, rows = concepts * size + randoms
    let data = TCAVData(
      concepts: (0..<concepts).map { .init("concept\($0)", rows: Array($0 * size..<($0 + 1) * size)) },
      randomRows: Array(concepts * size..<rows),
      classes: (0..<classes).map { .init("class\($0)", rows: Array($0 * classImages..<($0 + 1) * classImages)) },
      layers: (0..<layers).map { layer in
        var features: [Float] = [], gradients: [Float] = []
        for _ in 0..<rows { for column in 0..<width { features.append(Float(scale(column) * stream.normal())) } }
        for _ in 0..<classes {
          let mean = (0..<width).map { _ in stream.normal() }
          for _ in 0..<classImages {
            for column in 0..<width { gradients.append(Float(mean[column] + stream.normal())) }
          }
        }
        return .init(
          name: "layer\(layer)", features: FeatureMatrix(rowCount: rows, columnCount: width, values: features),
          gradients: FeatureMatrix(rowCount: classes * classImages, columnCount: width, values: gradients))
      })
    var configuration = TCAVConfiguration()
    configuration.conceptSize = size
    configuration.resampleCount = 2
    configuration.reseedCount = 0
    configuration.includesPublished = published
    configuration.withholdsAtChance = false
    configuration.seed = UInt64(run)
    return try await TCAVAnalysis(configuration).result(data, workers: 2)
  }

  private func scale(_ column: Int) -> Double { 0.3 + 2 * Double(column) / Double(width) }
}
