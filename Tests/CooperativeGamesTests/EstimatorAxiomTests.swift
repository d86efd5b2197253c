import CooperativeGames
import Statistics
import Testing

/// What every estimator claims, held against exact values over many seeds.
///
/// Tests of means are z-tests at 4.5 standard errors: a true claim fails one with a probability of 7·10⁻⁶ (2·10⁻⁵ with
/// the 100 seeds used here). There are fewer than 600 of them, so that a new set of seeds fails somewhere with a
/// probability of about 1 %.
@Suite struct EstimatorAxiomTests {
  static let seeds: Range<UInt64> = 0..<100
  /// Seven players, all orders of interaction, in three components.
  static let table = UnevenGame(base: RandomGames.table(playerCount: 7, componentCount: 3, seed: 21), laneCount: 2)
  /// Two outputs and 20 components, dealt in groups of eight; player 3 is a dummy.
  static let network = NetworkLikeGame(playerCount: 8, componentCount: 20, dummies: [3], seed: 4)

  /// The values over all seeds, of shape [seed][output].
  private func estimates(
    _ estimator: EstimatorCase, _ game: some CooperativeGame, evaluations: Int, seeds: Range<UInt64> = seeds
  ) throws -> [[ShapleyEstimate]] {
    let made = estimator.make(evaluations)
    if estimator.bias == .exact { return [try made.estimates(of: game, seed: 0)] }
    return try seeds.map { try made.estimates(of: game, seed: $0) }
  }

  /// Whether the mean of `values` may be `expected`.
  private func agrees(_ values: [Double], _ expected: Double) -> Bool {
    let moments = RunningMoments(values)
    return abs(moments.mean - expected) <= 4.5 * (moments.standardError ?? 0) + 1e-12
  }

