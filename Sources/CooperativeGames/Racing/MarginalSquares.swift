/// Mean squares of what slopes foretell of all players' marginals, by the range of q that the coalition's share of members is in.
package struct MarginalSquares: Sendable, Hashable, Codable {
  package private(set) var sums: [Double]
  package private(set) var counts: [Int]

  package init() {
    sums = [Double](repeating: 0, count: SizeDensity.edges.count - 1)
    counts = [Int](repeating: 0, count: sums.count)
  }

  /// Adds the mean square of all players' marginals at a coalition with such a share of members.
  package mutating func add(_ square: Double, share: Double) {
    let range = SizeDensity.edges.dropLast().lastIndex { $0 <= share } ?? 0
    sums[range] += square
    counts[range] += 1
  }

  package mutating func add(_ other: MarginalSquares) {
    for range in sums.indices {
      sums[range] += other.sums[range]
      counts[range] += other.counts[range]
    }
  }

  /// Nil for ranges without any.
  package var means: [Double?] { sums.indices.map { counts[$0] > 0 ? sums[$0] / Double(counts[$0]) : nil } }

  /// Whether the numbers, perhaps read from a file, can be sums of squares.
  var isValid: Bool {
    sums.count == SizeDensity.edges.count - 1 && counts.count == sums.count
      && sums.allSatisfy { $0.isFinite && $0 >= 0 } && counts.allSatisfy { $0 >= 0 }
  }
}
