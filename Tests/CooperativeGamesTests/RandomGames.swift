import CooperativeGames
import Statistics

/// Games drawn at random, for properties that hold for every game.
enum RandomGames {
  /// A game of several components whose value tables are independent uniform numbers, so that all orders of interaction
  /// occur. Players in `dummies` change nothing.
  static func table(
    playerCount: Int, componentCount: Int = 1, dummies: Set<Int> = [], seed: UInt64
  ) -> FunctionGame {
    let real = (0..<playerCount).filter { !dummies.contains($0) }
    return FunctionGame(playerCount: playerCount, componentCount: componentCount) { coalition, component in
      var key = 0
      for player in real where coalition.contains(player) { key |= 1 << player }
      var stream = RandomStream(seed: seed, purpose: .test, index: component, subindex: key)
      return stream.uniform()
    }
  }

  /// Shapley values by the definition, Σ_S |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S)): slow and plain.
  static func shapleyValues(of game: some PlainGame) -> [Double] {
    let n = game.playerCount
    let factorials = (0...n).reduce(into: [Double]()) { $0.append($0.isEmpty ? 1 : $0[$0.count - 1] * Double($1)) }
    let table = (0..<UInt64(1) << UInt64(n)).map { game.value(of: Coalition(mask: $0, playerCount: n)) }
    return (0..<n).map { player in
      var value = 0.0
      for mask in table.indices where mask >> player & 1 == 0 {
        let size = mask.nonzeroBitCount
        value += factorials[size] * factorials[n - size - 1] / factorials[n] * (table[mask | 1 << player] - table[mask])
      }
      return value
    }
  }
}

/// The largest absolute difference of two lists of equal length.
func distance(_ first: [Double], _ second: [Double]) -> Double {
  precondition(first.count == second.count)
  return zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
