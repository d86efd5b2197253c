/// What the walks of one unit found; means over the unit's components and orders.
public struct WalkOutcome: Codable, Sendable {
  /// Marginal contributions, of shape [output][player].
  package var marginals: [Double]
  /// v(N), one an output.
  var grand: [Double]
  /// v(∅), one an output; nil when it was not evaluated.
  var empty: [Double]?
  /// Steps of all orders of the unit: orders · players.
  var steps: Int
  /// Steps that truncation left unevaluated.
  var stepsTruncated: Int
  /// Evaluations that the unit took.
  package var evaluations: Int
}
