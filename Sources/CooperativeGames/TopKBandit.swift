import InputErrors

/// The rule by which a bandit tells the top k players from the rest: a player is undecided as long as its interval holds
/// the (k + 1)-th largest value. A pure function of values and interval radii.
public struct TopKBandit: Sendable, Hashable, Codable {
  /// k.
  public let topCount: Int

  /// - Throws: ``InputErrors/InputError`` unless `1 ≤ topCount ≤ playerCount`.
  public init(topCount: Int, playerCount: Int) throws(InputError) {
    guard topCount >= 1, topCount <= playerCount else {
      throw InputError(
        .usage, "the top k does not fit the game", at: .init(key: "top"), expected: "1 to \(playerCount) players",
        found: "\(topCount)")
    }
    self.topCount = topCount
  }

  /// θ, the (k + 1)-th largest value; nil when k is the number of players. Complexity: O(n log n).
  public func threshold(_ values: [Double]) -> Double? {
    values.count > topCount ? values.sorted(by: >)[topCount] : nil
  }

  /// Where every player stands: `in` if value − radius ≥ θ, `out` if value + radius ≤ θ, else undecided; everyone is in
  /// when k is the number of players.
  ///
  /// A player whose value equals θ with radius 0 is out. Complexity: O(n log n).
  ///
  /// - Precondition: one radius of at least 0 a value.
  public func statuses(values: [Double], radii: [Double]) -> [PlayerStatus] {
    precondition(values.count == radii.count, "every value has a radius")
    guard let threshold = threshold(values) else { return values.map { _ in .in } }
    return zip(values, radii).map { value, radius in
      if value + radius <= threshold { return .out }
      return value - radius >= threshold ? .in : .undecided
    }
  }

  /// The players that are still undecided, in the game's order. Complexity: O(n log n).
  public func activePlayers(values: [Double], radii: [Double]) -> [Int] {
    let statuses = statuses(values: values, radii: radii)
    return statuses.indices.filter { statuses[$0] == .undecided }
  }
}
