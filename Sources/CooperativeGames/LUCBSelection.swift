/// Which players to sample next, to tell the top k from the rest: those at the boundary, and a share of all.
///
/// After LUCB (Kalyanakrishnan, Tewari, Auer and Stone, "PAC subset selection in stochastic multi-armed bandits", 2012):
/// the weakest leader, by its lower limit, and the strongest of the others, by its upper limit. Here `width` of each side,
/// with all that tie with the last of them; decided players are passed over while their side has undecided ones. Limits
/// that screen alone would starve those that they have wrong, and estimates of all are wanted too: so in every round a
/// share of all players is sampled as well, in turn.
///
/// The choice may depend on everything seen so far: confidence sequences stay valid under it.
public struct LUCBSelection: Sendable, Hashable, Codable {
  /// How many players of each side of the boundary are chosen, at least 1; more where they tie.
  public var width: Int
  /// The share of all players that is chosen in turn in every round, in [0, 1]; 0 for none.
  public var share: Double

  /// - Precondition: `width ≥ 1` and `0 ≤ share ≤ 1`.
  public init(width: Int = 1, share: Double = 0.1) {
    precondition(width >= 1 && share >= 0 && share <= 1, "a selection takes players from each side and a share of all")
    self.width = width
    self.share = share
  }

  /// The players to sample in round `round`, by increasing index. Complexity: O(n log n).
  public func players(_ decision: TopKDecision, round: Int) -> [Int] {
    let playerCount = decision.statuses.count
    var isChosen = [Bool](repeating: false, count: playerCount)
    for player in weakest(of: decision.leaders, in: decision, by: { decision.lower[$0] }) { isChosen[player] = true }
    for player in weakest(of: decision.others, in: decision, by: { -decision.upper[$0] }) { isChosen[player] = true }
    let turn = turnSize(playerCount)
    let start = (round % playerCount) * turn % playerCount
    for place in 0..<turn { isChosen[(start + place) % playerCount] = true }
    return isChosen.indices.filter { isChosen[$0] }
  }

  /// The most players that a round chooses when no limits tie.
  public func largestCount(playerCount: Int) -> Int { min(playerCount, 2 * width + turnSize(playerCount)) }

  private func turnSize(_ playerCount: Int) -> Int {
    min(playerCount, Int((share * Double(playerCount)).rounded(.up)))
  }

  /// The `width` players of one side with the smallest keys, and those that tie with the last of them.
  private func weakest(
    of side: ArraySlice<Int>, in decision: TopKDecision, by key: (Int) -> Double
  ) -> some Sequence<Int> {
    let undecided = side.filter { decision.statuses[$0] == .undecided }
    let sorted = (undecided.isEmpty ? Array(side) : undecided).sorted { (key($0), $0) < (key($1), $1) }
    guard sorted.count > width else { return sorted[...] }
    let limit = key(sorted[width - 1])
    return sorted.prefix { key($0) <= limit }
  }
}
