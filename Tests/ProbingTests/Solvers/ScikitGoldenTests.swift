import Foundation
import InputErrors
import Probing
import Testing

/// What scikit-learn finds, from `scripts/goldens/probes.py`.
struct ScikitGoldens: Decodable {
  struct Fit: Decodable, CustomTestStringConvertible {
    let seed: UInt64
    let rows: Int
    let columns: Int
    let classes: Int
    let strength: Double
    let l1Ratio: Double
    let isBalanced: Bool
    let weights: [Double]
    let intercepts: [Double]
    var testDescription: String { "\(rows) × \(columns), \(classes) classes, λ \(strength), ρ \(l1Ratio)" }
  }

  struct Path: Decodable, CustomTestStringConvertible {
    struct Point: Decodable {
      let strength: Double
      let losses: [Double]
      let scores: [Double]
    }
    let seed: UInt64
    let rows: Int
    let columns: Int
    let classes: Int
    let l1Ratio: Double
    let folds: Int
    let isBalanced: Bool
    let points: [Point]
    let best: Double
    var testDescription: String { "\(rows) × \(columns), \(classes) classes, ρ \(l1Ratio), \(folds) folds" }
  }

  let fits: [Fit]
  let paths: [Path]

  static func load() throws -> ScikitGoldens {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/probes/linear.json")
    return try JSONDecoder().decode(ScikitGoldens.self, from: Data(contentsOf: file))
  }

  /// The script's `problem`: the same numbers, exactly.
  static func problem(
    seed: UInt64, rows: Int, columns: Int, classes: Int
  ) -> (x: FeatureMatrix, target: ProbeTarget) {
    func hidden(_ row: Int, _ column: Int) -> Double {
      var z = ((seed << 40 | UInt64(row) << 20 | UInt64(column)) &+ 1) &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 48) * 0x1p-15 - 1
    }
    var values: [Float] = [], scores: [[Double]] = []
    for row in 0..<rows {
      for column in 0..<columns {
        let both = hidden(row, column) + hidden(row, (column + columns - 1) % columns)
        values.append(Float(both * Double(column % 5 + 1) + Double(column % 3)))
      }
      scores.append(
        (0..<max(1, classes)).map { output in
          (0..<columns).reduce(2 * hidden(row, columns + output)) { sum, column in
            sum + hidden(row, column) * Double((column * 7 + 3 * output) % 5 - 2)
          }
        })
    }
    let x = FeatureMatrix(rowCount: rows, columnCount: columns, values: values)
    switch classes {
    case 0: return (x, .values(scores.map { $0[0] }))
    case 2: return (x, .classes(scores.map { $0[0] > 0.5 ? 1 : 0 }, count: 2))
    default:
      let labels = scores.map { scores in scores.indices.max { scores[$0] < scores[$1] } ?? 0 }
      return (x, .classes(labels, count: classes))
    }
  }
}

@Suite("Probes beside scikit-learn")
struct ScikitGoldenTests {
  @Test("weights and intercepts agree", arguments: try ScikitGoldens.load().fits)
  func fits(golden: ScikitGoldens.Fit) throws {
    let (x, target) = ScikitGoldens.problem(
      seed: golden.seed, rows: golden.rows, columns: golden.columns, classes: golden.classes)
    let fit = try LinearSolver.fit(
      x, target, penalty: ElasticNetPenalty(strength: golden.strength, l1Ratio: golden.l1Ratio),
      isBalanced: golden.isBalanced, tolerance: 1e-9)
    #expect(fit.isConverged)
    let mean = fit.probe.intercepts.reduce(0, +) / Double(fit.probe.intercepts.count)
    let shift = golden.classes > 2 ? mean : 0
    let own = fit.probe.weights + fit.probe.intercepts.map { $0 - shift }
    let differences = zip(own, golden.weights + golden.intercepts).map { abs($0 - $1) }
    #expect(differences.count == golden.weights.count + golden.intercepts.count)
    #expect(differences.max() ?? 1 < 1e-5)
  }

  @Test("held-out losses and scores of a path agree, R² included", arguments: try ScikitGoldens.load().paths)
  func paths(golden: ScikitGoldens.Path) throws {
    let (x, target) = ScikitGoldens.problem(
      seed: golden.seed, rows: golden.rows, columns: golden.columns, classes: golden.classes)
    let kind: ProbeConfiguration.Kind =
      golden.classes > 0
      ? .logistic(l1Ratio: golden.l1Ratio) : golden.l1Ratio > 0 ? .lasso(l1Ratio: golden.l1Ratio) : .ridge
    let configuration = ProbeConfiguration(
      kind: kind, path: .strengths(golden.points.map(\.strength)), isBalanced: golden.isBalanced, tolerance: 1e-9)
    let folds = (0..<golden.rows).map { $0 % golden.folds }
    let trained = try ProbeTrainer(configuration).train(x, target, folds: folds, seed: 0)
    #expect(trained.path.map(\.strength) == golden.points.map(\.strength))
    for (point, expected) in zip(trained.path, golden.points) {
      let losses = zip(point.foldLosses, expected.losses).map { abs($0 - $1) / max(1, $1) }
      let scores = zip(point.foldScores, expected.scores).map { abs($0 - $1) }
      #expect(losses.count == golden.folds && losses.max() ?? 1 < 1e-5)
      #expect(scores.count == golden.folds && scores.max() ?? 1 < 1e-5)
    }
    #expect(trained.chosenStrength == golden.best)
  }
}
