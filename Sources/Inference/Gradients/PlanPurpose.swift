/// What an execution plan prepares its passes for.
public enum PlanPurpose: Sendable, Hashable {
  /// Forward passes alone.
  case inference
  /// Backward passes too: feature maps get the borders that gradients read, and arguments of activations whose
  /// derivatives need them are kept.
  case differentiation
  /// Training: nothing is folded into the weights, and every layer with parameters is a step of its own.
  case training

  var isDifferentiable: Bool {
    switch self {
    case .inference: false
    case .differentiation, .training: true
    }
  }
}
