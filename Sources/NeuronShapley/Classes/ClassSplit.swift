import Images
import Statistics

/// Labelled images parted class by class: some to rank by, the others to judge by.
///
/// A class with a single image is ranked by it and cannot be judged; of every other class both parts have at least one.
public struct ClassSplit: Sendable, Hashable, Codable {
  /// The places of both parts in the set, increasing; ``test`` is empty when no class has two images.
  public let ranking: [Int]
  public let test: [Int]

  /// - Parameters:
  ///   - labels: the class of each image.
  ///   - testShare: how much of each class is kept to judge by, to the nearest image; strictly between 0 and 1.
  ///   - seed: decides which images.
  public init(labels: [Int], testShare: Double, seed: UInt64) {
    precondition(testShare > 0 && testShare < 1, "a share")
    var ranking: [Int] = [], test: [Int] = []
    let members = Dictionary(grouping: labels.indices) { labels[$0] }
    for label in members.keys.sorted() {
      var own = members[label] ?? []
      var stream = RandomStream(seed: seed, purpose: .classSplit, index: label)
      stream.shuffle(&own)
      let wanted = Int((Double(own.count) * testShare).rounded())
      let kept = own.count == 1 ? 0 : min(own.count - 1, max(1, wanted))
      test += own.prefix(kept)
      ranking += own.dropFirst(kept)
    }
    self.ranking = ranking.sorted()
    self.test = test.sorted()
  }
}
