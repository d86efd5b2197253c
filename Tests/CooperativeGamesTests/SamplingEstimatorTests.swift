import CooperativeGames
import Statistics
import Testing

/// What single estimators from sampled coalitions promise beside what all do.
@Suite struct SamplingEstimatorTests {
  static let sampling: [EstimatorCase] = EstimatorCase.all.filter { estimator in
    !["permutation", "tmab", "exact"].contains { estimator.testDescription.hasPrefix($0) }
  }

  private func sumOfRectifiers(_ groups: [[Double]], baseline: Double = 0) -> FunctionGame {
    FunctionGame(playerCount: groups.count) { coalition in
      var sum = 0.0
      for (player, group) in groups.enumerated() {
        sum += coalition.contains(player) ? group.reduce(0, +) : baseline * Double(group.count)
      }
      return max(0, sum - 10) + 3 * max(0, sum + 1) - 1
    }
  }

  private func agrees(_ estimate: ShapleyEstimate, _ exact: [Double]) throws {
    for (player, value) in zip(estimate.players, exact) {
      #expect(abs(player.value - value) <= 4.5 * (try #require(player.standardError)) + 1e-9)
    }
  }

  /// Captum's sums of rectifiers, by every estimator within its errors. Up to three players are no challenge: with so
  /// many samples most estimators are exact.
  @Test(arguments: sampling) func sumsOfRectifiers(estimator: EstimatorCase) throws {
    let games: [(FunctionGame, [Double])] = [
      (sumOfRectifiers([[20], [50], [30]]), [230.0 / 3, 590.0 / 3, 350.0 / 3]),
      (sumOfRectifiers([[2], [10], [3]]), [7, 32.5, 10.5]), (sumOfRectifiers([[20, 50], [30]]), [275, 115]),
      (sumOfRectifiers([[20, 50], [30]], baseline: 4), [248, 104]),
    ]
    for (game, exact) in games {
      try agrees(try estimator.make(2000).estimates(of: game, seed: 1)[0], exact)
    }
  }

  /// The hidden layer of four units of TorchPruner, whose four inputs are components.
  @Test(arguments: sampling) func hiddenLayerOfFourUnits(estimator: EstimatorCase) throws {
    let estimate = try estimator.make(4000).estimates(of: PublishedGameTests.hiddenLayer, seed: 1)[0]
    try agrees(estimate, [0.375, 0.375, 1.75, 0])
    #expect(abs(estimate.sum - 2.5) < (estimator.efficiency == .exact ? 1e-9 : 0.2))
  }

  /// shapiq's dummy game, and a game of one player.
  @Test(arguments: sampling) func dummyGameAndOnePlayer(estimator: EstimatorCase) throws {
    let game = FunctionGame(playerCount: 5) { coalition in
      Double(coalition.count) / 5 + (coalition.contains(1) && coalition.contains(2) ? 1 : 0)
    }
    let estimate = try estimator.make(1000).estimates(of: game, seed: 1)[0]
    #expect(estimate.evaluations <= 1000)
    try agrees(estimate, [0.2, 0.7, 0.7, 0.2, 0.2])
    let single = try estimator.make(100).estimates(of: FunctionGame(playerCount: 1) { $0.isEmpty ? 2.5 : 7 }, seed: 1)
    #expect(single[0].values == [4.5] && single[0].grandValue == 7 && single[0].emptyValue == 2.5)
  }

  /// Pairs are exact on games of second order, from shap: one unit of stars, and a regression with enough rows.
  @Test func pairsAreExactOnSecondOrderGames() throws {
    let game = FunctionGame(playerCount: 5) { coalition in
      let x = (0..<5).map { coalition.contains($0) ? 1.0 : 0 }
      return x[0] * x[2] + x[1] + x[2] + x[2] * x[3] + 0 * x[4]
    }
    for seed in 0..<20 as Range<UInt64> {
      let stars = try StratifiedEstimator(.init(evaluations: 14)).estimates(of: game, seed: seed)[0]
      #expect(distance(stars.values, [0.5, 1, 2, 0.5, 0]) < 1e-12 && stars.units == 1)
      let regression = try LeverageEstimator(.init(evaluations: 122)).estimates(of: game, seed: seed)[0]
      #expect(distance(regression.values, [0.5, 1, 2, 0.5, 0]) < 1e-9)
    }
  }

  /// The electoral college of the 1970s, 51 players.
  @Test(arguments: sampling) func electoralCollege(estimator: EstimatorCase) throws {
    let weights =
      [45, 41, 27, 26, 26, 25, 21, 17, 17, 14, 13, 13, 12, 12, 12, 11, 10, 10, 10, 10, 9, 9, 9, 9, 8, 8, 7, 7, 7, 7]
      + [6, 6, 6, 6, 5] + [Int](repeating: 4, count: 9) + [Int](repeating: 3, count: 7)
    let game = try WeightedVotingGame(weights: weights, quota: 270)
    #expect(weights.reduce(0, +) == 538 && abs(game.shapleyValues[0] - 0.08831) < 5e-6)
    let estimate = try estimator.make(20_000).estimates(of: game, seed: 5)[0]
    for (player, exact) in zip(estimate.players, game.shapleyValues) {
      // Marginals are 0 or 1, and small players' may all have been 0: the error of so many coins is a floor.
      let coins = (exact * (1 - exact) / Double(player.samples)).squareRoot()
      #expect(abs(player.value - exact) < 4.5 * max(coins, try #require(player.standardError)))
    }
  }

