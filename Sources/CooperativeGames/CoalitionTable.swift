/// Shapley values from the worth of every coalition.
enum CoalitionTable {
  /// φ by its definition: for each player the mean over sizes s of the mean marginal contribution to coalitions of size s.
  ///
  /// `table` has 2ⁿ values, bit i of the place standing for player i. A player that never changes the worth gets exactly
  /// 0. Complexity: O(n · 2ⁿ).
  static func shapleyValues(of table: ArraySlice<Double>, playerCount: Int) -> [Double] {
    precondition(table.count == 1 << playerCount, "a table has one value a coalition")
    let start = table.startIndex
    return (0..<playerCount).map { player in
      var sums = [Double](repeating: 0, count: playerCount)
      for place in 0..<table.count where place >> player & 1 == 0 {
        sums[place.nonzeroBitCount] += table[start + (place | 1 << player)] - table[start + place]
      }
      var (value, ways) = (0.0, 1.0)
      for size in 0..<playerCount {
        value += sums[size] / ways
        ways *= Double(playerCount - 1 - size) / Double(size + 1)
      }
      return value / Double(playerCount)
    }
  }
}
