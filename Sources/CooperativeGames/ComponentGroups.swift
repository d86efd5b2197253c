/// All components of a game in their order, cut into groups of the game's lane count; the last may be smaller.
///
/// For procedures that visit every component exactly once.
struct ComponentGroups {
  private let componentCount: Int
  private let groupSize: Int

  init(_ game: GameDescription) {
    componentCount = game.componentCount
    groupSize = min(game.laneCount, game.componentCount)
  }

  var count: Int { (componentCount - 1) / groupSize + 1 }

  subscript(group: Int) -> Range<Int> { group * groupSize..<min(componentCount, (group + 1) * groupSize) }
}
