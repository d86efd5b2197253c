/// Noisy values pulled towards what cheap features of the same players foretell, by as much as the noise demands.
///
/// Within a stratum (a layer) values are φ_i = x_i·b + δ_i, δ_i of variance τ², and observed with error variance v_i.
/// The regression b is fitted with weights 1 / (v_i + τ²), τ² by moments from its residuals (Morris 1983); the shrunken
/// value is x_i·b + (1 − B_i)(u_i − x_i·b) with B_i = v_i / (v_i + τ²). Features that say nothing get coefficients near 0
/// and a τ² as large as the spread of the values, which leaves the observations as they are.
///
/// A shrunken value is biased towards its prediction and nothing may be certified by it.
struct ShrinkageModel {
  /// The shrunken values, and the square roots of their mean squared errors under the model.
  private(set) var values: [Double]
  private(set) var deviations: [Double]

  private static let iterations = 5
  /// Fewer players than this for each coefficient are not regressed upon.
  private static let playersPerCoefficient = 4

  /// - Parameters:
  ///   - observed: a value a player.
  ///   - variances: the variance of each value's error, above 0.
  ///   - features: of shape [feature][player].
  ///   - strata: the stratum of each player, from 0.
  /// - Complexity: O(players · features²).
  init(observed: [Double], variances: [Double], features: [[Double]], strata: [Int]) {
    values = observed
    deviations = variances.map { $0.squareRoot() }
    let stratumCount = (strata.max() ?? -1) + 1
    var members = [[Int]](repeating: [], count: stratumCount)
    for (player, stratum) in strata.enumerated() { members[stratum].append(player) }
    for members in members where members.count >= Self.playersPerCoefficient {
      shrink(members, observed, variances, features)
    }
  }

  /// Conditions on a sum that is known: what is missing goes to each value in proportion to its error variance.
  mutating func condition(onSum sum: Double) {
    let variances = deviations.map { $0 * $0 }, total = variances.reduce(0, +)
    guard total > 0 else { return }
    let missing = sum - values.reduce(0, +)
    for place in values.indices {
      let share = variances[place] / total
      values[place] += share * missing
      deviations[place] *= (1 - share).squareRoot()
    }
  }

  /// Adds error variances that values and features have in common, which no shrinkage takes away.
  mutating func widen(by variances: [Double]) {
    for place in deviations.indices {
      deviations[place] = (deviations[place] * deviations[place] + variances[place]).squareRoot()
    }
  }

  private mutating func shrink(
    _ members: [Int], _ observed: [Double], _ variances: [Double], _ features: [[Double]]
  ) {
    let used = members.count >= Self.playersPerCoefficient * (features.count + 1) ? features : []
    let rows = members.map { player in [1] + used.map { $0[player] } }
    let values = members.map { observed[$0] }, errors = members.map { variances[$0] }
    let mean = values.reduce(0, +) / Double(values.count)
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    // A floor keeps weights finite where all values agree.
    let floor = max(1e-3 * spread, 1e-300)
    var between = max(spread, floor)
    var predictions = [Double](repeating: mean, count: values.count)
    for _ in 0..<Self.iterations {
      let weights = errors.map { 1 / ($0 + between) }
      let coefficients = LeastSquares.fit(rows, values, weights: weights)
      for place in rows.indices {
        predictions[place] = zip(rows[place], coefficients).reduce(0) { $0 + $1.0 * $1.1 }
      }
      var (excess, total) = (0.0, 0.0)
      for place in values.indices {
        let residual = values[place] - predictions[place]
        excess += weights[place] * (residual * residual - errors[place])
        total += weights[place]
      }
      let freedom = Double(values.count) / Double(max(1, values.count - rows[0].count))
      between = max(floor, excess / total * freedom)
    }
    for (place, player) in members.enumerated() {
      let share = between / (between + errors[place])
      self.values[player] = predictions[place] + share * (values[place] - predictions[place])
      deviations[player] = (share * errors[place]).squareRoot()
    }
  }
}

/// Weighted least squares with a handful of coefficients.
enum LeastSquares {
  /// The coefficients that minimise Σ w (y − x·b)²; those of features that add nothing are 0.
  ///
  /// Normal equations, scaled to a unit diagonal and solved by elimination; a pivot below 10⁻⁹ is taken for none.
  static func fit(_ rows: [[Double]], _ values: [Double], weights: [Double]) -> [Double] {
    let count = rows[0].count
    var system = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
    for (place, row) in rows.enumerated() {
      for first in 0..<count {
        for second in 0..<count { system[first][second] += weights[place] * row[first] * row[second] }
        system[first][count] += weights[place] * row[first] * values[place]
      }
    }
    let scale = (0..<count).map { system[$0][$0] > 0 ? 1 / system[$0][$0].squareRoot() : 0 }
    for first in 0..<count {
      for second in 0..<count { system[first][second] *= scale[first] * scale[second] }
      system[first][count] *= scale[first]
    }
    var pivots: [Int] = []
    for column in 0..<count {
      // The matrix is positive semidefinite: what is left on the diagonal is what the feature adds.
      guard system[column][column] > 1e-9 else { continue }
      pivots.append(column)
      for row in 0..<count where row != column {
        let factor = system[row][column] / system[column][column]
        for entry in 0...count { system[row][entry] -= factor * system[column][entry] }
      }
    }
    var coefficients = [Double](repeating: 0, count: count)
    for column in pivots { coefficients[column] = scale[column] * system[column][count] / system[column][column] }
    return coefficients
  }
}
