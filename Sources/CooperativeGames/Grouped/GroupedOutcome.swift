/// What the walks of one unit found for the groups that occur in it; sums over the unit's components of a group.
public struct GroupedOutcome: Codable, Sendable {
  /// One group's share of a unit.
  struct Share: Codable, Sendable {
    var group: Int
    /// How many of the unit's components belong to the group.
    var count: Int
    /// The sums of their marginal contributions, means over the unit's orders.
    var marginals: MarginalVector
    /// The sums of their v(N) and v(∅).
    var grand: Double
    var empty: Double
  }

  /// By increasing group; groups without a component of the unit are left out.
  var shares: [Share]
  /// Evaluations that the unit took.
  var evaluations: Int
}
