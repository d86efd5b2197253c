/// The regions into which the boundaries of several neurons cut the range of their free inputs.
///
/// A region is a maximal open set of inputs on which no neuron's output meets its threshold, unless it is there
/// everywhere. Regions are numbered from 0.
public protocol InputRegions: Sendable {
  var neurons: [LinearNeuron] { get }
  /// The range of each free input.
  var ranges: [InputRange] { get }
  /// The signs of all neurons throughout each region; no two regions have the same.
  var signVectors: [SignVector] { get }
  /// The length or area of each region.
  var measures: [Double] { get }

  /// The exact signs of all neurons at a point.
  ///
  /// - Precondition: one finite value an input.
  func signs(at point: [Double]) -> SignVector
}

/// Where a point lies among regions.
public struct RegionLocation: Sendable, Hashable {
  /// The exact signs of all neurons at the point.
  public let signs: SignVector
  /// The region whose closure holds the point, nil when the point is outside the ranges.
  ///
  /// A point on boundaries counts to the region beside it with the fewest positive neurons: being at the threshold is not
  /// being above it. Between equals the region that is numbered lower.
  public let region: Int?
  /// True when some neuron's boundary runs through the point.
  public let isOnBoundary: Bool
}

extension InputRegions {
  public var regionCount: Int { signVectors.count }

  /// Each region's share of the whole length or area.
  public var shares: [Double] {
    let whole = ranges.reduce(1) { $0 * $1.length }
    return measures.map { $0 / whole }
  }

  /// True when the point lies within the ranges, ends included.
  public func contains(_ point: [Double]) -> Bool { zip(ranges, point).allSatisfy { $0.contains($1) } }

  /// Locates points. Complexity: O(points · neurons), and O(regions · neurons) for each new set of signs on a boundary.
  ///
  /// - Precondition: one finite value an input in every point.
  public func locate(_ points: [[Double]]) -> [RegionLocation] {
    var known: [SignVector: Int] = [:]
    for (region, signs) in signVectors.enumerated() { known[signs] = region }
    let alwaysZero = neurons.indices.filter { signVectors.first?[$0] == .zero }
    return points.map { point in
      let signs = signs(at: point)
      let isOnBoundary = signs.signs.reduce(0) { $0 + ($1 == .zero ? 1 : 0) } > alwaysZero.count
      guard contains(point) else { return RegionLocation(signs: signs, region: nil, isOnBoundary: isOnBoundary) }
      if known[signs] == nil { known[signs] = regionTouching(signs) }
      return RegionLocation(signs: signs, region: known[signs], isOnBoundary: isOnBoundary)
    }
  }

  /// The region with the fewest positive neurons among those whose signs agree with all that are not zero.
  private func regionTouching(_ signs: SignVector) -> Int? {
    var best: (region: Int, positives: Int)?
    for (region, candidate) in signVectors.enumerated() {
      let agrees = zip(signs.signs, candidate.signs).allSatisfy { $0 == .zero || $0 == $1 }
      let positives = candidate.positiveCount
      if agrees, positives < best?.positives ?? Int.max { best = (region, positives) }
    }
    return best?.region
  }
}
