import CooperativeGames
import InputErrors
import Statistics
import Testing

@Suite struct PermutationEstimatorTests {
  private func estimate(
    _ game: some CooperativeGame, _ configuration: PermutationEstimator.Configuration, seed: UInt64 = 1
  ) async throws -> ShapleyEstimate {
    let estimator = PermutationEstimator(configuration)
    let run = try await EstimationDriver(estimator, on: game).run(seed: seed)
    return try #require(estimator.estimate(run.state))
  }

  /// Pairs are exact on games of second order: from shap's tests, f = x0·x2 + x1 + x2 + x2·x3 + 0·x4 at x = 1.
  @Test func oneAntitheticPairIsExactOnSecondOrderGames() async throws {
    let game = FunctionGame(playerCount: 5) { coalition in
      let x = (0..<5).map { coalition.contains($0) ? 1.0 : 0 }
      return x[0] * x[2] + x[1] + x[2] + x[2] * x[3] + 0 * x[4]
    }
    for seed in 0..<20 as Range<UInt64> {
      let found = try await estimate(game, .init(evaluations: 10), seed: seed)
      #expect(found.values == [0.5, 1, 2, 0.5, 0])
      #expect(found.evaluations == 10 && found.units == 1)
      #expect(found.players[0].standardError == nil)
    }
  }

  /// From shapiq's tests: n = 5, v(S) = |S|/5 + 1 if S holds both players 1 and 2.
  @Test func dummyGameWithInteraction() async throws {
    let game = FunctionGame(playerCount: 5) { coalition in
      Double(coalition.count) / 5 + (coalition.contains(1) && coalition.contains(2) ? 1 : 0)
    }
    let found = try await estimate(game, .init(evaluations: 100))
    #expect(distance(found.values, [0.2, 0.7, 0.7, 0.2, 0.2]) < 1e-12)
  }

  @Test func aSinglePlayerGetsEverything() async throws {
    let game = FunctionGame(playerCount: 1) { $0.isEmpty ? 2.5 : 7 }
    for isAntithetic in [true, false] {
      let found = try await estimate(game, .init(evaluations: 7, isAntithetic: isAntithetic))
      #expect(found.values == [4.5])
      #expect(found.evaluations == 6)
      #expect(found.grandValue == 7 && found.emptyValue == 2.5)
    }
  }
}
