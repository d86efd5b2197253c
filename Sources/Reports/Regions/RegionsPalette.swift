/// The colours in which pictures of regions show positive and negative.
public enum RegionsPalette: String, Sendable, Hashable, Codable, CaseIterable {
  case greenRed = "green-red"
  /// Blue and orange, which nearly everybody can tell apart.
  case colourBlind = "colour-blind"
}
