/// Puts the rows and columns of a matrix of values into an order in which structure shows.
public enum ClassOrder {
  /// The classes as a chain: the two most alike first, then at either end the class most like the one that stands there.
  ///
  /// - Parameter columns: the values of each class, all of the same length.
  /// - Returns: the places of the classes. Ties go to the smaller place. Complexity: O(classes² · values).
  public static func chain(_ columns: [[Double]]) -> [Int] {
    guard columns.count > 2 else { return Array(columns.indices) }
    let alike = columns.map { first in columns.map { correlation(first, $0) } }
    var best = (first: 0, second: 1)
    for first in columns.indices {
      for second in columns.indices where first < second && alike[first][second] > alike[best.first][best.second] {
        best = (first, second)
      }
    }
    var order = [best.first, best.second]
    var rest = columns.indices.filter { !order.contains($0) }
    while !rest.isEmpty {
      var next = (place: 0, isAtEnd: true, value: -Double.infinity)
      for (place, candidate) in rest.enumerated() {
        for (end, isAtEnd) in [(order[order.count - 1], true), (order[0], false)]
        where alike[end][candidate] > next.value {
          next = (place, isAtEnd, alike[end][candidate])
        }
      }
      order.insert(rest.remove(at: next.place), at: next.isAtEnd ? order.count : 0)
    }
    return order
  }

  /// The players by the class that needs them most, in the order of the classes, and among those by their value.
  ///
  /// - Parameter rows: for each player its values for the classes in their order.
  public static func blocks(_ rows: [[Double]]) -> [Int] {
    let keys = rows.map { row in
      let best = row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
      return (best, row.isEmpty ? 0 : row[best])
    }
    return rows.indices.sorted { first, second in
      if keys[first].0 != keys[second].0 { return keys[first].0 < keys[second].0 }
      return keys[first].1 != keys[second].1 ? keys[first].1 > keys[second].1 : first < second
    }
  }

  /// Pearson's correlation; 0 where a list does not vary.
  static func correlation(_ first: [Double], _ second: [Double]) -> Double {
    let count = Double(max(1, first.count))
    let (meanOne, meanTwo) = (first.reduce(0, +) / count, second.reduce(0, +) / count)
    var (cross, one, two) = (0.0, 0.0, 0.0)
    for (a, b) in zip(first, second) {
      cross += (a - meanOne) * (b - meanTwo)
      one += (a - meanOne) * (a - meanOne)
      two += (b - meanTwo) * (b - meanTwo)
    }
    return one > 0 && two > 0 ? cross / (one * two).squareRoot() : 0
  }
}
