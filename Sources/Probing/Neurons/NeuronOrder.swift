import InputErrors
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A way to read from a probe, or from the activations, which neurons matter for a concept.
public enum NeuronOrder: String, Sendable, Hashable, Codable, CaseIterable {
  /// By the absolute weight per standard deviation, summed over classes (Dalvi et al. 2019).
  case weightMass = "weight-mass"
  /// By when a neuron's weight leaves zero as an elastic-net penalty falls.
  case elasticNetPath = "elastic-net-path"
  /// Without a probe: by the differences of the classes' mean activations, in standard deviations, summed over pairs of
  /// classes (Probeless, Antverg and Belinkov 2022); for a quantity by the correlation's size.
  case probeless
  /// By the average precision of the neuron alone, or of its negative; over classes the largest. For a quantity by the
  /// rank correlation's size.
  case averagePrecision = "average-precision"

  /// The penalties of the path, from the one that leaves no weight down.
  static let pathLength = 24, pathEnd = 0.01, pathRatio = 0.5

  /// Neurons from the most important on; ties by number.
  ///
  /// - Parameters:
  ///   - probe: trained on the same rows; for ``weightMass`` alone. A probe without weights (one with hidden units) gives
  ///     the order of ``probeless``.
  /// - Throws: as ``LinearSolver``. Complexity: O(rows · columns), for the path times its length.
  package func order(_ features: FeatureMatrix, _ target: ProbeTarget, probe: TrainedProbe?) throws(InputError) -> [Int]
  {
    RankCorrelation.descendingOrder(try scores(features, target, probe: probe))
  }

  /// The importance of each neuron, larger for more.
  func scores(_ features: FeatureMatrix, _ target: ProbeTarget, probe: TrainedProbe?) throws(InputError) -> [Double] {
    switch self {
    case .weightMass:
      guard let linear = probe?.linear else {
        return try NeuronOrder.probeless.scores(features, target, probe: nil)
      }
      return Self.mass(linear)
    case .elasticNetPath: return try Self.pathScores(features, target)
    case .probeless: return Self.meanDifferences(features, target)
    case .averagePrecision: return Self.precisions(features, target)
    }
  }

  static func mass(_ probe: LinearProbe) -> [Double] {
    let columns = probe.standardization.means.count
    return (0..<columns).map { column in
      (0..<probe.outputCount).reduce(0) { $0 + abs(probe.weights[$1 * columns + column]) }
    }
  }

  /// The step at which a neuron enters counts first, its weight at the end decides among those of one step.
  private static func pathScores(_ features: FeatureMatrix, _ target: ProbeTarget) throws(InputError) -> [Double] {
    var path = LinearPath(StoredRows(features), target, isBalanced: true, l1Ratio: pathRatio)
    let strongest = path.largestSlope / pathRatio
    var entered = [Int](repeating: pathLength, count: features.columnCount)
    var last = [Double](repeating: 0, count: features.columnCount)
    for step in 0..<(strongest > 0 ? pathLength : 0) {
      let strength = strongest * pow(pathEnd, Double(step) / Double(pathLength - 1))
      let fit = path.fit(try ElasticNetPenalty(strength: strength, l1Ratio: pathRatio), tolerance: 1e-4)
      last = mass(fit.probe)
      for column in last.indices where last[column] > 0 { entered[column] = min(entered[column], step) }
    }
    let largest = max(last.max() ?? 0, .leastNormalMagnitude)
    return last.indices.map { Double(pathLength - entered[$0]) + last[$0] / largest * 0.999 }
  }

  private static func meanDifferences(_ features: FeatureMatrix, _ target: ProbeTarget) -> [Double] {
    let deviations = Standardization(of: features).deviations
    switch target {
    case .values(let values):
      return (0..<features.columnCount).map { abs(correlation(features.column($0).map(Double.init), values)) }
    case .classes(let labels, let count):
      var sums = [Double](repeating: 0, count: count * features.columnCount)
      var sizes = [Int](repeating: 0, count: count)
      for row in 0..<features.rowCount {
        sizes[labels[row]] += 1
        for column in 0..<features.columnCount {
          sums[labels[row] * features.columnCount + column] += Double(features[row, column])
        }
      }
      return (0..<features.columnCount).map { column in
        guard deviations[column] > 0 else { return 0 }
        let means = (0..<count).map { sums[$0 * features.columnCount + column] / Double(max(1, sizes[$0])) }
        var total = 0.0
        for first in 0..<count { for second in 0..<first { total += abs(means[first] - means[second]) } }
        return total / deviations[column]
      }
    }
  }

  private static func precisions(_ features: FeatureMatrix, _ target: ProbeTarget) -> [Double] {
    (0..<features.columnCount).map { column in
      let values = features.column(column)
      switch target {
      case .values(let truth): return abs(RankCorrelation.spearman(values.map(Double.init), truth) ?? 0)
      case .classes(let labels, let count):
        let negated = values.map { -$0 }
        return (count == 2 ? 1..<2 : 0..<count).reduce(0) { best, label in
          let isPositive = labels.map { $0 == label }
          return max(
            best, AveragePrecision.value(values, isPositive: isPositive),
            AveragePrecision.value(negated, isPositive: isPositive))
        }
      }
    }
  }

  private static func correlation(_ first: [Double], _ second: [Double]) -> Double {
    let a = RunningMoments(first), b = RunningMoments(second)
    let scale = (a.sumOfSquaredDeviations * b.sumOfSquaredDeviations).squareRoot()
    guard scale > 0 else { return 0 }
    return zip(first, second).reduce(0) { $0 + ($1.0 - a.mean) * ($1.1 - b.mean) } / scale
  }
}
