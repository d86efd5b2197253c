import Probing
import TestSupport
import Testing

@Suite("Row spaces")
struct RowSpaceTests {
  @Test("weights of coordinates decide what the coordinates decide, and are as long")
  func coordinates() throws {
    let problem = RandomProblem(seed: 14, rows: 21, columns: 130, classes: 2)
    let space = try #require(RowSpace(problem.x))
    var random = SeededRandom(3)
    // Decisions of centred rows sum to 0: coordinates of such decisions alone belong to weights.
    let weights = random.floats(130).map(Double.init)
    let rows = problem.standardized
    let start = rows.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } }
    let coordinates = try solve(space, start)
    let mapped = space.weights(coordinates)
    let decisions = rows.map { zip($0, mapped).reduce(0) { $0 + $1.0 * $1.1 } }
    let errors = zip(decisions, space.decisions(coordinates)).map { abs($0 - $1) }
    #expect(errors.max() ?? 1 < 1e-6)
    let length = mapped.reduce(0) { $0 + $1 * $1 }, reduced = coordinates.reduce(0) { $0 + $1 * $1 }
    #expect(abs(length - reduced) < 1e-6 * length)
  }

  /// Coordinates with these decisions: the decisions' matrix is lower triangular.
  private func solve(_ space: RowSpace, _ decisions: [Double]) throws -> [Double] {
    let count = decisions.count
    let columns = (0..<count).map { place in
      space.decisions((0..<count).map { $0 == place ? 1 : 0 })
    }
    var coordinates = [Double](repeating: 0, count: count)
    for row in 0..<count - 1 {
      let known = (0..<row).reduce(0) { $0 + columns[$1][row] * coordinates[$1] }
      coordinates[row] = (decisions[row] - known) / columns[row][row]
    }
    return coordinates
  }
}
