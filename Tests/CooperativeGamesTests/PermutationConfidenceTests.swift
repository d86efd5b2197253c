import CooperativeGames
import InputErrors
import Statistics
import Testing

@Suite struct PermutationConfidenceTests {
  private func run(
    _ configuration: PermutationEstimator.Configuration, on game: some CooperativeGame
  ) async throws -> ShapleyEstimate {
    let estimator = PermutationEstimator(configuration)
    let run = try await EstimationDriver(estimator, on: game).run(seed: 5)
    return try #require(estimator.estimate(run.state))
  }

  @Test func endsWhenTheTopIsDecided() async throws {
    let (game, truth) = try CoverageTests.assemblies()
    let estimate = try await run(.init(confidence: ConfidenceRequest(topCount: 1)), on: game)
    #expect(estimate.players.map(\.status) == [.in] + [PlayerStatus](repeating: .out, count: 9))
    #expect(estimate.confidence == .timeUniform(delta: 0.05) && estimate.efficiency.claim == .exact)
    for (entry, value) in zip(estimate.players, truth) {
      let (lower, upper) = (try #require(entry.lower), try #require(entry.upper))
      #expect(lower < value && value < upper)
    }
  }

  /// Without a request units deal the components; with one they draw them independently, with replacement.
  @Test func drawsComponentsWithReplacementOnlyForLimits() {
    let draws = IndependentComponents(seed: 3, componentCount: 5, groupSize: 4)
    var counts = [Int](repeating: 0, count: 5)
    var repeats = 0
    for index in 0..<500 {
      let group = draws.group(index)
      #expect(group.count == 4 && group == draws.group(index))
      if Set(group).count < 4 { repeats += 1 }
      for component in group { counts[component] += 1 }
    }
    // 400 are expected of each component, with a standard deviation of 18; 4 of 5 groups repeat one.
    #expect(counts.allSatisfy { (310...490).contains($0) } && (350...450).contains(repeats))
  }

  @Test func limitsAtAFixedSampleComeAtThePlannedEnd() async throws {
    let (game, _) = try CoverageTests.assemblies()
    let request = ConfidenceRequest(method: .fixedSample, topCount: 1)
    // Truncation saves evaluations, but the number of units stays what was planned.
    for truncation in [Truncation.none, .towardsEmpty(tolerance: 0.2)] {
      let estimator = PermutationEstimator(
        .init(evaluations: 20 * 300, truncation: truncation, confidence: request))
      let run = try await EstimationDriver(estimator, on: game).run(seed: 6) { event in
        let estimate = estimator.estimate(event.checkpoint.state)
        let hasLimits = estimate?.players.contains { $0.lower != nil }
        #expect(hasLimits == nil || hasLimits == (estimate?.units == 300))
        if hasLimits == false { #expect(estimate?.confidence == ConfidenceStatement.none) }
        return .goOn
      }
      let estimate = try #require(estimator.estimate(run.state))
      #expect(estimate.confidence == .fixedSample(delta: 0.05) && estimate.units == 300)
      #expect(estimate.players[1].status == .out || estimate.players[1].status == .undecided)
    }
  }

  @Test func onlyTheGuidingOutputHasLimits() async throws {
    let game = UnevenGame(
      base: RandomGames.table(playerCount: 4, componentCount: 6, seed: 5), laneCount: 4)
    let estimator = PermutationEstimator(
      .init(evaluations: 6_000, guidingOutput: 1, confidence: ConfidenceRequest(method: .asymptotic)))
    let run = try await EstimationDriver(estimator, on: game).run(seed: 5)
    let (first, second) = (estimator.estimate(run.state, output: 0), estimator.estimate(run.state, output: 1))
    #expect(first?.players.allSatisfy { $0.lower == nil } == true && first?.confidence == ConfidenceStatement.none)
    #expect(second?.players.allSatisfy { $0.lower != nil && $0.status == .estimated } == true)
    #expect(second?.confidence == .asymptotic(delta: 0.05))
  }

  /// The roulette's marginals are spread wider by 1 / p; so is the range that the limits count on.
  @Test func theRouletteKeepsLimitsValid() async throws {
    let (game, truth) = try CoverageTests.assemblies()
    let estimate = try await run(
      .init(
        evaluations: 60_000, truncation: .towardsEmpty(tolerance: 0.4), rest: .spread(continuation: 0.25),
        confidence: ConfidenceRequest()), on: game)
    #expect(estimate.truncatedShare > 0.1)
    for (entry, value) in zip(estimate.players, truth) {
      let (lower, upper) = (try #require(entry.lower), try #require(entry.upper))
      #expect(lower < value && value < upper)
    }
  }

  @Test func refusesWhatNoLimitsExistFor() async throws {
    let (game, _) = try CoverageTests.assemblies()
    func message(_ configuration: PermutationEstimator.Configuration, _ game: GameDescription) -> String? {
      do {
        _ = try PermutationEstimator(configuration).start(game, seed: 0)
        return nil
      } catch { return "\(error)" }
    }
    let truncated = PermutationEstimator.Configuration(
      truncation: .towardsEmpty(tolerance: 0.1), rest: .recordZero, confidence: ConfidenceRequest())
    #expect(message(truncated, game.description)?.contains("biases") == true)
    let fixed = ConfidenceRequest(method: .fixedSample)
    #expect(message(.init(confidence: fixed), game.description)?.contains("fixed in advance") == true)
    #expect(
      message(.init(evaluations: 1000, standardError: 0.1, confidence: fixed), game.description)?
        .contains("fixed in advance") == true)
    #expect(message(.init(evaluations: 1000, confidence: fixed), game.description) == nil)
    let free = GameDescription(playerCount: 3, outputs: [.init(name: "log-likelihood")])
    #expect(message(.init(confidence: ConfidenceRequest()), free)?.contains("floor") == true)
    #expect(message(.init(confidence: ConfidenceRequest(topCount: 4)), free) != nil)
    // A game that leaves the range it states.
    var wrong = FunctionGame(playerCount: 3) { Double($0.count) }
    wrong.valueRange = 0...0.9
    let lying = wrong
    let error = await #expect(throws: InputError.self) {
      try await run(.init(evaluations: 60, confidence: ConfidenceRequest()), on: lying)
    }
    #expect(error?.what.contains("out of range") == true)
  }
}
