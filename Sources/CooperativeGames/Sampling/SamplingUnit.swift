/// One unit of work of an estimator that samples coalitions: a group of components and what is known of them.
public struct SamplingUnit: Sendable {
  /// The unit's number, counted from the run's first.
  let index: Int
  /// The number of its first component in the order in which components are dealt.
  let firstPosition: Int
  let components: [Int]
  /// v_x(N) and v_x(∅) where an earlier unit has evaluated them; nil when this one must.
  let endpoints: EndpointValues?
  let game: GameDescription
  let seed: UInt64

  /// The evaluations that ``endpoints(on:)`` takes.
  var endpointCost: Int { endpoints == nil ? 2 * components.count : 0 }

  /// v_x(N) and v_x(∅) of the unit's components, which must be loaded, evaluated if they are not known.
  func endpoints(on evaluator: inout some CoalitionEvaluator) throws -> EndpointValues {
    try endpoints ?? .evaluated(playerCount: game.playerCount, on: &evaluator)
  }
}
