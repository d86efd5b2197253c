/// What a removed unit's output becomes.
///
/// Units are numbered as ``ExecutionPlan/sites`` says. Removing a unit is an argument of a forward pass, never a hook.
public enum Replacement: Sendable {
  /// One value a unit, at every position.
  case constants([Float])
  /// One value a unit and position: for each site its `[channels, height, width]` elements in row-major order.
  case maps([[Float]])
  /// The same unit's activations in the pass given to ``ForwardPass/run(removing:replacement:donor:)``, image lane by
  /// image lane: another image's values from the unablated network.
  case donor
}
