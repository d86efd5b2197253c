/// How well two scores of the same items agree on their order.
public enum RankCorrelation {
  /// Spearman's ρ: Pearson's correlation of the ranks, ties given their mean rank.
  ///
  /// - Returns: a number in [−1, 1]; nil with fewer than two items or when all items of one side are tied.
  /// - Precondition: both have the same length and no NaN. Complexity: O(n log n).
  public static func spearman(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(first.count == second.count, "two scores of the same items have the same length")
    guard first.count > 1 else { return nil }
    let (a, b) = (meanRanks(first), meanRanks(second))
    let centre = Double(first.count + 1) / 2
    var (covariance, varianceA, varianceB) = (0.0, 0.0, 0.0)
    for item in a.indices {
      covariance += (a[item] - centre) * (b[item] - centre)
      varianceA += (a[item] - centre) * (a[item] - centre)
      varianceB += (b[item] - centre) * (b[item] - centre)
    }
    guard varianceA > 0, varianceB > 0 else { return nil }
    return min(1, max(-1, covariance / (varianceA * varianceB).squareRoot()))
  }

  /// Kendall's τ-b: (concordant − discordant pairs) / √(pairs untied in the first · pairs untied in the second).
  ///
  /// - Returns: a number in [−1, 1]; nil with fewer than two items or when all items of one side are tied.
  /// - Precondition: both have the same length and no NaN. Complexity: O(n log n) (Knight 1966).
  public static func kendall(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(first.count == second.count, "two scores of the same items have the same length")
    let count = first.count
    guard count > 1 else { return nil }
    let order = first.indices.sorted { (first[$0], second[$0], $0) < (first[$1], second[$1], $1) }
    let pairs = pairsOf(count)
    let tiedFirst = tiedPairs(order.map { [first[$0]] })
    let tiedBoth = tiedPairs(order.map { [first[$0], second[$0]] })
    var sequence = order.map { second[$0] }
    let discordant = sortCountingInversions(&sequence)
    let tiedSecond = tiedPairs(sequence.map { [$0] })
    guard pairs > tiedFirst, pairs > tiedSecond else { return nil }
    let difference = pairs - tiedFirst - tiedSecond + tiedBoth - 2 * discordant
    let scale = (Double(pairs - tiedFirst) * Double(pairs - tiedSecond)).squareRoot()
    return min(1, max(-1, Double(difference) / scale))
  }

  /// The share of the k highest items of `first` that are also among the k highest of `second`.
  ///
  /// Ties go to the item with the lower index. Returns a number in [0, 1].
  ///
  /// - Precondition: the lengths agree and `1 ≤ k ≤ count`. Complexity: O(n log n).
  public static func overlap(at k: Int, _ first: [Double], _ second: [Double]) -> Double {
    precondition(first.count == second.count, "two scores of the same items have the same length")
    precondition(k >= 1 && k <= first.count, "the overlap needs between one and all items")
    var isTop = [Bool](repeating: false, count: first.count)
    for item in descendingOrder(first).prefix(k) { isTop[item] = true }
    let shared = descendingOrder(second).prefix(k).count { isTop[$0] }
    return Double(shared) / Double(k)
  }

  /// The items from the highest score to the lowest, ties by index. Complexity: O(n log n).
  public static func descendingOrder(_ scores: [Double]) -> [Int] {
    scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
  }

  /// The rank of every item from 1 (lowest), tied items sharing the mean of their ranks. Complexity: O(n log n).
  public static func meanRanks(_ scores: [Double]) -> [Double] {
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    var ranks = [Double](repeating: 0, count: scores.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  private static func pairsOf(_ count: Int) -> Int { count * (count - 1) / 2 }

  /// Pairs of equal neighbours' runs in a sorted sequence.
  private static func tiedPairs(_ sorted: [[Double]]) -> Int {
    var (tied, run) = (0, 1)
    for place in sorted.indices.dropFirst() {
      if sorted[place] == sorted[place - 1] {
        run += 1
      } else {
        tied += pairsOf(run)
        run = 1
      }
    }
    return tied + (sorted.isEmpty ? 0 : pairsOf(run))
  }

  /// Merge sort that counts the strictly inverted pairs.
  private static func sortCountingInversions(_ values: inout [Double]) -> Int {
    var inversions = 0
    var buffer = values
    var width = 1
    while width < values.count {
      for start in stride(from: 0, to: values.count, by: 2 * width) {
        let middle = min(start + width, values.count)
        let end = min(start + 2 * width, values.count)
        var (left, right) = (start, middle)
        for place in start..<end {
          if left < middle, right >= end || values[left] <= values[right] {
            buffer[place] = values[left]
            left += 1
          } else {
            buffer[place] = values[right]
            right += 1
            inversions += middle - left
          }
        }
      }
      swap(&values, &buffer)
      width *= 2
    }
    return inversions
  }
}
