/// From which end of a ranking filters are removed.
public enum RemovalDirection: String, Sendable, Hashable, Codable, CaseIterable {
  /// The most important first: a good ranking's curve falls fast.
  case mostFirst = "most-first"
  /// The least important first: a good ranking's curve stays up, and may rise.
  case leastFirst = "least-first"
}
