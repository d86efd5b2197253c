import InputErrors

/// A weighted sum of unanimity games: v(S) = Σ_T c_T · [T ⊆ S], so that φ_i = Σ_{T ∋ i} c_T / |T|.
///
/// Every game with v(∅) = 0 is such a sum; few terms make games with interactions of chosen orders and any number of
/// players.
public struct UnanimitySumGame: ClosedFormGame {
  /// One unanimity game: worth `weight` once all of `members` are there.
  public struct Term: Sendable, Hashable, Codable {
    /// T, not empty.
    public var members: Coalition
    /// c_T.
    public var weight: Double

    public init(members: Coalition, weight: Double) {
      self.members = members
      self.weight = weight
    }
  }

  public let playerCount: Int
  public let terms: [Term]

  /// - Throws: ``InputErrors/InputError`` for a term without members or of a game of another size.
  public init(playerCount: Int, terms: [Term]) throws(InputError) {
    for (place, term) in terms.enumerated() where term.members.isEmpty || term.members.playerCount != playerCount {
      throw InputError(
        .usage, "term \(place) of the sum is no unanimity game of \(playerCount) players",
        found: "\(term.members) among \(term.members.playerCount) players")
    }
    self.playerCount = playerCount
    self.terms = terms
  }

  public func value(of coalition: Coalition, component: Int) -> Double {
    terms.reduce(0) { $1.members.isSubset(of: coalition) ? $0 + $1.weight : $0 }
  }

  public var shapleyValues: [Double] {
    var values = [Double](repeating: 0, count: playerCount)
    for term in terms {
      for member in term.members { values[member] += term.weight / Double(term.members.count) }
    }
    return values
  }
}
