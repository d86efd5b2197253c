import Probing

/// The probe that `--probe` names.
enum ProbeKind: String, Sendable, CaseIterable {
  /// Logistic regression for classes, ridge for quantities.
  case linear
  /// Least squares with squared weights as penalty, for quantities.
  case ridge
  /// Absolute weights as penalty, for classes and quantities.
  case lasso
  /// One hidden layer.
  case mlp
  /// As `linear`; single neurons come first in the text.
  case unit
}

/// How the classes count.
enum ClassBalance: String, Sendable, CaseIterable {
  /// Images are weighted so that every class counts the same.
  case weights
  /// As many images of every class are drawn.
  case sample
  /// Images count as they are.
  case none
}

/// Where `probe` asks whether the network uses what can be read.
enum EffectPlace: Sendable, Hashable {
  case best
  case all
  case none
  case layers([String])

  init(_ names: [String]) {
    switch names {
    case ["best"]: self = .best
    case ["all"]: self = .all
    case ["none"]: self = .none
    default: self = .layers(names)
    }
  }
}
