import InputErrors
import Statistics

/// A set of images parted in two: one to choose by, one to judge by.
public struct ImageSplit: Sendable, Hashable, Codable {
  /// The places of both parts in the set, ascending.
  public let first: [Int]
  public let second: [Int]

  /// Parts the places of a set so that every stratum is shared out in the same proportion, as nearly as whole images allow.
  ///
  /// - Parameters:
  ///   - strata: the class, or another number, of each image.
  ///   - share: of the first part, in (0, 1).
  ///   - seed: decides which images fall where, and where fractions of images go.
  /// - Precondition: at least one image, and a share between 0 and 1. Complexity: O(n log n).
  public init(strata: [Int], share: Double, seed: UInt64) {
    precondition(!strata.isEmpty && share > 0 && share < 1, "a share of some images")
    var start = RandomStream(seed: seed, purpose: .dataSplit)
    // Fractions are carried from stratum to stratum from a random beginning: no stratum is favoured.
    var due = start.uniform()
    var first: [Int] = [], second: [Int] = []
    let places = Dictionary(grouping: strata.indices) { strata[$0] }
    for (index, stratum) in places.keys.sorted().enumerated() {
      var members = places[stratum] ?? []
      var stream = RandomStream(seed: seed, purpose: .dataSplit, index: index + 1)
      stream.shuffle(&members)
      due += share * Double(members.count)
      let taken = min(members.count, Int(due))
      due -= Double(taken)
      first += members.prefix(taken)
      second += members.dropFirst(taken)
    }
    self.first = first.sorted()
    self.second = second.sorted()
  }
}

extension LabeledImages {
  /// Two parts that have every class in the same proportion, as nearly as whole images allow.
  ///
  /// - Parameter strata: what is shared out evenly; nil for the labels.
  /// - Throws: ``InputErrors/InputError`` when a part would be empty.
  public func split(
    share: Double, seed: UInt64, strata: [Int]? = nil
  ) throws(InputError) -> (first: LabeledImages, second: LabeledImages) {
    precondition(strata.map { $0.count == count } ?? true, "a stratum for each image")
    let split = ImageSplit(strata: strata ?? labels, share: share, seed: seed)
    guard !split.first.isEmpty, !split.second.isEmpty else {
      throw InputError(
        .data, "there are too few images to choose by some and judge by others", expected: "at least 2",
        found: "\(count)")
    }
    return (subset(split.first), subset(split.second))
  }

  /// The images that are not, pixel by pixel, among those of another set.
  ///
  /// - Returns: nil when none is left.
  public func without(_ other: LabeledImages) -> LabeledImages? {
    let seen = Set(other.imageDigests)
    let places = imageDigests.indices.filter { !seen.contains(imageDigests[$0]) }
    return places.isEmpty ? nil : subset(places)
  }
}
