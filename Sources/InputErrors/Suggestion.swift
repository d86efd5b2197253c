/// Finds what the user probably meant.
public enum Suggestion {
  /// The candidate closest to `word`, or nil when none is close enough to be a likely slip of the keyboard.
  ///
  /// Distance is optimal string alignment (insertions, deletions, substitutions, swaps of neighbours), ignoring case;
  /// a candidate counts when the distance is at most a third of the longer word, but at least 1. Ties go to the
  /// candidate that stands first. Complexity: O(candidates · lengths).
  public static func closest(to word: String, among candidates: [String]) -> String? {
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let allowed = max(1, max(word.count, candidate.count) / 3)
      let distance = alignmentDistance(Array(word.lowercased()), Array(candidate.lowercased()))
      if distance <= allowed, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// `did you mean 'candidate'?`, or nil when nothing is close.
  public static func hint(for word: String, among candidates: [String]) -> String? {
    closest(to: word, among: candidates).map { "did you mean '\($0)'?" }
  }

  static func alignmentDistance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in b.indices {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
