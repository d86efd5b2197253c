import CooperativeGames
import InputErrors
import Statistics
import Testing

@Suite struct BudgetTests {
  private func spent<Estimator: ShapleyEstimator>(_ estimator: Estimator, _ game: UnevenGame) async throws -> Int {
    let meter = EstimationMeter()
    let run = try await EstimationDriver(estimator, on: game, workerCount: 2).run(seed: 1, meter: meter)
    #expect(try #require(estimator.estimate(run.state)).evaluations == meter.evaluations)
    return meter.evaluations
  }

  /// The number that an error asks for is enough, and one less is not; any budget in between is kept, and all but less
  /// than one unit of it is spent where nothing is truncated.
  @Test func budgetsAreNeverExceeded() async throws {
    var stream = RandomStream(seed: 3, purpose: .test)
    for round in 0..<120 {
      let players = 1 + stream.uniform(below: 7)
      let game = UnevenGame(
        base: RandomGames.table(playerCount: players, componentCount: 1 + stream.uniform(below: 12), seed: 1),
        laneCount: 1 + stream.uniform(below: 8), outputCount: 1)
      let group = min(game.laneCount, game.base.componentCount)
      let isAntithetic = stream.bernoulli(0.5)
      let cost = group * (isAntithetic ? 2 * players : players + 1)
      let budget = cost + stream.uniform(below: 40 * cost)
      var configuration = PermutationEstimator.Configuration(evaluations: budget, isAntithetic: isAntithetic)
      #expect(try await spent(PermutationEstimator(configuration), game) == budget / cost * cost)
      configuration.truncation = round % 2 == 0 ? .towardsEmpty(tolerance: 0.5) : .towardsEmpty(tolerance: 0)
      #expect((budget - cost...budget).contains(try await spent(PermutationEstimator(configuration), game)))

      let images = min(5, game.base.componentCount)
      let orderCost = images * (1 + players)
      let bandit = TMABEstimator.Configuration(
        topCount: 1, range: 0.05, componentsPerOrder: 5,
        truncation: .consecutive(evaluations: 2, chance: 0, threshold: 0.3), ordersPerUpdate: 3,
        evaluations: orderCost + stream.uniform(below: 30 * orderCost))
      #expect(try await spent(TMABEstimator(bandit), game) <= bandit.evaluations ?? 0)
    }
  }

  private func needed(_ estimator: some ShapleyEstimator, _ game: some CooperativeGame) -> String? {
    do {
      _ = try estimator.start(game.description, seed: 0)
      return nil
    } catch {
      return (error as? InputError)?.expected
    }
  }

  @Test func tooSmallABudgetNamesTheOneThatIsNeeded() {
    let game = UnevenGame(base: RandomGames.table(playerCount: 6, componentCount: 11, seed: 1), laneCount: 4)
    #expect(needed(PermutationEstimator(.init(evaluations: 47)), game) == "at least 48")
    #expect(needed(PermutationEstimator(.init(evaluations: 48)), game) == nil)
    #expect(needed(PermutationEstimator(.init(evaluations: 0, isAntithetic: false)), game) == "at least 28")
    #expect(needed(PermutationEstimator(.init(evaluations: -5)), game) == "at least 48")
    #expect(needed(ExactEnumeration(evaluations: 703), game) == "at least 704")
    #expect(needed(ExactEnumeration(evaluations: 704), game) == nil)
    #expect(needed(TMABEstimator(.init(topCount: 2, evaluations: 76)), game) == "at least 77")
    #expect(needed(TMABEstimator(.init(topCount: 2, evaluations: 77)), game) == nil)
    #expect(throws: InputError.self) { try LeaveOneOut(evaluations: 76).start(game.description, seed: 0) }
    #expect(throws: Never.self) { try LeaveOneOut(evaluations: 77).start(game.description, seed: 0) }
  }

  @Test func settingsOutOfRangeAreRefused() {
    let game = AdditiveGame(worths: [1, 2, 3]).description
    func refuses(_ configuration: PermutationEstimator.Configuration) {
      #expect(throws: InputError.self) { try PermutationEstimator(configuration).start(game, seed: 0) }
    }
    for tolerance in [-0.1, 1.1, .nan, .infinity] {
      refuses(.init(evaluations: 100, truncation: .towardsEmpty(tolerance: tolerance)))
    }
    for continuation in [0, -1, 1.5, .nan] {
      refuses(.init(evaluations: 100, rest: .spread(continuation: continuation)))
    }
    for error in [0, -1, .nan, .infinity] { refuses(.init(standardError: error)) }
    refuses(.init(evaluations: 100, truncation: .consecutive(evaluations: 0, chance: 0, threshold: 0)))
    refuses(.init(evaluations: 100, componentsPerUnit: 0))
    refuses(.init(evaluations: 100, guidingOutput: 1))
    refuses(.init(evaluations: 100, guidingOutput: -1))
    for configuration in [
      TMABEstimator.Configuration(topCount: 4), .init(topCount: 0), .init(topCount: 1, delta: 0),
      .init(topCount: 1, delta: 1),
      .init(topCount: 1, range: .nan), .init(topCount: 1, componentsPerOrder: 0),
      .init(topCount: 1, ordersPerUpdate: 0),
      .init(topCount: 1, truncation: .towardsEmpty(tolerance: 0.1)), .init(topCount: 1, guidingOutput: 1),
    ] {
      #expect(throws: InputError.self) { try TMABEstimator(configuration).start(game, seed: 0) }
    }
    #expect(throws: InputError.self) {
      try ExactEnumeration().start(GameDescription(playerCount: 21), seed: 0)
    }
    #expect(throws: InputError.self) {
      try ExactEnumeration().start(GameDescription(playerCount: 20, componentCount: .max / 2), seed: 0)
    }
    for empty in [
      GameDescription(playerCount: 0), .init(playerCount: 1, componentCount: 0), .init(playerCount: 1, outputs: []),
    ] {
      #expect(throws: InputError.self) { try PermutationEstimator(.init(evaluations: 10)).start(empty, seed: 0) }
      #expect(throws: InputError.self) { try ExactEnumeration().start(empty, seed: 0) }
    }
  }
}
