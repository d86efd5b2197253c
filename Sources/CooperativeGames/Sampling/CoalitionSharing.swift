/// Whether the components of a unit of work are evaluated with coalitions of their own or with the same one.
public enum CoalitionSharing: String, Sendable, Hashable, Codable, CaseIterable {
  /// Every component has a coalition of its own: the most information an evaluation.
  case perComponent
  /// All have the same: less information, but a network need not compute what is absent for all of them.
  case shared
}
