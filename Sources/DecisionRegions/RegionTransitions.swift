/// How one leads from the regions of one class to those of another: pairs of regions with the neurons that flip.
///
/// A pair weighs the chance that a point drawn from the first class's points lies in its first region and another, drawn
/// independently from the second class's, in its second. Points outside the ranges are left out of both.
public struct RegionTransitions: Sendable, Hashable, Codable {
  public struct Pair: Sendable, Hashable, Codable {
    public let from: Int
    public let to: Int
    /// The chance of the pair among points within the ranges.
    public let share: Double
    /// The neurons whose signs differ, increasing; none for a region paired with itself.
    public let flips: [Int]
  }

  /// The pairs, the commonest first; between equals the lower numbers first.
  public let pairs: [Pair]
  /// The chance of all pairs together, those left out too: 1, or 0 when a class has no point within the ranges.
  public let total: Double
  /// For each neuron the chance that it has different signs at the two points.
  public let flipProbabilities: [Double]

  /// - Parameter limit: how many pairs are kept at most.
  /// - Precondition: one count a region. Complexity: O(a · b · log(a · b) + neurons · (a + b)) for a and b occupied regions;
  ///   when there are more than a million pairs, the commonest thousand regions of each class are paired.
  public init(from: [Int], to: [Int], in signVectors: [SignVector], limit: Int = 100) {
    precondition(from.count == signVectors.count && to.count == signVectors.count, "one count a region")
    let (first, second) = (Self.occupied(from), Self.occupied(to))
    total = first.isEmpty || second.isEmpty ? 0 : 1
    let neuronCount = signVectors.first?.count ?? 0
    flipProbabilities = (0..<neuronCount).map { neuron in
      guard !first.isEmpty, !second.isEmpty else { return 0 }
      // A neuron that is always at its threshold never flips, and its chance of being positive is 0 on both sides.
      let chance = { (regions: [(region: Int, share: Double)]) in
        regions.reduce(0.0) { $0 + (signVectors[$1.region][neuron] == .positive ? $1.share : 0) }
      }
      let (p, q) = (min(1, chance(first)), min(1, chance(second)))
      return p * (1 - q) + q * (1 - p)
    }
    let isLong = first.count * second.count > 1_000_000
    let (a, b) = isLong ? (Array(first.prefix(1000)), Array(second.prefix(1000))) : (first, second)
    var found = a.flatMap { one in b.map { (from: one.region, to: $0.region, share: one.share * $0.share) } }
    found.sort { $0.share != $1.share ? $0.share > $1.share : ($0.from, $0.to) < ($1.from, $1.to) }
    pairs = found.prefix(limit).map {
      Pair(from: $0.from, to: $0.to, share: $0.share, flips: signVectors[$0.from].flips(to: signVectors[$0.to]))
    }
  }

  /// The regions with points, the fullest first, with their shares.
  private static func occupied(_ counts: [Int]) -> [(region: Int, share: Double)] {
    let total = counts.reduce(0, +)
    return counts.indices.filter { counts[$0] > 0 }
      .sorted { counts[$0] != counts[$1] ? counts[$0] > counts[$1] : $0 < $1 }
      .map { ($0, Double(counts[$0]) / Double(total)) }
  }
}
