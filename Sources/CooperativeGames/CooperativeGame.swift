/// A cooperative game (N, v): players whose coalitions are worth something.
///
/// The worth is a mean over components, v(S) = (1/C) Σ_x v_x(S). A component is one image for the game of a network's
/// filters; a plain game has a single one. The Shapley value is linear, so φ(v) is the mean of the φ(v_x), and an
/// estimator may draw components and coalitions together.
public protocol CooperativeGame: Sendable {
  associatedtype Evaluator: CoalitionEvaluator

  /// Sizes and outputs; constant for the life of the game.
  var description: GameDescription { get }

  /// A new evaluator with buffers and caches of its own; every worker has one and keeps it.
  ///
  /// - Throws: ``InputErrors/InputError`` when the game cannot be evaluated, for example within the memory allowed.
  func makeEvaluator() throws -> Evaluator
}

/// Evaluates coalitions on a few loaded components at a time; the place where incremental evaluation hides.
///
/// One *evaluation* is one coalition on one component. Results, and ``multiplyAdds``, depend only on the calls since the
/// last ``load(_:)``, never on what was evaluated before it; this makes results independent of the number of workers.
public protocol CoalitionEvaluator {
  /// Makes `components` (indices into the game's components; repeats allowed; any number ≥ 1) the ones evaluated next.
  ///
  /// Cheapest with ``GameDescription/laneCount`` components or a multiple. Counts no evaluation.
  mutating func load(_ components: [Int]) throws

  /// Writes v_x(S) for every loaded component x and every output, and makes these coalitions the base of the next call.
  ///
  /// The evaluator sees whole coalitions and works out itself what changed since the last call. `values` is overwritten
  /// with shape [component][output]; its storage is reused. Costs one evaluation a loaded component.
  mutating func values(_ coalitions: Coalitions, into values: inout [Double]) throws

  /// Writes v_x(S △ {i}) for every one of `players`, each toggled alone against the base S, which stays.
  ///
  /// `values` is overwritten with shape [player][component][output]. Costs one evaluation a player and loaded component.
  /// Call ``values(_:into:)`` first.
  mutating func values(toggling players: [Int], into values: inout [Double]) throws

  /// Writes, for every loaded component, what output `output` follows from and its slope towards every player, at the
  /// given coalitions. The base stays what it was.
  ///
  /// Costs three evaluations a loaded component: a forward pass, and a backward pass that counts as two. Call it only for
  /// outputs with a ``GameDescription/Output/link``.
  mutating func firstOrder(of output: Int, at coalitions: Coalitions, into result: inout FirstOrder) throws

  /// The multiplications with addition done since the evaluator was made; 0 where they are not counted.
  var multiplyAdds: UInt64 { get }
}
