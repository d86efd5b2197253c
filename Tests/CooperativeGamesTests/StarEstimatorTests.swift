import CooperativeGames
import InputErrors
import Statistics
import Testing

@Suite struct StarEstimatorTests {
  private func estimate(
    _ configuration: StarEstimator.Configuration, on game: some CooperativeGame, seed: UInt64 = 1
  ) async throws -> ShapleyEstimate {
    let estimator = StarEstimator(configuration)
    let run = try await EstimationDriver(estimator, on: game).run(seed: seed)
    return try #require(estimator.estimate(run.state))
  }

  /// Values lie within five standard errors of the truth on a game with all orders of interaction, for every way to draw;
  /// a false alarm has a probability below 10⁻⁴.
  @Test func isUnbiasedHoweverItDraws() async throws {
    let game = RandomGames.table(playerCount: 7, componentCount: 5, dummies: [3], seed: 12)
    let truth = RandomGames.shapleyValues(of: game)
    for sharing in CoalitionSharing.allCases {
      for isAntithetic in [false, true] {
        let estimate = try await estimate(
          .init(evaluations: 120_000, isAntithetic: isAntithetic, sharing: sharing, componentsPerUnit: 4), on: game)
        for (entry, value) in zip(estimate.players, truth) {
          let error = try #require(entry.standardError)
          #expect(abs(entry.value - value) <= 5 * error && error < 0.01)
          #expect(entry.status == .estimated && entry.lower == nil)
        }
        #expect(estimate.players[3].value == 0 && estimate.efficiency.claim == .inExpectation)
        let full = game.value(of: .full(playerCount: 7)), empty = game.value(of: .empty(playerCount: 7))
        let emptyValue = try #require(estimate.emptyValue)
        #expect(abs(estimate.grandValue - full) < 1e-12 && abs(emptyValue - empty) < 1e-12)
      }
    }
  }

  /// A coalition and its complement give second-order games exactly (FACTS 5).
  @Test func pairsAreExactOnSecondOrderGames() async throws {
    let game = FunctionGame(playerCount: 5) { coalition in
      let x = (0..<5).map { coalition.contains($0) ? 1.0 : 0 }
      return x[0] * x[2] + x[1] + x[2] + x[2] * x[3]
    }
    let estimate = try await estimate(.init(evaluations: 2 + 12 * 4), on: game)
    #expect(estimate.units == 5 && distance(estimate.values, [0.5, 1, 2, 0.5, 0]) < 1e-12)
  }

  /// Everybody keeps the first units and a share of the rounds; the boundary gets the most; the budget is kept.
  @Test func samplesTheBoundaryAndStarvesNobody() async throws {
    let (game, truth) = try CoverageTests.assemblies()
    let budget = 30_000
    let request = ConfidenceRequest(topCount: 5)
    let estimate = try await estimate(
      .init(
        evaluations: budget, initialUnits: 32, componentsPerUnit: 2, confidence: request,
        selection: LUCBSelection(width: 1, share: 0.2)), on: game)
    #expect(estimate.evaluations <= budget && estimate.evaluations > budget - 2 * 2 * 11 * 16)
    let order = truth.indices.sorted { truth[$0] > truth[$1] }
    let samples = estimate.players.map(\.samples)
    #expect(samples.allSatisfy { $0 > 100 })
    #expect(samples[order[4]] + samples[order[5]] > 2 * (samples[order[0]] + samples[order[9]]))
    #expect(estimate.confidence == .timeUniform(delta: 0.05) && estimate.efficiency.claim == .notClaimed)
    #expect(estimate.bias != nil && estimate.players.allSatisfy { $0.lower != nil && $0.upper != nil })
    #expect(estimate.players[0].status == .in)
  }

  @Test func limitsAtAFixedSampleToggleEveryoneAndComeAtTheEnd() async throws {
    let (game, truth) = try CoverageTests.assemblies()
    let request = ConfidenceRequest(method: .fixedSample, topCount: 1)
    let estimator = StarEstimator(.init(evaluations: 24 + 22 * 200, confidence: request))
    var hadLimits = false
    let run = try await EstimationDriver(estimator, on: game).run(seed: 3) { event in
      let estimate = estimator.estimate(event.checkpoint.state)
      if estimate?.players.contains(where: { $0.lower != nil }) == true {
        hadLimits = true
        #expect(event.checkpoint.units == 12 + 200 && estimate?.confidence == .fixedSample(delta: 0.05))
      }
      return .goOn
    }
    let estimate = try #require(estimator.estimate(run.state))
    #expect(hadLimits && estimate.players.allSatisfy { $0.samples == 200 } && estimate.bias == nil)
    for (entry, value) in zip(estimate.players, truth) {
      let (lower, upper) = (try #require(entry.lower), try #require(entry.upper))
      #expect(lower < value && value < upper)
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let game = UnevenGame(base: RandomGames.table(playerCount: 6, componentCount: 11, seed: 1), laneCount: 4)
    func message(_ configuration: StarEstimator.Configuration) -> String? {
      do {
        _ = try StarEstimator(configuration).start(game.description, seed: 0)
        return nil
      } catch { return "\(error)" }
    }
    #expect(message(.init(evaluations: 22 + 2 * 7 * 4)) == nil)
    #expect(message(.init(evaluations: 22 + 2 * 7 * 4 - 1))?.contains("at least 78") == true)
    #expect(message(.init(initialUnits: 1)) != nil && message(.init(componentsPerUnit: 0)) != nil)
    #expect(message(.init(standardError: 0)) != nil && message(.init(guidingOutput: 2)) != nil)
    #expect(message(.init(confidence: ConfidenceRequest()))?.contains("no bounds") == true)
    #expect(message(.init(confidence: ConfidenceRequest(method: .asymptotic, topCount: 7))) != nil)
    #expect(message(.init(confidence: ConfidenceRequest(method: .asymptotic, topCount: 6))) == nil)
  }
}
