import InputErrors

/// The games whose values ``GroupedPermutationEstimator`` estimates together, each a mean of its own over the components
/// of one game.
public enum OutputGrouping: Sendable, Hashable, Codable {
  /// Group g is the mean of the game's first output over the components whose entry is g: the class of each image.
  ///
  /// One entry a component; every number from 0 to the largest occurs.
  case components([Int])
  /// Group g is the mean of output g over all components.
  case outputs

  /// How many games are estimated.
  ///
  /// - Precondition: the grouping fits the game.
  func groupCount(in game: GameDescription) -> Int {
    switch self {
    case .components(let groups): (groups.max() ?? -1) + 1
    case .outputs: game.outputs.count
    }
  }

  /// The index of the game's output that a group looks at.
  func output(ofGroup group: Int) -> Int {
    switch self {
    case .components: 0
    case .outputs: group
    }
  }

  /// Throws unless every component has a group and every group a component.
  ///
  /// - Throws: ``InputErrors/InputError`` of kind `usage`.
  func validate(_ game: GameDescription) throws(InputError) {
    guard case .components(let groups) = self else { return }
    guard groups.count == game.componentCount else {
      throw InputError(
        .usage, "every component needs a group", at: .init(key: "grouping"), expected: "\(game.componentCount)",
        found: "\(groups.count)")
    }
    let present = Set(groups)
    guard present.count == (present.max() ?? -1) + 1, present.min() == 0 else {
      throw InputError(
        .usage, "groups are numbered from 0 without gaps", at: .init(key: "grouping"),
        found: "\(present.count) groups up to number \(present.max() ?? -1)")
    }
  }
}