  @Test(arguments: EstimatorCase.unbiased)
  func isUnbiased(estimator: EstimatorCase) throws {
    let exact = RandomGames.shapleyValues(of: Self.table.base)
    let found = try estimates(estimator, Self.table, evaluations: 300)
    for player in exact.indices { #expect(agrees(found.map { $0[0].values[player] }, exact[player])) }
    for output in 0..<2 {
      let exact = Self.network.shapleyValues(output: output)
      let found = try estimates(estimator, Self.network, evaluations: 700)
      for player in exact.indices {
        #expect(agrees(found.map { $0[output].values[player] }, exact[player]), "output \(output), player \(player)")
      }
      #expect(found.allSatisfy { $0[output].bias == nil || estimator.testDescription.hasPrefix("tmab") })
    }
  }

  /// The bias of a regression falls faster than its error: with many samples the values agree within their errors.
  @Test(arguments: EstimatorCase.all.filter { $0.testDescription.hasPrefix("leverage") })
  func isConsistentAndDeclaresItsBias(estimator: EstimatorCase) throws {
    for output in 0..<2 {
      let exact = Self.network.shapleyValues(output: output)
      let found = try estimator.make(60_000).estimates(of: Self.network, seed: 1)[output]
      #expect(found.bias?.contains("regression") == true)
      for (player, value) in zip(found.players, exact) {
        #expect(abs(player.value - value) < 4.5 * (try #require(player.standardError)))
      }
    }
  }

  /// The standard deviation over 300 seeds against the root mean square of the standard errors, all players together:
  /// between 0.88 and 1.12 on a plain game (one player's ratio is known to 4 %). With components dealt without
  /// replacement errors may be too large, several times where components differ more than marginals do, but not too small.
  @Test(arguments: EstimatorCase.all.filter { $0.errors != .none })
  func standardErrorsAreCalibrated(estimator: EstimatorCase) throws {
    func ratio(_ game: some CooperativeGame, evaluations: Int, output: Int) throws -> Double {
      let found = try estimates(estimator, game, evaluations: evaluations, seeds: 0..<300).map { $0[output] }
      var (spread, claimed) = (0.0, 0.0)
      for player in found[0].players.indices {
        spread += try #require(RunningMoments(found.map { $0.values[player] }).variance)
        let errors = try found.map { try #require($0.players[player].standardError) }
        claimed += errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
      }
      return (spread / claimed).squareRoot()
    }
    let plain = try ratio(RandomGames.table(playerCount: 7, seed: 30), evaluations: 800, output: 0)
    #expect(plain < 1.12 && plain > (estimator.errors == .calibrated ? 0.88 : 0.75))
    for output in 0..<2 {
      let network = try ratio(Self.network, evaluations: 1500, output: output)
      #expect(network < 1.12 && network > 0.1, "output \(output)")
    }
  }

  @Test(arguments: EstimatorCase.all)
  func efficiencyHoldsAsClaimed(estimator: EstimatorCase) throws {
    for (game, evaluations) in [(Self.table, 300), (Self.table, 777)] {
      let found = try estimates(estimator, game, evaluations: evaluations)
      #expect(found.allSatisfy { $0[0].efficiency.claim == estimator.efficiency })
      switch estimator.efficiency {
      case .exact:
        for estimates in found {
          for estimate in estimates {
            let (emptyValue, residual) = (
              try #require(estimate.emptyValue), try #require(estimate.efficiency.residual)
            )
            #expect(abs(estimate.sum - estimate.grandValue + emptyValue) < 1e-12 && abs(residual) < 1e-12)
          }
        }
      case .inExpectation:
        let residuals = try found.map { try #require($0[0].efficiency.residual) }
        #expect(agrees(residuals, 0))
      case .notClaimed: break
      }
    }
  }

  /// Players 2 and 5 do the same. No law of sampling distinguishes players, so that this holds for biased ones too.
  @Test(arguments: EstimatorCase.all)
  func symmetricPlayersGetTheSameInExpectation(estimator: EstimatorCase) throws {
    let game = FunctionGame(playerCount: 7, componentCount: 4) { coalition, component in
      let twins = (coalition.contains(2) ? 1.0 : 0) + (coalition.contains(5) ? 1 : 0)
      return twins.squareRoot() * Double(coalition.count) / 10 + (coalition.contains(0) ? twins : 0)
        + Double(component) * (coalition.contains(1) ? twins : 0.3)
    }
    let found = try estimates(estimator, game, evaluations: 200)
    #expect(agrees(found.map { $0[0].values[2] - $0[0].values[5] }, 0))
  }

  @Test(arguments: EstimatorCase.all)
  func aDummyGetsNothing(estimator: EstimatorCase) throws {
    let found = try estimates(estimator, Self.network, evaluations: 500)
    for output in 0..<2 {
      let values = found.map { $0[output].values[3] }
      switch estimator.dummy {
      case .exactlyZero: #expect(values.allSatisfy { $0 == 0 })
      case .zeroInExpectation: #expect(agrees(values, 0) && values.contains { $0 != 0 })
      case .unclaimed: break
      }
    }
  }

  /// With the same seed, an estimate of v + 3w is that of v plus three times that of w.
  @Test(arguments: EstimatorCase.all.filter(\.isLinear))
  func estimatesAreAdditive(estimator: EstimatorCase) throws {
    let v = RandomGames.table(playerCount: 6, componentCount: 4, seed: 1)
    let w = RandomGames.table(playerCount: 6, componentCount: 4, seed: 2)
    let sum = FunctionGame(playerCount: 6, componentCount: 4) {
      v.value(of: $0, component: $1) + 3 * w.value(of: $0, component: $1)
    }
    let made = estimator.make(300)
    for seed in 0..<5 as Range<UInt64> {
      let (first, second) = (try made.estimates(of: v, seed: seed)[0], try made.estimates(of: w, seed: seed)[0])
      let both = try made.estimates(of: sum, seed: seed)[0]
      #expect(distance(both.values, zip(first.values, second.values).map { $0 + 3 * $1 }) < 1e-9)
    }
  }

  /// Games whose values are equal sizes' of every kind: 1, 2 and 3 players, where strata and sizes degenerate.
  @Test(arguments: EstimatorCase.unbiased) func fewPlayersAreNoSpecialCase(estimator: EstimatorCase) throws {
    for players in 1...3 {
      let game = UnevenGame(
        base: RandomGames.table(playerCount: players, componentCount: 3, seed: 50), laneCount: 3)
      let exact = RandomGames.shapleyValues(of: game.base)
      let hasTop = players >= 2 || !estimator.testDescription.hasPrefix("tmab")
      guard hasTop else { continue }
      let found = try estimates(estimator, game, evaluations: 120)
      for player in 0..<players { #expect(agrees(found.map { $0[0].values[player] }, exact[player])) }
      if players == 1, !estimator.drawsComponents {
        #expect(found.allSatisfy { abs($0[0].values[0] - exact[0]) < 1e-12 })
      }
    }
  }
}
