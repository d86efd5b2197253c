/// The value that a share of many values exceeds, whatever order they come in; memory for twice that share.
struct TopValues: Sendable {
  private let count: Int
  private var kept: [Float] = []
  /// Values up to here cannot be among the largest any more.
  private var bound = -Float.infinity
  /// The two largest different values that were dropped: ties with the smallest of the largest are among them.
  private var dropped = (first: -Float.infinity, second: -Float.infinity)

  /// - Precondition: `count` is positive.
  init(_ count: Int) {
    precondition(count > 0, "at least the largest")
    self.count = count
  }

  /// Complexity: O(values) and a sort of `2 · count` for every `count` that are kept.
  mutating func insert(_ values: UnsafeBufferPointer<Float>) {
    for value in values {
      if value > bound {
        kept.append(value)
        if kept.count >= 2 * count { compact() }
      } else if value > dropped.second {
        drop(value)
      }
    }
  }

  private mutating func compact() {
    kept.sort(by: >)
    for value in kept[count...] where value > dropped.second { drop(value) }
    kept.removeLast(kept.count - count)
    bound = kept[count - 1]
  }

  private mutating func drop(_ value: Float) {
    if value > dropped.first {
      dropped = (value, dropped.first)
    } else if value < dropped.first {
      dropped.second = max(dropped.second, value)
    }
  }

  /// The largest value that at least `count` others exceed; nil when there is none.
  var exceeded: Float? {
    let sorted = kept.sorted(by: >)
    guard sorted.count >= count else { return nil }
    let last = sorted[count - 1]
    return ([dropped.first, dropped.second] + sorted[count...]).filter { $0 < last && $0 > -.infinity }.max()
  }
}
