import Foundation
import Probing
import TestSupport

/// Random features with a target that depends on them.
struct RandomProblem {
  let x: FeatureMatrix
  let target: ProbeTarget

  init(x: FeatureMatrix, target: ProbeTarget) {
    self.x = x
    self.target = target
  }

  /// - Parameters:
  ///   - classes: 0 for numbers.
  ///   - correlation: how much neighbouring columns share.
  ///   - noise: how little the target depends on the features.
  init(seed: UInt64, rows: Int, columns: Int, classes: Int, correlation: Float = 0.5, noise: Double = 2) {
    var random = SeededRandom(seed)
    var values: [Float] = []
    for _ in 0..<rows {
      var last: Float = 0
      for column in 0..<columns {
        last = correlation * last + random.floats(1)[0]
        values.append(last * Float(column % 5 + 1) + Float(column % 3))
      }
    }
    let x = FeatureMatrix(rowCount: rows, columnCount: columns, values: values)
    let scores = (0..<rows).map { row in
      (0..<max(1, classes)).map { output in
        (0..<columns).reduce(0.0) { sum, column in
          let isRelevant = (column + output) % 4 == 0
          return sum + (isRelevant ? Double(x[row, column]) / Double(column % 5 + 1) : 0)
        } + noise * Double.random(in: -1...1, using: &random)
      }
    }
    self.x = x
    switch classes {
    case 0: target = .values(scores.map { $0[0] })
    case 2:
      let middle = scores.map { $0[0] }.sorted()[rows / 2]
      target = .classes(scores.map { $0[0] >= middle ? 1 : 0 }, count: 2)
    default:
      let labels = scores.enumerated().map { row, scores in
        // The first rows make sure that no class is empty.
        row < classes ? row : scores.indices.max { scores[$0] < scores[$1] } ?? 0
      }
      target = .classes(labels, count: classes)
    }
  }

  var standardized: [[Double]] {
    let standardization = Standardization(of: x)
    return (0..<x.rowCount).map { row in
      (0..<x.columnCount).map { column in
        let deviation = standardization.deviations[column]
        return deviation > 0 ? (Double(x[row, column]) - standardization.means[column]) / deviation : 0
      }
    }
  }
}

/// The objective as its definition says, on plain arrays, and its gradient without the absolute values.
struct PlainObjective {
  let rows: [[Double]]
  let target: ProbeTarget
  let rowWeights: [Double]
  let outputs: Int

  init(_ problem: RandomProblem, isBalanced: Bool) {
    rows = problem.standardized
    target = problem.target
    let count = Double(rows.count)
    switch problem.target {
    case .classes(let labels, let classes):
      outputs = classes == 2 ? 1 : classes
      let sizes = (0..<classes).map { label in Double(labels.filter { $0 == label }.count) }
      rowWeights = labels.map { isBalanced ? count / (Double(classes) * sizes[$0]) : 1 }
    case .values:
      outputs = 1
      rowWeights = rows.map { _ in 1 }
    }
  }

  /// The value and gradient: weights `[output][column]`, then intercepts.
  func evaluate(
    _ weights: [[Double]], _ intercepts: [Double], square: Double
  ) -> (value: Double, weights: [[Double]], intercepts: [Double]) {
    let columns = rows[0].count, count = Double(rows.count)
    var value = weights.joined().reduce(0) { $0 + square / 2 * $1 * $1 }
    var slopes = weights.map { $0.map { square * $0 } }, intercept = [Double](repeating: 0, count: outputs)
    for (row, features) in rows.enumerated() {
      let decisions = (0..<outputs).map { output in
        zip(features, weights[output]).reduce(intercepts[output]) { $0 + $1.0 * $1.1 }
      }
      var derivatives = decisions
      let weight = rowWeights[row] / count
      switch target {
      case .classes(let labels, count: 2):
        let label = Double(labels[row])
        let chance = 1 / (1 + exp(-decisions[0]))
        value -= weight * (label == 1 ? log(chance) : log(1 - chance))
        derivatives[0] = chance - label
      case .classes(let labels, count: _):
        let total = decisions.reduce(0) { $0 + exp($1) }
        value -= weight * (decisions[labels[row]] - log(total))
        derivatives = decisions.map { exp($0) / total }
        derivatives[labels[row]] -= 1
      case .values(let values):
        value += weight * (decisions[0] - values[row]) * (decisions[0] - values[row]) / 2
        derivatives[0] = decisions[0] - values[row]
      }
      for output in 0..<outputs {
        intercept[output] += weight * derivatives[output]
        for column in 0..<columns { slopes[output][column] += weight * derivatives[output] * features[column] }
      }
    }
    return (value, slopes, intercept)
  }

  /// The largest violation of the optimality conditions.
  func gap(_ fit: LinearFit, _ penalty: ElasticNetPenalty) -> Double {
    let columns = rows[0].count
    let weights = (0..<outputs).map { Array(fit.probe.weights[$0 * columns..<($0 + 1) * columns]) }
    let result = evaluate(weights, fit.probe.intercepts, square: penalty.strength * (1 - penalty.l1Ratio))
    let absolute = penalty.strength * penalty.l1Ratio
    var largest = result.intercepts.reduce(0) { max($0, abs($1)) }
    for (slope, weight) in zip(result.weights.joined(), weights.joined()) {
      largest = max(largest, weight == 0 ? abs(slope) - absolute : abs(slope + (weight > 0 ? absolute : -absolute)))
    }
    return largest / unit
  }

  /// The standard deviation of numbers, 1 for classes.
  private var unit: Double {
    guard case .values(let values) = target else { return 1 }
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }
}
