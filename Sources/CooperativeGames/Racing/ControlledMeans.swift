import Statistics

/// Mean marginal contributions with slopes as control variates: φ̂_i = β·mean(c_i) + mean(Δ_i − β·c_i).
///
/// c is the marginal that the slope at a coalition foretells (``Link/marginal(argument:slope:isPresent:)``). Its mean comes
/// from many cheap passes that tell it for all players, the mean of the rest from few exact toggles, both under the same
/// law of coalitions and components, so that the sum is unbiased for a fixed β whatever slopes are worth. β is a stratum's,
/// the one with the least variance given how often each mean was taken:
/// β = cov(Δ, c) / (var c + var c′ · n_toggles / n_passes), var c′ being that of a pass.
struct ControlledMeans {
  private(set) var values: [Double]
  /// Of mean(Δ − β·c), steadied by the stratum: as if eight more observations had its mean variance.
  private(set) var residualVariances: [Double]
  /// Of β·mean(c): 0 where β is.
  private(set) var slopeVariances: [Double]

  private static let steadying = 8.0

  /// - Parameters:
  ///   - pairs: one a player.
  ///   - slopes: of c over passes, one a player; empty where there are none.
  ///   - strata: of each player.
  init(_ pairs: [PairedMoments], slopes: [RunningMoments], strata: [Int]) {
    let stratumCount = (strata.max() ?? 0) + 1
    var foretold = [Double](repeating: 0, count: stratumCount), products = foretold, passes = foretold
    var freedom = foretold, members = foretold
    for (player, pair) in pairs.enumerated() {
      let stratum = strata[player]
      foretold[stratum] += pair.foretoldSquares
      products[stratum] += pair.products
      freedom[stratum] += Double(max(0, pair.count - 1))
      if let variance = slopes.isEmpty ? nil : slopes[player].variance {
        passes[stratum] += variance
        members[stratum] += 1
      }
    }
    let passCount = Double(slopes.first?.count ?? 0)
    let coefficients = pairs.indices.map { player -> Double in
      let stratum = strata[player]
      guard passCount > 1, freedom[stratum] > 0, members[stratum] > 0, foretold[stratum] > 0 else { return 0 }
      let ofPasses = passes[stratum] / members[stratum] * Double(pairs[player].count) / passCount
      return products[stratum] / freedom[stratum] / (foretold[stratum] / freedom[stratum] + ofPasses)
    }
    var pooled = [Double](repeating: 0, count: stratumCount), counts = pooled
    let own = pairs.indices.map { player -> Double in
      guard pairs[player].count > 1 else { return 0 }
      let variance = pairs[player].residualSquares(coefficients[player]) / Double(pairs[player].count - 1)
      pooled[strata[player]] += variance
      counts[strata[player]] += 1
      return variance
    }
    values = pairs.indices.map { player in
      let pair = pairs[player], coefficient = coefficients[player]
      guard coefficient != 0 else { return pair.meanMarginal }
      return pair.meanMarginal + coefficient * (slopes[player].mean - pair.meanForetold)
    }
    residualVariances = pairs.indices.map { player in
      let stratum = strata[player], count = Double(pairs[player].count)
      let mean = counts[stratum] > 0 ? pooled[stratum] / counts[stratum] : 0
      let variance = (own[player] * count + mean * Self.steadying) / (count + Self.steadying)
      return max(variance, 1e-300) / max(1, count)
    }
    slopeVariances = pairs.indices.map { player in
      guard coefficients[player] != 0 else { return 0 }
      return coefficients[player] * coefficients[player] * (slopes[player].variance ?? 0) / passCount
    }
  }
}
