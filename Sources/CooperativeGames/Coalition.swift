/// A set of players S ⊆ {0, …, n − 1}, one bit a player.
///
/// Iteration yields the members in increasing order. Encoded as one string, `"n:words"`, with the 64-bit words in
/// hexadecimal, separated by dots.
public struct Coalition: Sendable, Hashable {
  /// n, the number of players of the game (not of the members: that is ``count``).
  public let playerCount: Int
  private var words: [UInt64]

  /// The empty coalition ∅ of a game with `playerCount` players.
  ///
  /// - Precondition: `playerCount ≥ 0`.
  public static func empty(playerCount: Int) -> Coalition {
    precondition(playerCount >= 0, "a game has no negative number of players")
    return Coalition(playerCount: playerCount, words: [UInt64](repeating: 0, count: (playerCount + 63) / 64))
  }

  /// The grand coalition N of a game with `playerCount` players.
  ///
  /// - Precondition: `playerCount ≥ 0`.
  public static func full(playerCount: Int) -> Coalition {
    precondition(playerCount >= 0, "a game has no negative number of players")
    var words = [UInt64](repeating: .max, count: (playerCount + 63) / 64)
    if playerCount % 64 != 0 { words[words.count - 1] = (1 << UInt64(playerCount % 64)) - 1 }
    return Coalition(playerCount: playerCount, words: words)
  }

  /// The coalition of `members`.
  ///
  /// - Precondition: every member lies in `0..<playerCount`.
  public init(_ members: some Sequence<Int>, playerCount: Int) {
    self = .empty(playerCount: playerCount)
    for member in members { insert(member) }
  }

  /// The coalition whose members are the set bits of `mask`, bit i standing for player i.
  ///
  /// - Precondition: `playerCount ≤ 64` and no higher bit is set.
  public init(mask: UInt64, playerCount: Int) {
    precondition(playerCount <= 64, "a mask holds at most 64 players")
    precondition(playerCount == 64 || mask >> UInt64(playerCount) == 0, "the mask names players outside the game")
    self.init(playerCount: playerCount, words: playerCount == 0 ? [] : [mask])
  }

  private init(playerCount: Int, words: [UInt64]) {
    self.playerCount = playerCount
    self.words = words
  }

  /// The members as bits, bit i standing for player i; nil when the game has more than 64 players.
  public var mask: UInt64? { playerCount > 64 ? nil : words.first ?? 0 }

  /// Whether `player` is a member. Complexity: O(1).
  ///
  /// - Precondition: `player` lies in `0..<playerCount`.
  public func contains(_ player: Int) -> Bool {
    check(player)
    return words[player >> 6] >> UInt64(player & 63) & 1 == 1
  }

  /// Adds `player`; does nothing when it is a member. Complexity: O(1).
  public mutating func insert(_ player: Int) {
    check(player)
    words[player >> 6] |= 1 << UInt64(player & 63)
  }

  /// Removes `player`; does nothing when it is no member. Complexity: O(1).
  public mutating func remove(_ player: Int) {
    check(player)
    words[player >> 6] &= ~(1 << UInt64(player & 63))
  }

  /// Adds `player` when it is no member, else removes it. Complexity: O(1).
  public mutating func toggle(_ player: Int) {
    check(player)
    words[player >> 6] ^= 1 << UInt64(player & 63)
  }

  /// |S|. Complexity: O(n / 64).
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether S = ∅. Complexity: O(n / 64).
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// Whether S = N. Complexity: O(n / 64).
  public var isFull: Bool { count == playerCount }

  /// Whether every member is one of `other`'s. Complexity: O(n / 64).
  ///
  /// - Precondition: both belong to games of the same number of players.
  public func isSubset(of other: Coalition) -> Bool {
    checkSameGame(other)
    return words.indices.allSatisfy { words[$0] & ~other.words[$0] == 0 }
  }

  /// N ∖ S.
  public var complement: Coalition {
    symmetricDifference(.full(playerCount: playerCount))
  }

  /// The players that are in exactly one of the two coalitions: what an incremental evaluation has to change.
  ///
  /// - Precondition: both belong to games of the same number of players.
  public func symmetricDifference(_ other: Coalition) -> Coalition {
    checkSameGame(other)
    return Coalition(playerCount: playerCount, words: words.indices.map { words[$0] ^ other.words[$0] })
  }

  private func check(_ player: Int) {
    precondition(player >= 0 && player < playerCount, "the game has no such player")
  }

  private func checkSameGame(_ other: Coalition) {
    precondition(playerCount == other.playerCount, "coalitions of games of different sizes")
  }
}

extension Coalition: Sequence {
  /// Yields the members in increasing order.
  public struct Iterator: IteratorProtocol {
    fileprivate let words: [UInt64]
    fileprivate var wordIndex: Int
    fileprivate var remaining: UInt64

    public mutating func next() -> Int? {
      while remaining == 0 {
        wordIndex += 1
        guard wordIndex < words.count else { return nil }
        remaining = words[wordIndex]
      }
      let bit = remaining.trailingZeroBitCount
      remaining &= remaining - 1
      return wordIndex * 64 + bit
    }
  }

  public func makeIterator() -> Iterator { Iterator(words: words, wordIndex: 0, remaining: words.first ?? 0) }

  public var underestimatedCount: Int { count }
}

extension Coalition: CustomStringConvertible {
  /// The members, as in `{0, 3}`.
  public var description: String { "{" + map(String.init).joined(separator: ", ") + "}" }
}

extension Coalition: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let playerCount = Int(parts[0]), playerCount >= 0 else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a coalition reads 'players:words'")
    }
    let words = parts[1].split(separator: ".").map { UInt64($0, radix: 16) }
    let expected = playerCount / 64 + (playerCount % 64 == 0 ? 0 : 1)
    guard words.count == expected, !words.contains(nil) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a coalition of \(playerCount) players has \(expected) hexadecimal words")
    }
    self.init(playerCount: playerCount, words: words.compactMap { $0 })
    guard isSubset(of: .full(playerCount: playerCount)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "the coalition has players beyond the last")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(playerCount):" + words.map { String($0, radix: 16) }.joined(separator: "."))
  }
}
