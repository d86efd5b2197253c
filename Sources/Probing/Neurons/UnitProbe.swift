import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One neuron as a detector of a concept: σ(w·h + b).
///
/// The threshold is the activation at which the fitted probability is one half with both classes weighted alike.
public struct UnitProbe: Sendable, Hashable, Codable {
  /// The feature's column.
  public let unit: Int
  /// Of the raw activation; 0 for a neuron that never changes.
  public let weight: Double
  public let bias: Double
  /// Nil for a neuron that never changes.
  public let threshold: Double?
  /// The mean of both classes' shares of right answers on held-out images.
  public let balancedAccuracy: Double
  /// Of the balanced accuracy: binomial, for the images at hand.
  public let standardError: Double
  /// Of the activation (of its negative for a negative weight) as a detector, over all images.
  public let averagePrecision: Double
  /// The share of the concept's images on which it fires: on the concept's side of the threshold.
  public let firesOnConcept: Double
  /// The share of the other images on which it does.
  public let firesOnOthers: Double
  /// The share of the concept's images on which its activation is above 0.
  public let activeOnConcept: Double

  /// A little weight decay keeps separable neurons finite: λ of (λ/2)·w² per standard deviation, beside the mean loss.
  static let decay = 1e-3

  /// Fits one neuron.
  ///
  /// - Parameters:
  ///   - values: its activation on every image.
  ///   - isPositive: whether the image shows the concept; both kinds occur in every fold's complement.
  ///   - folds: the fold of every image, for held-out answers.
  /// - Complexity: O(images · folds).
  package static func fitted(unit: Int, _ values: [Float], isPositive: [Bool], folds: [Int]) -> UnitProbe {
    let all = Fit(values, isPositive) { _ in true }
    var right = [0, 0], total = [0, 0]
    let foldCount = (folds.max() ?? 0) + 1
    for fold in 0..<foldCount {
      let fit = Fit(values, isPositive) { folds[$0] != fold }
      for row in values.indices where folds[row] == fold {
        let kind = isPositive[row] ? 1 : 0
        total[kind] += 1
        // A neuron without any say is right on half.
        if fit.weight == 0 { continue }
        if (fit.weight * Double(values[row]) + fit.bias > 0) == isPositive[row] { right[kind] += 1 }
      }
    }
    let shares = zip(right, total).map { Double($0) / Double(max(1, $1)) }
    let accuracy = all.weight == 0 ? 0.5 : (shares[0] + shares[1]) / 2
    let variance = zip(shares, total).reduce(0.0) { $0 + $1.0 * (1 - $1.0) / Double(max(1, $1.1)) }
    let fires = values.map { all.weight * Double($0) + all.bias > 0 && all.weight != 0 }
    let positives = Double(max(1, total[1])), negatives = Double(max(1, total[0]))
    return UnitProbe(
      unit: unit, weight: all.weight, bias: all.bias, threshold: all.weight == 0 ? nil : -all.bias / all.weight,
      balancedAccuracy: accuracy, standardError: variance.squareRoot() / 2,
      averagePrecision: AveragePrecision.value(
        all.weight < 0 ? values.map { -$0 } : values, isPositive: isPositive),
      firesOnConcept: Double(values.indices.count { isPositive[$0] && fires[$0] }) / positives,
      firesOnOthers: Double(values.indices.count { !isPositive[$0] && fires[$0] }) / negatives,
      activeOnConcept: Double(values.indices.count { isPositive[$0] && values[$0] > 0 }) / positives)
  }

  /// Newton's method for two parameters, on standardised activations.
  private struct Fit {
    var weight = 0.0
    var bias = 0.0

    init(_ values: [Float], _ isPositive: [Bool], using isUsed: (Int) -> Bool) {
      let rows = values.indices.filter(isUsed)
      var moments = RunningMoments()
      for row in rows { moments.add(Double(values[row])) }
      let positives = rows.count { isPositive[$0] }
      guard positives > 0, positives < rows.count, let variance = moments.variance, variance > 0 else { return }
      let deviation = (variance * Double(rows.count - 1) / Double(rows.count)).squareRoot()
      // Rounding alone.
      guard deviation > 1e-7 * abs(moments.mean) else { return }
      let weights = [0.5 / Double(rows.count - positives), 0.5 / Double(positives)]
      var (w, b) = (0.0, 0.0)
      for _ in 0..<50 {
        var (gw, gb, hww, hwb, hbb) = (UnitProbe.decay * w, 0.0, UnitProbe.decay, 0.0, 1e-12)
        for row in rows {
          let x = (Double(values[row]) - moments.mean) / deviation
          let probability = 1 / (1 + exp(-(w * x + b)))
          let share = weights[isPositive[row] ? 1 : 0]
          let residual = share * (probability - (isPositive[row] ? 1 : 0))
          let curvature = share * probability * (1 - probability)
          gw += residual * x
          gb += residual
          hww += curvature * x * x
          hwb += curvature * x
          hbb += curvature
        }
        let determinant = hww * hbb - hwb * hwb
        guard determinant > 1e-300 else { break }
        var stepW = (hbb * gw - hwb * gb) / determinant, stepB = (hww * gb - hwb * gw) / determinant
        let length = max(abs(stepW), abs(stepB))
        // Far from the optimum the curvature can be tiny: no step is longer than this.
        if length > 4 { (stepW, stepB) = (stepW * 4 / length, stepB * 4 / length) }
        w -= stepW
        b -= stepB
        if length < 1e-9 { break }
      }
      weight = w / deviation
      bias = b - w * moments.mean / deviation
    }
  }
}
