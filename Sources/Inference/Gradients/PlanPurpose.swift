/// What an execution plan prepares its passes for.
public enum PlanPurpose: Sendable, Hashable {
  /// Forward passes alone.
  case inference
  /// Forward passes alone, most of which change little from the one before: where it pays, sums before the activation
  /// are kept, and the difference of a few changed channels is added to them. Results then depend on the passes before
  /// by rounding; for the other purposes, by no bit.
  case incremental
  /// Backward passes too: feature maps get the borders that gradients read, and arguments of activations whose
  /// derivatives need them are kept.
  case differentiation
  /// Training: nothing is folded into the weights, and every layer with parameters is a step of its own.
  case training

  var isDifferentiable: Bool {
    switch self {
    case .inference, .incremental: false
    case .differentiation, .training: true
    }
  }
}
