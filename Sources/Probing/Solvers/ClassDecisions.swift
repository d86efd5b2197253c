#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What decisions say about classes: one decision a row for two classes, else one a class.
enum ClassDecisions {
  /// The most probable class of each row; the first one of equals, class 0 at log-odds of 0.
  static func classes(_ decisions: [Double], classes count: Int) -> [Int] {
    if count == 2 { return decisions.map { $0 > 0 ? 1 : 0 } }
    return stride(from: 0, to: decisions.count, by: count).map { first in
      var best = 0
      for label in 1..<count where decisions[first + label] > decisions[first + best] { best = label }
      return best
    }
  }

  /// The natural logarithms of the probabilities, `[row][class]`.
  static func logProbabilities(_ decisions: [Double], classes count: Int) -> [Double] {
    if count == 2 {
      return decisions.flatMap { decision in
        let common = log1p(exp(-abs(decision)))
        return [-max(0, decision) - common, min(0, decision) - common]
      }
    }
    var logs = decisions
    for first in stride(from: 0, to: decisions.count, by: count) {
      let row = decisions[first..<first + count]
      let largest = row.max() ?? 0
      let total = largest + log(row.reduce(0) { $0 + exp($1 - largest) })
      for place in row.indices { logs[place] = row[place] - total }
    }
    return logs
  }
}
