import CooperativeGames
import Images
import TestSupport
import Testing

/// A real game as a table: the class probability of a ResNet-18 for all 2¹⁴ coalitions of 14 superpixels of one image,
/// precomputed by the project shapiq together with its Shapley values.
@Suite(.enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
struct ValueTableTests {
  private static let published = [
    0.026326186, 0.064520745, 0.114097093, 0.066281109, 0.030743259, 0.005525055, 0.052637289, 0.235388908,
    0.121318132, 0.111512938, 0.028103402, 0.008692562, 0.131113962, 0.000000000,
  ]

  private func game() throws -> ValueTableGame {
    let arrays = try NumPyArrays(file: TestData.factsPath("resnet18_14_superpixels_1.npz"))
    let values = try arrays.array(named: "values").doubles
    let members = try #require(arrays.array(named: "coalitions").integers)
    var table = [Double](repeating: .nan, count: values.count)
    for (row, value) in values.enumerated() {
      var place = 0
      for player in 0..<14 where members[row * 14 + player] == 1 { place |= 1 << player }
      table[place] = value
    }
    return try ValueTableGame(playerCount: 14, values: table)
  }

  @Test func enumerationGivesThePublishedValues() async throws {
    let game = try game()
    #expect(game.value(of: .empty(playerCount: 14)) == 5.489902832778171e-05)
    #expect(game.value(of: .full(playerCount: 14)) == 0.9963155388832092)
    #expect(distance(game.shapleyValues, Self.published) < 1e-9)
    let run = try await EstimationDriver(ExactEnumeration(), on: game, workerCount: 2).run(seed: 0)
    #expect(distance(try #require(ExactEnumeration().estimate(run.state)).values, game.shapleyValues) < 1e-12)
  }

  /// 14 tests at 4.5 standard errors: a false alarm has a probability of 10⁻⁴.
  @Test(arguments: [Truncation.none, .towardsEmpty(tolerance: 0.1)])
  func samplingAgreesWithinItsErrors(truncation: Truncation) async throws {
    let game = try game()
    let estimator = PermutationEstimator(.init(evaluations: 28 * 5000, truncation: truncation))
    let run = try await EstimationDriver(estimator, on: game, workerCount: 2).run(seed: 1)
    let estimate = try #require(estimator.estimate(run.state))
    let residual = try #require(estimate.efficiency.residual)
    #expect(estimate.units >= 5000 && abs(residual) < 1e-12)
    for (player, exact) in zip(estimate.players, game.shapleyValues) {
      #expect(abs(player.value - exact) <= 4.5 * (try #require(player.standardError)))
    }
  }

  /// The estimators from sampled coalitions; 14 tests at 4.5 standard errors each.
  @Test(arguments: SamplingEstimatorTests.sampling)
  func sampledCoalitionsAgreeWithinTheirErrors(estimator: EstimatorCase) throws {
    let game = try game()
    let estimate = try estimator.make(20_000).estimates(of: game, seed: 1)[0]
    #expect(estimate.ranking.first == 7)
    for (player, exact) in zip(estimate.players, game.shapleyValues) {
      #expect(abs(player.value - exact) <= 4.5 * (try #require(player.standardError)) + 1e-12)
    }
  }

  /// The published estimator without truncation, and with a range so large that nobody is ever decided, is unbiased.
  @Test func thePublishedEstimatorAgreesWhileAllAreActive() async throws {
    let game = try game()
    let estimator = TMABEstimator(
      .init(topCount: 3, range: 1e6, truncation: .none, ordersPerUpdate: 100, evaluations: 15 * 8000))
    let run = try await EstimationDriver(estimator, on: game, workerCount: 2).run(seed: 1)
    let estimate = try #require(estimator.estimate(run.state))
    #expect(estimate.ranking.first == 7 && estimate.units == 8000)
    for (player, exact) in zip(estimate.players, game.shapleyValues) {
      #expect(abs(player.value - exact) <= 4.5 * (try #require(player.standardError)))
    }
  }
}
