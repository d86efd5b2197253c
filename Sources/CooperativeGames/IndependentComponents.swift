import Statistics

/// Draws the components (images) of every unit independently, with replacement.
///
/// What confidence sequences demand: then every unit is an independent observation with mean φ. Dealing without
/// replacement (``ComponentDealer``) varies less over whole epochs, but its observations are not independent, and limits
/// that take them to be so hold for no stated probability.
public struct IndependentComponents: Sendable, Hashable {
  private let seed: UInt64
  private let componentCount: Int
  /// How many components a group holds.
  public let groupSize: Int

  /// - Precondition: both counts are at least 1.
  public init(seed: UInt64, componentCount: Int, groupSize: Int) {
    precondition(componentCount >= 1 && groupSize >= 1, "drawing needs components")
    self.seed = seed
    self.componentCount = componentCount
    self.groupSize = groupSize
  }

  /// The components of group `index`, each uniform and independent of all others, the same whenever it is asked for.
  public func group(_ index: Int) -> [Int] {
    var stream = RandomStream(seed: seed, purpose: .componentOrder, index: index)
    return (0..<groupSize).map { _ in stream.uniform(below: componentCount) }
  }
}
