import CooperativeGames
import InputErrors
import Statistics
import Testing

/// Budgets of every estimator: never exceeded, nearly spent, and refused when nothing can be made of them.
@Suite struct EstimatorBudgetTests {
  private func spent(_ estimator: some ShapleyEstimator, _ game: UnevenGame) async throws -> Int {
    let meter = EstimationMeter()
    let run = try await EstimationDriver(estimator, on: game, workerCount: 2).run(seed: 1, meter: meter)
    let estimate = try #require(estimator.estimate(run.state))
    #expect(run.ending == .finished && estimate.evaluations == meter.evaluations)
    return meter.evaluations
  }

  @Test(arguments: EstimatorCase.all.filter { $0.bias != .exact })
  func budgetsAreKeptAndSpent(estimator: EstimatorCase) async throws {
    var stream = RandomStream(seed: 3, purpose: .test)
    for _ in 0..<25 {
      // With up to three players stratified SVARM may end early, because it has evaluated everything.
      let players = 4 + stream.uniform(below: 6)
      let components = 1 + stream.uniform(below: 12)
      let game = UnevenGame(
        base: RandomGames.table(playerCount: players, componentCount: components, seed: 1),
        laneCount: 1 + stream.uniform(below: 8), outputCount: 1)
      let group = min(game.laneCount, components)
      let least = estimator.leastBudget(players, components, group)
      let budget = least + stream.uniform(below: 20 * least)
      let evaluations = try await spent(estimator.make(budget), game)
      #expect(evaluations <= budget)
      if let grain = estimator.grain?(players, group) {
        #expect(evaluations > budget - grain, "\(evaluations) of \(budget), \(players) players, groups of \(group)")
      }
    }
  }

  /// The number that an error asks for is enough.
  @Test(arguments: EstimatorCase.all.filter { $0.bias != .exact })
  func tooSmallABudgetNamesTheOneThatIsNeeded(estimator: EstimatorCase) throws {
    for (players, components, lanes) in [(6, 11, 4), (9, 3, 8), (2, 1, 1), (23, 40, 8)] {
      let game = GameDescription(playerCount: players, componentCount: components, laneCount: lanes)
      let none = try #require(throws: InputError.self) { try estimator.make(0).start(game, seed: 0) }
      #expect(none.place.key == "evaluations" && none.kind == .usage)
      let needed = try #require(none.expected.flatMap { Int($0.drop { !$0.isNumber }) })
      #expect(throws: Never.self) { try estimator.make(needed).start(game, seed: 0) }
      #expect(throws: InputError.self) { try estimator.make(needed - 1).start(game, seed: 0) }
      #expect(throws: InputError.self) { try estimator.make(-5).start(game, seed: 0) }
    }
  }

  @Test func settingsOutOfRangeAreRefused() {
    let game = GameDescription(playerCount: 5, componentCount: 3)
    let wrong: [any ShapleyEstimator] = [
      MSREstimator(.init(standardError: 0)), MSREstimator(.init(standardError: .nan)),
      MSREstimator(.init(minimumUnits: 1)), MSREstimator(.init(componentsPerUnit: 0)),
      MSREstimator(.init(guidingOutput: 1)), MSREstimator(.init(guidingOutput: -1)),
      StratifiedEstimator(.init(standardError: -1)), StratifiedEstimator(.init(strataCount: 0)),
      StratifiedEstimator(.init(componentsPerUnit: -1)), StratifiedEstimator(.init(guidingOutput: 7)),
      SVARMEstimator(.init(componentsPerUnit: 0)), LeverageEstimator(.init(componentsPerUnit: 0)),
      RegressionAdjustedEstimator(.init(foldCount: 1)), RegressionAdjustedEstimator(.init(foldCount: 17)),
      RegressionAdjustedEstimator(.init(componentsPerUnit: 0)),
    ]
    for estimator in wrong { #expect(throws: InputError.self) { try estimator.start(game, seed: 0) } }
    let large = GameDescription(playerCount: 5000, componentCount: 3)
    for estimator in [SVARMEstimator(.init()), LeverageEstimator(.init()), RegressionAdjustedEstimator(.init())]
      as [any ShapleyEstimator]
    {
      let error = #expect(throws: InputError.self) { try estimator.start(large, seed: 0) }
      #expect(error?.found == "5000")
    }
    #expect(throws: Never.self) { try MSREstimator(.init()).start(large, seed: 0) }
    for empty in [GameDescription(playerCount: 0), .init(playerCount: 1, componentCount: 0)] {
      for estimator in EstimatorCase.all {
        #expect(throws: InputError.self) { try estimator.make(10_000).start(empty, seed: 0) }
      }
    }
  }
}
