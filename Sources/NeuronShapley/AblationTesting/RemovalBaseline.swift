/// A ranking of filters that is cheaper than their Shapley values, and that these have to beat.
///
/// Every baseline gives each filter a number; filters are removed in the order of their numbers. A player of several
/// filters has the sum of theirs.
public enum RemovalBaseline: String, Sendable, Hashable, Codable, CaseIterable {
  /// Random orders, one a seed.
  case random
  /// v(N) − v(N ∖ i) by log-likelihood: what the removal of the filter alone costs.
  case leaveOneOut = "leave-one-out"
  /// The Euclidean norm of the filter's weights (Li et al. 2017 take the sum of absolute values).
  case weightNorm = "weight-norm"
  /// The mean absolute activation over images and positions.
  case meanActivation = "mean-activation"
  /// The variance of the activation over images and positions: with ablation to the mean, how much a removal changes.
  case activationVariance = "activation-variance"
  /// The mean over images of |Σ g · (a − ā)|, with g the gradient of the log-likelihood at the filter's output a and ā what
  /// it is replaced by: the first-order effect of the removal (Molchanov et al. 2017).
  case taylor
  /// The filter's share of the change of the log-likelihood on the straight way from the mean image to each image
  /// (Dhamdhere et al. 2018; integrated gradients at hidden units), the mean over images.
  case conductance

  /// Whether it needs images to be computed.
  public var needsImages: Bool {
    switch self {
    case .random, .weightNorm: false
    case .leaveOneOut, .meanActivation, .activationVariance, .taylor, .conductance: true
    }
  }
}
