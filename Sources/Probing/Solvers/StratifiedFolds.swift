import InputErrors
import Statistics

/// The dealing of rows to the folds of a cross-validation.
public enum StratifiedFolds {
  /// The fold of each row, `0..<count`. The rows of each class are dealt in a random order, one class's deal beginning
  /// where the last one's ended: folds differ by at most one row in size, and by at most one in each class. Rows with
  /// numbers are dealt in a random order. It depends on the seed, the labels and nothing else.
  ///
  /// - Throws: ``InputError`` for fewer than two folds (usage), a class with fewer rows than folds, or fewer rows than
  ///   folds (data).
  public static func assign(_ target: ProbeTarget, count: Int, seed: UInt64) throws(InputError) -> [Int] {
    guard count >= 2 else {
      throw InputError(.usage, "cross-validation needs folds", expected: "at least 2", found: "\(count)")
    }
    try target.check()
    var folds = [Int](repeating: 0, count: target.rowCount)
    var dealt = 0
    func deal(_ rows: [Int], index: Int) {
      var order = rows
      var stream = RandomStream(seed: seed, purpose: .probeFolds, index: index)
      stream.shuffle(&order)
      for row in order {
        folds[row] = dealt % count
        dealt += 1
      }
    }
    switch target {
    case .classes(let labels, count: let classes):
      var rows = [[Int]](repeating: [], count: classes)
      for (row, label) in labels.enumerated() { rows[label].append(row) }
      if let small = rows.firstIndex(where: { $0.count < count }) {
        throw InputError(
          .data, "class \(small) has too few rows for \(count) folds", expected: "at least \(count)",
          found: "\(rows[small].count)", hint: "use fewer folds or more images")
      }
      for (label, own) in rows.enumerated() { deal(own, index: label) }
    case .values(let values):
      guard values.count >= count else {
        throw InputError(
          .data, "there are too few rows for \(count) folds", expected: "at least \(count)", found: "\(values.count)",
          hint: "use fewer folds or more images")
      }
      deal(Array(values.indices), index: 0)
    }
    return folds
  }
}
