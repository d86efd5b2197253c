/// Σωããᵀ over pairs, the normal matrix of the Shapley value's regression, n × n and symmetric.
///
/// Its expectation for one pair of ``UniformSizeLaw`` is (1 − 11ᵀ/n) / (n(n − 1)).
struct PairGram {
  let playerCount: Int
  /// Row by row; ``close()`` must have been called before it is used.
  private(set) var entries: [Double]
  private var shares: [Double]
  private var constant = 0.0

  init(playerCount: Int) {
    self.playerCount = playerCount
    entries = [Double](repeating: 0, count: playerCount * playerCount)
    shares = [Double](repeating: 0, count: playerCount)
  }

  /// Adds ω ã ãᵀ, `components` times. Complexity: O(|A|²).
  mutating func add(_ row: PairRow, components: Int) {
    let weight = row.weight * Double(components)
    let members = row.pair.smaller.sorted()
    for (place, player) in members.enumerated() {
      let start = player * playerCount
      for other in members[...place] { entries[start + other] += weight }
      shares[player] += weight * row.share
    }
    constant += weight * row.share * row.share
  }

  /// Turns the sums of 1_A 1_Aᵀ, of which half is kept, into those of ããᵀ.
  mutating func close() {
    for player in 0..<playerCount {
      for other in 0...player {
        let entry = entries[player * playerCount + other] - shares[player] - shares[other] + constant
        entries[player * playerCount + other] = entry
        entries[other * playerCount + player] = entry
      }
    }
  }

  /// The matrix less `other`, both closed.
  func subtracting(_ other: PairGram) -> PairGram {
    var difference = self
    for place in entries.indices { difference.entries[place] -= other.entries[place] }
    return difference
  }

  /// The x with (G + ridge) x = `rightSide`, by conjugate gradients from `start`; both must sum to 0, and so will x.
  ///
  /// G is singular on (1, …, 1), and on more when there are few rows; then x is the solution nearest to `start`. Ends at
  /// a relative residual of 10⁻¹¹, or after 300 steps, which only a matrix of about as many rows as players can need.
  func solve(_ rightSide: [Double], ridge: Double = 0, start: [Double]) -> [Double] {
    var solution = start
    var product = [Double](repeating: 0, count: playerCount)
    multiply(solution, ridge, into: &product)
    var residual = zip(rightSide, product).map { $0 - $1 }
    var direction = residual
    var norm = Self.dot(residual, residual)
    let target = 1e-22 * Self.dot(rightSide, rightSide)
    for _ in 0..<300 where norm > target {
      multiply(direction, ridge, into: &product)
      let curvature = Self.dot(direction, product)
      guard curvature > 0 else { break }
      let step = norm / curvature
      for place in solution.indices {
        solution[place] += step * direction[place]
        residual[place] -= step * product[place]
      }
      let next = Self.dot(residual, residual)
      for place in direction.indices { direction[place] = residual[place] + next / norm * direction[place] }
      norm = next
    }
    let mean = solution.reduce(0, +) / Double(playerCount)
    return solution.map { $0 - mean }
  }

  private func multiply(_ vector: [Double], _ ridge: Double, into product: inout [Double]) {
    for place in product.indices { product[place] = ridge * vector[place] }
    for row in 0..<playerCount {
      let factor = vector[row], start = row * playerCount
      for place in 0..<playerCount { product[place] += factor * entries[start + place] }
    }
  }

  private static func dot(_ first: [Double], _ second: [Double]) -> Double {
    var sum = 0.0
    for place in first.indices { sum += first[place] * second[place] }
    return sum
  }
}
