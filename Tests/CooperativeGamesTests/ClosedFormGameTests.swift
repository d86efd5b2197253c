import CooperativeGames
import InputErrors
import Statistics
import Testing

@Suite struct ClosedFormGameTests {
  private func agreesWithDefinition(_ game: some ClosedFormGame) {
    #expect(distance(game.shapleyValues, RandomGames.shapleyValues(of: game)) < 1e-12)
  }

  @Test func closedFormsAgreeWithTheDefinition() throws {
    agreesWithDefinition(try AirportGame(costs: [3, 1, 1, 8, 0, 2.5, 3]))
    agreesWithDefinition(try ShoesGame(leftCount: 3, rightCount: 5))
    agreesWithDefinition(try ShoesGame(leftCount: 4, rightCount: 4))
    agreesWithDefinition(try ShoesGame(leftCount: 0, rightCount: 3))
    agreesWithDefinition(try WeightedVotingGame(weights: [4, 3, 2, 1, 0, 9], quota: 10))
    agreesWithDefinition(try WeightedVotingGame(weights: [20, 1, 1], quota: 3))
    agreesWithDefinition(AdditiveGame(worths: [1, -2, 0.5], base: 7))
    let terms = [([0, 1], 2.0), ([2], -1), ([0, 3, 4, 5], 5)].map {
      UnanimitySumGame.Term(members: Coalition($0.0, playerCount: 6), weight: $0.1)
    }
    agreesWithDefinition(try UnanimitySumGame(playerCount: 6, terms: terms))
    let table = (0..<64).map { Double($0 * $0 % 23) }
    agreesWithDefinition(try ValueTableGame(playerCount: 6, values: table))
  }

  @Test func largeGamesStayEfficient() throws {
    #expect(abs(try ShoesGame(leftCount: 450, rightCount: 550).shapleyValues.reduce(0, +) - 450) < 1e-8)
    let airport = try AirportGame(costs: (0..<3000).map { Double($0 % 100) })
    #expect(abs(airport.shapleyValues.reduce(0, +) - 99) < 1e-10)
  }

  /// Castro, Gómez and Tejada 2009: the electoral college of the 1970s, 51 players; the printed digits are matched.
  @Test func electoralCollege() throws {
    let published: [(weight: Int, players: Int, value: Double)] = [
      (45, 1, 0.08831), (41, 1, 0.07973), (27, 1, 0.05096), (26, 2, 0.04898), (25, 1, 0.047), (21, 1, 0.03917),
      (17, 2, 0.03147), (14, 1, 0.02577), (13, 2, 0.02388), (12, 3, 0.022), (11, 1, 0.02013), (10, 4, 0.01827),
      (9, 4, 0.01641), (8, 2, 0.01456), (7, 4, 0.01272), (6, 4, 0.01088), (5, 1, 0.009053), (4, 9, 0.00723),
      (3, 7, 0.005412),
    ]
    let weights = published.flatMap { [Int](repeating: $0.weight, count: $0.players) }
    let expected = published.flatMap { [Double](repeating: $0.value, count: $0.players) }
    #expect(weights.count == 51 && weights.reduce(0, +) == 538)
    let game = try WeightedVotingGame(weights: weights, quota: 270)
    #expect(distance(game.shapleyValues, expected) <= 5.01e-6)
    #expect(abs(game.shapleyValues.reduce(0, +) - 1) < 1e-12)
  }

  @Test func electoralCollegeIsEstimatedWithinItsErrors() async throws {
    let weights = [45, 41, 27, 26, 26, 25, 21] + [Int](repeating: 10, count: 20) + [Int](repeating: 4, count: 24)
    let game = try WeightedVotingGame(weights: weights, quota: weights.reduce(0, +) / 2 + 1)
    let estimator = PermutationEstimator(.init(evaluations: 102 * 4000))
    let run = try await EstimationDriver(estimator, on: game, workerCount: 2).run(seed: 3)
    let estimate = try #require(estimator.estimate(run.state))
    for (player, exact) in zip(estimate.players, game.shapleyValues) {
      // Marginals are 0 or 1, so that the exact standard error of independent pairs is at most √(φ(1 − φ)/pairs); with
      // it (the estimated one is too uncertain for φ = 0.008) 51 tests at 4.5 give a false alarm below 10⁻³.
      #expect(player.samples == 4000)
      #expect(abs(player.value - exact) < 4.5 * (exact * (1 - exact) / 4000).squareRoot())
    }
  }

  @Test func refuseWhatIsNoGame() {
    #expect(throws: InputError.self) { try AirportGame(costs: [1, -1]) }
    #expect(throws: InputError.self) { try AirportGame(costs: [.nan]) }
    #expect(throws: InputError.self) { try ShoesGame(leftCount: 600, rightCount: 600) }
    #expect(throws: InputError.self) { try ShoesGame(leftCount: .max, rightCount: .max) }
    #expect(throws: InputError.self) { try WeightedVotingGame(weights: [1, -1], quota: 1) }
    #expect(throws: InputError.self) { try WeightedVotingGame(weights: [1, 1], quota: 0) }
    #expect(throws: InputError.self) { try ValueTableGame(playerCount: 3, values: [1, 2, 3]) }
    #expect(throws: InputError.self) { try ValueTableGame(playerCount: 40, values: []) }
    #expect(throws: InputError.self) {
      try UnanimitySumGame(playerCount: 3, terms: [.init(members: .empty(playerCount: 3), weight: 1)])
    }
  }
}
