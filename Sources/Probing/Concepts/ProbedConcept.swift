import Images
import InputErrors
import Statistics

/// What a probe looks for: some images, and for each of them the class that it belongs to or a quantity.
public struct ProbedConcept: Sendable, Hashable {
  /// What it is called: `texture=dots`, `size`, `zebra`.
  public let name: String
  /// The images that it says something about, as indices into the study's images, ascending.
  public let rows: [Int]
  /// One entry for each of ``rows``.
  public let target: ProbeTarget
  /// One name a class; for two classes the second is the concept. Empty for a quantity.
  public let classNames: [String]

  /// - Precondition: an entry for each row, and a name for each class.
  public init(name: String, rows: [Int], target: ProbeTarget, classNames: [String]) {
    switch target {
    case .classes(let labels, let count):
      precondition(labels.count == rows.count && classNames.count == count, "a class for each row")
    case .values(let values): precondition(values.count == rows.count, "a value for each row")
    }
    self.name = name
    self.rows = rows
    self.target = target
    self.classNames = classNames
  }

  /// The number of classes; nil for a quantity.
  public var classCount: Int? {
    switch target {
    case .classes(_, let count): count
    case .values: nil
    }
  }

  /// The images of each class; empty for a quantity.
  public var classSizes: [Int] {
    switch target {
    case .classes(let labels, let count):
      return labels.reduce(into: [Int](repeating: 0, count: count)) { $0[$1] += 1 }
    case .values: return []
    }
  }

  /// What guessing scores: balanced accuracy 1/K, or R² 0.
  public var chance: Double { classCount.map { 1 / Double($0) } ?? 0 }

  /// A concept of two folders of images: the first `positiveCount` images show it, the others do not.
  public static func shown(_ name: String, positiveCount: Int, negativeCount: Int) -> ProbedConcept {
    ProbedConcept(
      name: name, rows: Array(0..<positiveCount + negativeCount),
      target: .classes((0..<positiveCount + negativeCount).map { $0 < positiveCount ? 1 : 0 }, count: 2),
      classNames: ["not \(name)", name])
  }

  /// The same concept with an equal number of images of every class, drawn by the seed; a quantity stays as it is.
  public func balanced(seed: UInt64) -> ProbedConcept {
    guard case .classes(let labels, let count) = target, let size = classSizes.min() else { return self }
    var kept: [Int] = []
    for label in 0..<count {
      var stream = RandomStream(seed: seed, purpose: .probeFolds, index: -1, subindex: label)
      let members = labels.indices.filter { labels[$0] == label }
      kept += stream.sample(size, of: members.count).map { members[$0] }
    }
    kept.sort()
    return ProbedConcept(
      name: name, rows: kept.map { rows[$0] }, target: .classes(kept.map { labels[$0] }, count: count),
      classNames: classNames)
  }

  /// The same concept without the images for which `isKept` is false (indices into the study's images).
  public func filtered(_ isKept: (Int) -> Bool) -> ProbedConcept {
    let places = rows.indices.filter { isKept(rows[$0]) }
    return ProbedConcept(
      name: name, rows: places.map { rows[$0] }, target: target.rows(places), classNames: classNames)
  }
}
