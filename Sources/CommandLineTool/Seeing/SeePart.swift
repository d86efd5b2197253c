/// What `see` can show.
enum SeePart: String, Sendable, Hashable, CaseIterable {
  /// The filters of the layer that reads the image.
  case filters
  /// Images along each unit's activations.
  case examples
  /// What the strongest activations go back to.
  case reconstructions
  case maximized
  /// The first units under every regularisation.
  case comparison
  /// The units over the checkpoints of a training.
  case evolution
  /// Whether reconstructions depend on what was learnt.
  case randomization
  /// Units against masks.
  case dissection

  /// True when it is about the units that are asked for.
  var needsUnits: Bool {
    switch self {
    case .examples, .reconstructions, .comparison, .evolution: true
    case .filters, .maximized, .randomization, .dissection: false
    }
  }
}
