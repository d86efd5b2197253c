import CooperativeGames
import InputErrors

/// How values are estimated, with the estimator's settings.
public enum EstimatorChoice: Sendable, Hashable {
  /// Permutation sampling.
  case permutation(PermutationEstimator.Configuration)
  /// The published bandit, TMAB-Shapley; see ``CooperativeGames/TMABEstimator/Configuration/published(for:labels:classCount:)``.
  case tmab(TMABEstimator.Configuration)
  /// Enumeration of all coalitions of at most 20 players; refused when it needs more evaluations than allowed.
  case exact(evaluations: Int? = nil)
  /// What each player's removal alone costs: no Shapley value, but the natural baseline; refused when it needs more
  /// evaluations than allowed.
  case leaveOneOut(evaluations: Int? = nil)

  /// An estimator's name without its settings.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case permutation
    case tmab
    case exact
    case leaveOneOut = "leave-one-out"

    /// Reads the name used on the command line.
    ///
    /// - Throws: ``InputErrors/InputError`` (usage) with the closest name for any other text.
    public init(parsing text: String) throws(InputError) {
      let names = Self.allCases.map(\.rawValue)
      guard let kind = Self(rawValue: text) else {
        throw InputError(
          .usage, "unknown estimator '\(text)'", at: .init(key: "estimator"), expected: names.joined(separator: ", "),
          hint: Suggestion.hint(for: text, among: names))
      }
      self = kind
    }
  }

  public var kind: Kind {
    switch self {
    case .permutation: .permutation
    case .tmab: .tmab
    case .exact: .exact
    case .leaveOneOut: .leaveOneOut
    }
  }

  /// The name on the command line and in files.
  public var name: String { kind.rawValue }

  /// The size of the top that the estimator itself decides about; nil when it decides nothing.
  public var topCount: Int? {
    switch self {
    case .tmab(let settings): settings.topCount
    case .permutation, .exact, .leaveOneOut: nil
    }
  }
}

extension EstimatorChoice: Codable {
  private enum Key: String, CodingKey { case name, settings, evaluations }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    switch try container.decode(Kind.self, forKey: .name) {
    case .permutation:
      self = .permutation(try container.decode(PermutationEstimator.Configuration.self, forKey: .settings))
    case .tmab: self = .tmab(try container.decode(TMABEstimator.Configuration.self, forKey: .settings))
    case .exact: self = .exact(evaluations: try container.decodeIfPresent(Int.self, forKey: .evaluations))
    case .leaveOneOut: self = .leaveOneOut(evaluations: try container.decodeIfPresent(Int.self, forKey: .evaluations))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .name)
    switch self {
    case .permutation(let settings): try container.encode(settings, forKey: .settings)
    case .tmab(let settings): try container.encode(settings, forKey: .settings)
    case .exact(let evaluations), .leaveOneOut(let evaluations):
      try container.encodeIfPresent(evaluations, forKey: .evaluations)
    }
  }
}
