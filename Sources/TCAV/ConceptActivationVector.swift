import Inference
import InputErrors
import Probing
import Statistics

/// A direction in a layer's activations that leads from random images towards those of a concept: the normal of a logistic
/// classifier with an L2 penalty (Kim et al. 2018), in the units of the activations.
public struct ConceptActivationVector: Sendable, Hashable {
  /// One value a feature. Its length is the standard deviation of reference images along it, so that x + v moves an image by
  /// as much as images differ there; all 0 where they do not vary.
  public let direction: [Double]
  /// Of images that were held out: how many fell on their side, and of how many.
  public let rightCount: Int
  public let heldOutCount: Int

  /// Six strengths of the penalty over four orders of magnitude, compared on three folds.
  public static let defaultProbe = ProbeConfiguration(
    kind: .logistic(l1Ratio: 0), path: .relative(ratio: 1e-4, count: 6), foldCount: 3, tolerance: 1e-6)

  /// - Parameters:
  ///   - direction: in activation units, of any length.
  ///   - reference: images whose standard deviation along it becomes its length.
  public init(direction: [Double], reference: FeatureMatrix, rightCount: Int = 0, heldOutCount: Int = 0) {
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let unit = direction.map { length > 0 ? $0 / length : 0 }
    let spread = (RunningMoments(reference.products(unit)).variance ?? 0).squareRoot()
    self.direction = unit.map { $0 * spread }
    self.rightCount = rightCount
    self.heldOutCount = heldOutCount
  }

  /// The directional derivatives along the vector: ∇h(x)·v for each row of gradients. Positive: the concept raises the
  /// logit.
  public func sensitivities(_ gradients: FeatureMatrix) -> [Double] { gradients.products(direction) }

  /// Fits a vector, leaving some images out to test it on.
  ///
  /// - Parameters:
  ///   - positives: rows of the concept's images.
  ///   - negatives: rows of random images, none of them among the positives.
  ///   - heldOut: every how many-eth image is held out, and the first: place mod `every` = `first`; nil holds none out.
  ///   - reference: rows whose standard deviation along the vector becomes its length.
  /// - Throws: ``InputErrors/InputError`` (data) when nothing can be learnt from the features.
  static func fitted(
    _ features: FeatureMatrix, positives: [Int], negatives: [Int], heldOut: (first: Int, every: Int)?,
    reference: FeatureMatrix, kind: ConceptDirection, trainer: ProbeTrainer, seed: UInt64
  ) throws -> ConceptActivationVector {
    func parted(_ rows: [Int]) -> (train: [Int], test: [Int]) {
      guard let heldOut else { return (rows, []) }
      let test = rows.indices.filter { $0 % heldOut.every == heldOut.first }.map { rows[$0] }
      return (rows.indices.filter { $0 % heldOut.every != heldOut.first }.map { rows[$0] }, test)
    }
    let (positive, negative) = (parted(positives), parted(negatives))
    let train = features.rows(positive.train + negative.train)
    let labels = positive.train.map { _ in 1 } + negative.train.map { _ in 0 }
    let probe = try trainer.train(train, .classes(labels, count: 2), seed: seed)
    let test = positive.test + negative.test
    let answers = test.isEmpty ? [] : probe.classes(of: features.rows(test))
    let right = zip(answers, positive.test.map { _ in 1 } + negative.test.map { _ in 0 }).count { $0.0 == $0.1 }
    guard let linear = probe.linear else { preconditionFailure("a logistic probe is linear") }
    return ConceptActivationVector(
      direction: kind.direction(of: linear), reference: reference, rightCount: right, heldOutCount: test.count)
  }
}

/// Which direction a classifier gives a concept.
public enum ConceptDirection: String, Sendable, Hashable, Codable, CaseIterable {
  /// The normal of the boundary where every feature is measured in its own standard deviations, v = σ·w in the units of the
  /// activations: the units of a channel change nothing, and channels that hardly vary count for little.
  case standardized
  /// The normal in the units of the activations, v = w/σ, as published. It leads along the channels that vary least, for
  /// there the boundary is steepest.
  case normal

  func direction(of probe: LinearProbe) -> [Double] {
    switch self {
    case .standardized: zip(probe.weights, probe.standardization.deviations).map { $0 * $1 }
    case .normal: probe.direction(0).vector
    }
  }
}

extension FeatureMatrix {
  /// The mean of some rows, feature by feature.
  ///
  /// - Precondition: at least one row. Complexity: O(rows · columns).
  func means(of rows: [Int]) -> [Double] {
    precondition(!rows.isEmpty, "rows to take the mean of")
    var sums = [Double](repeating: 0, count: columnCount)
    for row in rows {
      for column in sums.indices { sums[column] += Double(values[row * columnCount + column]) }
    }
    return sums.map { $0 / Double(rows.count) }
  }

  /// The dot product of every row with a vector.
  ///
  /// - Precondition: an entry for each column. Complexity: O(rows · columns).
  package func products(_ vector: [Double]) -> [Double] {
    precondition(vector.count == columnCount, "an entry for each column")
    return values.withUnsafeBufferPointer { values in
      vector.withUnsafeBufferPointer { vector in
        (0..<rowCount).map { row in
          var sums = SIMD4<Double>.zero
          let start = row * columnCount, whole = columnCount / 4 * 4
          var column = 0
          while column < whole {
            let a = SIMD4<Double>(
              Double(values[start + column]), Double(values[start + column + 1]), Double(values[start + column + 2]),
              Double(values[start + column + 3]))
            let b = SIMD4<Double>(vector[column], vector[column + 1], vector[column + 2], vector[column + 3])
            sums += a * b
            column += 4
          }
          var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
          while column < columnCount {
            sum += Double(values[start + column]) * vector[column]
            column += 1
          }
          return sum
        }
      }
    }
  }
}
