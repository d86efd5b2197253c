import Statistics

/// Sums of the slopes of many units, from which values and their standard errors follow.
///
/// A value is half the sum of two ratios of sums, R_a = Σ y_a / Σ w_a and R_p = Σ y_p / Σ w_p over units; its standard
/// error is that of the linearised ratios, √Σ_u (½ (y_a − R_a w_a) / Σ w_a + ½ (y_p − R_p w_p) / Σ w_p)², for which the
/// sums of products of a unit's four numbers suffice (Cochran 1977, §6).
struct SlopeTally: Codable, Sendable {
  private(set) var units = 0
  private(set) var evaluations = 0
  private(set) var grand = RunningMoments()
  private(set) var empty = RunningMoments()
  /// For each player, Σ over units of (y_a, w_a, y_p, w_p).
  private var sums: [Double]
  /// For each player, Σ of the ten products of two of them, in the order of a triangle.
  private var products: [Double]

  private static let width = 4
  private static let productCount = 10

  init(playerCount: Int) {
    sums = [Double](repeating: 0, count: Self.width * playerCount)
    products = [Double](repeating: 0, count: Self.productCount * playerCount)
  }

  /// Whether the sizes, perhaps read from a file, are those of `game`.
  func fits(_ game: GameDescription) -> Bool {
    sums.count == Self.width * game.playerCount && products.count == Self.productCount * game.playerCount
      && units >= 0 && evaluations >= 0 && sums.allSatisfy(\.isFinite) && products.allSatisfy(\.isFinite)
  }

  mutating func add(_ outcome: SlopeOutcome) {
    for player in outcome.absent.indices {
      let (absent, present) = (outcome.absent[player], outcome.present[player])
      let unit = (absent.sum, absent.weight, present.sum, present.weight)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.width) { buffer in
        (buffer[0], buffer[1], buffer[2], buffer[3]) = unit
        var place = Self.productCount * player
        for first in 0..<Self.width {
          sums[Self.width * player + first] += buffer[first]
          for second in first..<Self.width {
            products[place] += buffer[first] * buffer[second]
            place += 1
          }
        }
      }
    }
    if let worths = outcome.worths {
      grand.add(worths.grand)
      empty.add(worths.empty)
    }
    units += 1
    evaluations += outcome.evaluations
  }

  /// The mean of the two sides; one side alone as long as the other has no coalition.
  func value(_ player: Int) -> Double {
    let sides = self.sides(player)
    guard let absent = sides.absent else { return sides.present ?? 0 }
    return sides.present.map { (absent + $0) / 2 } ?? absent
  }

  /// Nil with fewer than two units, or before both sides have coalitions.
  func standardError(_ player: Int) -> Double? {
    let sides = self.sides(player)
    guard units > 1, let absent = sides.absent, let present = sides.present else { return nil }
    let (absentWeight, presentWeight) = (sums[Self.width * player + 1], sums[Self.width * player + 3])
    // The linearised residual of a unit is the dot product of these with its four numbers.
    let coefficients = [
      0.5 / absentWeight, -0.5 * absent / absentWeight, 0.5 / presentWeight, -0.5 * present / presentWeight,
    ]
    var variance = 0.0
    var place = Self.productCount * player
    for first in 0..<Self.width {
      for second in first..<Self.width {
        variance += (first == second ? 1 : 2) * coefficients[first] * coefficients[second] * products[place]
        place += 1
      }
    }
    return (max(0, variance) * Double(units) / Double(units - 1)).squareRoot()
  }

  /// The largest standard error, or nil before every player has one.
  var largestStandardError: Double? {
    var largest = 0.0
    for player in 0..<sums.count / Self.width {
      guard let error = standardError(player) else { return nil }
      largest = max(largest, error)
    }
    return largest
  }

  private func sides(_ player: Int) -> (absent: Double?, present: Double?) {
    let first = Self.width * player
    return (
      sums[first + 1] > 0 ? sums[first] / sums[first + 1] : nil,
      sums[first + 3] > 0 ? sums[first + 2] / sums[first + 3] : nil
    )
  }
}
