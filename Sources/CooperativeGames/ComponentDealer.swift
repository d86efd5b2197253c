import Statistics

/// Deals the components (images) to units of work: every epoch is a seeded shuffle of all, dealt out in groups.
///
/// Groups are consecutive stretches of the epochs laid end to end, so that a group may hold the last images of one epoch
/// and the first of the next; every component is dealt equally often in the long run. A group never asks for more
/// components than the game has.
public struct ComponentDealer: Sendable {
  private let seed: UInt64
  private let componentCount: Int
  /// How many components a group holds.
  public let groupSize: Int
  private var epoch = -1
  private var order: [Int] = []

  /// - Precondition: both counts are at least 1.
  public init(seed: UInt64, componentCount: Int, groupSize: Int) {
    precondition(componentCount >= 1 && groupSize >= 1, "dealing needs components")
    self.seed = seed
    self.componentCount = componentCount
    self.groupSize = min(groupSize, componentCount)
  }

  /// The components of group `index`, the same whenever it is asked for.
  ///
  /// Complexity: O(groupSize), plus a shuffle of all components when the group begins another epoch than the last one.
  public mutating func group(_ index: Int) -> [Int] {
    components(index * groupSize..<(index + 1) * groupSize)
  }

  /// The components dealt at `positions` of the epochs laid end to end, the same whenever they are asked for.
  mutating func components(_ positions: Range<Int>) -> [Int] {
    positions.map { position in
      let needed = position / componentCount
      if needed != epoch {
        var stream = RandomStream(seed: seed, purpose: .componentOrder, index: needed)
        order = stream.permutation(of: componentCount)
        epoch = needed
      }
      return order[position % componentCount]
    }
  }
}
