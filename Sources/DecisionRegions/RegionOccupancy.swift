import InputErrors

/// How many data points fall into each region, as a whole and class by class.
///
/// Counts are facts about these points; as estimates of shares of all data they carry a binomial error, which
/// ``standardError(ofRegion:)`` gives.
public struct RegionOccupancy: Sendable, Hashable, Codable {
  /// Points in each region; see ``RegionLocation/region`` for points on boundaries.
  public let counts: [Int]
  /// `[class][region]`; empty without classes.
  public let classCounts: [[Int]]
  /// For each neuron, the points at which it is positive, within the ranges or not.
  public let positives: [Int]
  /// All points.
  public let total: Int
  /// Points outside the ranges: in no region.
  public let outside: Int
  /// Points exactly on a boundary; they count to a region beside it.
  public let onBoundary: Int

  /// - Parameters:
  ///   - labels: the class of each point, from 0, or empty for none.
  ///   - classCount: above every label.
  /// - Throws: ``InputErrors/InputError`` (data) when a point has another number of values than the regions have inputs, a
  ///   value is not finite, or labels do not fit. Complexity: as ``InputRegions/locate(_:)``.
  public init(
    of points: [[Double]], labels: [Int] = [], classCount: Int = 0, in regions: some InputRegions
  ) throws(InputError) {
    for (index, point) in points.enumerated() where point.count != regions.ranges.count {
      throw InputError(
        .data, "point \(index) does not fit the inputs", expected: "\(regions.ranges.count) values",
        found: "\(point.count)")
    }
    for (index, point) in points.enumerated() where !point.allSatisfy(\.isFinite) {
      throw InputError(.data, "point \(index) has a value that is no finite number", found: "\(point)")
    }
    guard labels.isEmpty || labels.count == points.count else {
      throw InputError(
        .data, "the number of labels is not that of the points", expected: "\(points.count)", found: "\(labels.count)")
    }
    for label in labels where label < 0 || label >= classCount {
      throw InputError(.data, "a label is no class", expected: "0 to \(classCount - 1)", found: "\(label)")
    }
    self.init(locations: regions.locate(points), labels: labels, classCount: classCount, in: regions)
  }

  private init(locations: [RegionLocation], labels: [Int], classCount: Int, in regions: some InputRegions) {
    var counts = [Int](repeating: 0, count: regions.regionCount)
    var classCounts = labels.isEmpty ? [] : [[Int]](repeating: counts, count: classCount)
    var positives = [Int](repeating: 0, count: regions.neurons.count)
    var (outside, onBoundary) = (0, 0)
    for (index, location) in locations.enumerated() {
      for (neuron, sign) in location.signs.signs.enumerated() where sign == .positive { positives[neuron] += 1 }
      guard let region = location.region else {
        outside += 1
        continue
      }
      if location.isOnBoundary { onBoundary += 1 }
      counts[region] += 1
      if !labels.isEmpty { classCounts[labels[index]][region] += 1 }
    }
    self.counts = counts
    self.classCounts = classCounts
    self.positives = positives
    self.outside = outside
    self.onBoundary = onBoundary
    total = locations.count
  }

  /// The share of all points that fall into a region; 0 without points.
  public func share(ofRegion region: Int) -> Double { total > 0 ? Double(counts[region]) / Double(total) : 0 }

  /// √(p(1 − p)/n): the standard error of the share as an estimate for the source of the points, asymptotic; nil without
  /// points.
  public func standardError(ofRegion region: Int) -> Double? {
    guard total > 0 else { return nil }
    let share = share(ofRegion: region)
    return (share * (1 - share) / Double(total)).squareRoot()
  }
}