  /// Sizes that are evaluated exactly have no error: with three players nothing else is left.
  @Test func svarmIsExactWhereItEvaluatesEverything() throws {
    for components in [1, 4, 9] {
      let game = UnevenGame(
        base: RandomGames.table(playerCount: 3, componentCount: components, seed: 3), laneCount: 4)
      let exact = RandomGames.shapleyValues(of: game.base)
      let estimate = try SVARMEstimator(.init(evaluations: 32 * components)).estimates(of: game, seed: 1)[0]
      #expect(distance(estimate.values, exact) < 1e-12 && estimate.evaluations == 8 * components)
      #expect(estimate.players.allSatisfy { ($0.standardError ?? 1) < 1e-12 })
    }
  }

  /// A run that ends within the warm-up says so.
  @Test func svarmDeclaresAnUnfinishedWarmUp() async throws {
    let game = RandomGames.table(playerCount: 9, componentCount: 30, seed: 3)
    let estimator = SVARMEstimator(.init())
    let run = try await EstimationDriver(estimator, on: game).run(seed: 1) { $0.checkpoint.units >= 3 ? .stop : .goOn }
    #expect(estimator.estimate(run.state)?.bias?.contains("warm-up") == true)
    let whole = try await EstimationDriver(estimator, on: game).run(seed: 1) {
      $0.checkpoint.units >= 80 ? .stop : .goOn
    }
    #expect(estimator.estimate(whole.state)?.bias == nil)
  }

  /// On games that are nearly linear the surrogate takes nearly all of the variance.
  @Test func surrogatesTakeTheLinearPart() throws {
    let game = FunctionGame(playerCount: 12) { coalition in
      coalition.reduce(0.0) { $0 + Double($1) } + 0.1 * (coalition.contains(3) && coalition.contains(7) ? 1 : 0)
    }
    func error(_ estimator: some ShapleyEstimator) throws -> Double {
      try estimator.estimates(of: game, seed: 2)[0].players.reduce(0) { max($0, $1.standardError ?? .infinity) }
    }
    let plain = try error(MSREstimator(.init(evaluations: 2000)))
    #expect(try error(RegressionAdjustedEstimator(.init(evaluations: 2000))) < plain / 20)
  }

  @Test func stopsAtTheTargetStandardError() throws {
    let game = RandomGames.table(playerCount: 6, componentCount: 9, seed: 2)
    for make in [
      { MSREstimator(.init(standardError: $0)) as any ShapleyEstimator },
      { StratifiedEstimator(.init(standardError: $0)) as any ShapleyEstimator },
    ] {
      let loose = try make(0.04).estimates(of: game, seed: 1)[0], tight = try make(0.02).estimates(of: game, seed: 1)[0]
      #expect(loose.players.allSatisfy { ($0.standardError ?? 1) <= 0.04 } && loose.units >= 64)
      #expect(tight.players.allSatisfy { ($0.standardError ?? 1) <= 0.02 } && tight.units > 2 * loose.units)
    }
  }

  /// By linearity any grouping of components, and coalitions of their own or shared, estimate the same.
  @Test func groupsOfAnySizeEstimateTheSame() throws {
    let game = RandomGames.table(playerCount: 6, componentCount: 20, seed: 15)
    let exact = RandomGames.shapleyValues(of: game)
    for size in [1, 3, 20, 64] {
      for sharing in CoalitionSharing.allCases {
        let settings = MSREstimator.Configuration(evaluations: 60_000, sharing: sharing, componentsPerUnit: size)
        try agrees(try MSREstimator(settings).estimates(of: game, seed: 2)[0], exact)
      }
      let stars = StratifiedEstimator(.init(evaluations: 60_000, componentsPerUnit: size))
      try agrees(try stars.estimates(of: game, seed: 2)[0], exact)
    }
  }

  /// With few pairs, a surrogate that had seen the fold's own coalitions would bias the values; 4,000 seeds at 4.5
  /// standard errors tell, a false alarm having a probability of 4·10⁻⁵.
  @Test(arguments: [2, 8]) func surrogatesNeverSeeTheFoldThatTheyAdjust(folds: Int) throws {
    let game = FunctionGame(playerCount: 5) { coalition in
      coalition.contains(0) && coalition.contains(1) && coalition.contains(2) ? 1 : 0
    }
    let estimator = RegressionAdjustedEstimator(.init(evaluations: 18, foldCount: folds))
    let found = try (0..<4000 as Range<UInt64>).map { try estimator.estimates(of: game, seed: $0)[0].values }
    for (player, exact) in [1.0 / 3, 1.0 / 3, 1.0 / 3, 0, 0].enumerated() {
      let moments = RunningMoments(found.map { $0[player] })
      #expect(abs(moments.mean - exact) < 4.5 * (try #require(moments.standardError)))
    }
  }

  /// Centring by each component's own v_x(N) and v_x(∅) leaves nothing of games whose players are all alike.
  @Test(arguments: sampling.filter { !$0.drawsComponents }) func componentsThatDifferInScaleAloneHaveNoNoise(
    estimator: EstimatorCase
  ) throws {
    let game = UnevenGame(
      base: FunctionGame(playerCount: 6, componentCount: 11) { Double($1 * $1) - Double($1 * $0.count) }, laneCount: 4,
      outputCount: 1)
    let found = try estimator.make(2000).estimates(of: game, seed: 3)[0]
    for value in found.values { #expect(abs(value + 5) < 0.4 && abs(value - found.values[0]) < 1e-9) }
    #expect(abs(found.values[0] - (found.grandValue - (found.emptyValue ?? 0)) / 6) < 1e-9)
  }
}
