import CooperativeGames
import InputErrors

/// How values are estimated, with the estimator's settings.
public enum EstimatorChoice: Sendable, Hashable {
  case permutation(PermutationEstimator.Configuration)

  /// The name on the command line and in files.
  public var name: String { kind.rawValue }

  /// An estimator's name without its settings.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case permutation

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
    }
  }
}

extension EstimatorChoice: Codable {
  private enum Key: String, CodingKey { case name, settings }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    switch try container.decode(Kind.self, forKey: .name) {
    case .permutation:
      self = .permutation(try container.decode(PermutationEstimator.Configuration.self, forKey: .settings))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .name)
    switch self {
    case .permutation(let settings): try container.encode(settings, forKey: .settings)
    }
  }
}
