import InputErrors

/// What a probe is to read from the features: one label or one number a row.
public enum ProbeTarget: Sendable, Hashable {
  /// Labels `0..<count`, one a row; at least two classes.
  case classes([Int], count: Int)
  /// Numbers, one a row.
  case values([Double])

  /// How many rows it speaks of.
  public var rowCount: Int {
    switch self {
    case .classes(let labels, count: _): labels.count
    case .values(let values): values.count
    }
  }

  /// The target of these rows, in this order.
  ///
  /// - Precondition: every index is that of a row.
  public func rows(_ indices: [Int]) -> ProbeTarget {
    switch self {
    case .classes(let labels, let count): .classes(indices.map { labels[$0] }, count: count)
    case .values(let values): .values(indices.map { values[$0] })
    }
  }

  /// Checks that something can be learnt from these rows.
  ///
  /// - Throws: ``InputError`` (data) when rows or columns are missing, a class has no row, a label is none of the
  ///   classes, a number is not finite, or all numbers are equal.
  func check(against x: FeatureMatrix) throws(InputError) {
    guard x.columnCount > 0 else {
      throw InputError(.data, "a probe has nothing to read", expected: "at least one feature", found: "none")
    }
    guard rowCount == x.rowCount else {
      throw InputError(
        .data, "the target does not fit the features", expected: "\(x.rowCount) rows", found: "\(rowCount)")
    }
    if x.hasNonFiniteValues, let place = x.values.firstIndex(where: { !$0.isFinite }) {
      throw InputError(
        .data, "a feature is not finite", expected: "finite numbers",
        found: "\(x.values[place]) in row \(place / x.columnCount), column \(place % x.columnCount)")
    }
    try check()
  }

  /// Checks the target alone.
  func check() throws(InputError) {
    switch self {
    case .classes(let labels, let count):
      guard count >= 2 else {
        throw InputError(.data, "a classifier needs classes", expected: "at least 2", found: "\(count)")
      }
      if let label = labels.first(where: { $0 < 0 || $0 >= count }) {
        throw InputError(.data, "a label is none of the classes", expected: "0 to \(count - 1)", found: "\(label)")
      }
      let counts = classCounts ?? []
      if let absent = counts.firstIndex(of: 0) {
        throw InputError(
          .data, "a class has no row to learn from", expected: "rows of all \(count) classes",
          found: "none of class \(absent)")
      }
    case .values(let values):
      if let value = values.first(where: { !$0.isFinite }) {
        throw InputError(.data, "a value of the target is not finite", expected: "finite numbers", found: "\(value)")
      }
      guard let first = values.first, values.contains(where: { $0 != first }) else {
        throw InputError(
          .data, "the target is the same everywhere", expected: "at least two different values",
          found: values.first.map { "\($0)" } ?? "no row")
      }
    }
  }

  /// How many rows each class has; nil for numbers.
  var classCounts: [Int]? {
    switch self {
    case .classes(let labels, let count):
      labels.reduce(into: [Int](repeating: 0, count: count)) { $0[$1] += 1 }
    case .values: nil
    }
  }
}

extension FeatureMatrix {
  /// True when a value is infinite or no number.
  fileprivate var hasNonFiniteValues: Bool {
    // All bits of the exponent are set; no branch, so that the loop runs on vectors.
    var found: UInt32 = 0
    for value in values { found |= value.bitPattern & 0x7F80_0000 == 0x7F80_0000 ? 1 : 0 }
    return found != 0
  }
}
