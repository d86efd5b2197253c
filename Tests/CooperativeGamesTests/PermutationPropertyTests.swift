import CooperativeGames
import Statistics
import Testing

/// The axioms of the Shapley value, and unbiasedness, on random games of all orders of interaction.
@Suite struct PermutationPropertyTests {
  typealias Configuration = PermutationEstimator.Configuration

  private func estimate(
    _ game: some CooperativeGame, _ configuration: Configuration, seed: UInt64
  ) async throws -> ShapleyEstimate {
    let estimator = PermutationEstimator(configuration)
    let run = try await EstimationDriver(estimator, on: game).run(seed: seed)
    return try #require(estimator.estimate(run.state))
  }

  private let roulette = Configuration(
    evaluations: 2000, truncation: .towardsEmpty(tolerance: 0.4), rest: .spread(continuation: 0.3))

  @Test func valuesSumToTheWhole() async throws {
    for seed in 0..<30 as Range<UInt64> {
      let game = RandomGames.table(playerCount: 3 + Int(seed) % 6, componentCount: 1 + Int(seed) % 5, seed: seed)
      for configuration in [Configuration(evaluations: 600), .init(evaluations: 600, isAntithetic: false), roulette] {
        let found = try await estimate(game, configuration, seed: seed)
        #expect(found.efficiency.claim == .exact)
        #expect(abs(try #require(found.efficiency.residual)) < 1e-12)
        #expect(abs(found.sum - (found.grandValue - (try #require(found.emptyValue)))) < 1e-12)
      }
    }
  }

  @Test func aDummyGetsExactlyNothing() async throws {
    for seed in 0..<20 as Range<UInt64> {
      let dummy = Int(seed) % 6
      let game = RandomGames.table(playerCount: 6, componentCount: 3, dummies: [dummy], seed: seed)
      for isAntithetic in [true, false] {
        let found = try await estimate(game, .init(evaluations: 400, isAntithetic: isAntithetic), seed: seed)
        #expect(found.values[dummy] == 0 && found.players[dummy].standardError == 0)
      }
    }
  }

  /// v and w with the same orders: estimates add up, up to rounding.
  @Test func estimatesAreAdditive() async throws {
    for seed in 0..<10 as Range<UInt64> {
      let v = RandomGames.table(playerCount: 5, componentCount: 4, seed: seed)
      let w = RandomGames.table(playerCount: 5, componentCount: 4, seed: seed + 1000)
      let sum = FunctionGame(playerCount: 5, componentCount: 4) {
        v.value(of: $0, component: $1) + 3 * w.value(of: $0, component: $1)
      }
      let configuration = Configuration(evaluations: 500)
      let (a, b) = (try await estimate(v, configuration, seed: 1), try await estimate(w, configuration, seed: 1))
      let both = try await estimate(sum, configuration, seed: 1)
      #expect(distance(both.values, zip(a.values, b.values).map { $0 + 3 * $1 }) < 1e-12)
    }
  }

  @Test func symmetricPlayersAgreeWithinTheirErrors() async throws {
    let game = FunctionGame(playerCount: 7) { coalition in
      let twins = (coalition.contains(2) ? 1.0 : 0) + (coalition.contains(5) ? 1 : 0)
      return twins.squareRoot() * Double(coalition.count) + (coalition.contains(0) ? twins : 0)
    }
    let found = try await estimate(game, .init(evaluations: 14 * 2000), seed: 1)
    let (a, b) = (found.players[2], found.players[5])
    // The errors of two players of one game are at worst perfectly opposed.
    let error = try #require(a.standardError) + (try #require(b.standardError))
    #expect(abs(a.value - b.value) < 4.5 * error)
    let exact = RandomGames.shapleyValues(of: game)
    #expect(abs(exact[2] - exact[5]) < 1e-12 && exact[2] > 0)
  }

  /// For each kind of walk, the mean over 4,000 units against the exact value, 8 players: |z| < 4.5 for all of them
  /// fails with a probability below 6·10⁻⁵ when the walk is unbiased.
  @Test(arguments: [0, 1, 2, 3, 4])
  func isUnbiased(kind: Int) async throws {
    let game = RandomGames.table(playerCount: 8, componentCount: 50, seed: 77)
    let exact = RandomGames.shapleyValues(of: game)
    var configuration = Configuration(evaluations: 4000 * 16)
    switch kind {
    case 0: break
    case 1: configuration.isAntithetic = false
    case 2: configuration.truncation = .towardsEmpty(tolerance: 0.3)
    case 3:
      configuration.truncation = .towardsEmpty(tolerance: 1)
      configuration.rest = .spread(continuation: 0.1)
    default:
      configuration.truncation = .consecutive(evaluations: 2, chance: 0.2, threshold: 0.4)
      configuration.isAntithetic = false
    }
    let found = try await estimate(game, configuration, seed: 3)
    #expect((found.truncatedShare > 0.05) == (kind >= 2))
    #expect(found.bias == nil)
    for (player, value) in zip(found.players, exact) {
      #expect(abs(player.value - value) < 4.5 * (try #require(player.standardError)))
    }
  }

  /// Recording 0 fails the same test, so that the test can fail; and the estimate declares it.
  @Test func recordingZeroIsBiasedAndSaysSo() async throws {
    let game = FunctionGame(playerCount: 8) { coalition in Double(coalition.count * coalition.count) / 64 }
    let found = try await estimate(
      game, .init(evaluations: 4000 * 16, truncation: .towardsEmpty(tolerance: 0.3), rest: .recordZero), seed: 3)
    #expect(found.bias != nil && found.efficiency.claim == .notClaimed && found.truncatedShare > 0.3)
    #expect(try #require(found.efficiency.residual) < -0.1)
    #expect(found.values.allSatisfy { $0 < 0.125 - 0.01 })
    let honest = try await estimate(
      game, .init(evaluations: 4000 * 16, truncation: .towardsEmpty(tolerance: 0.3)), seed: 3)
    for player in honest.players {
      #expect(abs(player.value - 0.125) < 4.5 * (try #require(player.standardError)))
    }
  }

  /// 400 runs of 40 pairs on a plain game: intervals of ±1.96 standard errors cover 95 % but for the small sample; with
  /// 400 runs a share below 0.90 or above 0.985 has a probability below 10⁻³ for each of the players.
  @Test func standardErrorsAreTheRightSize() async throws {
    let game = RandomGames.table(playerCount: 5, seed: 8)
    let exact = RandomGames.shapleyValues(of: game)
    var covered = [Int](repeating: 0, count: 5)
    for seed in 0..<400 as Range<UInt64> {
      let found = try await estimate(game, .init(evaluations: 10 * 40), seed: seed)
      for player in 0..<5 {
        let error = try #require(found.players[player].standardError)
        if abs(found.values[player] - exact[player]) < 1.96 * error { covered[player] += 1 }
      }
    }
    for count in covered { #expect(count > 360 && count < 394) }
  }

  @Test func stopsAtTheTargetStandardError() async throws {
    let game = RandomGames.table(playerCount: 6, componentCount: 9, seed: 2)
    let loose = try await estimate(game, .init(standardError: 0.01), seed: 1)
    let tight = try await estimate(game, .init(standardError: 0.005), seed: 1)
    #expect(loose.players.allSatisfy { ($0.standardError ?? 1) <= 0.01 })
    #expect(tight.players.allSatisfy { ($0.standardError ?? 1) <= 0.005 })
    #expect(tight.units > 2 * loose.units)
    // A game without any variance does not stop before the minimum.
    let flat = try await estimate(AdditiveGame(worths: [1, 2]), .init(standardError: 0.01, minimumUnits: 100), seed: 1)
    #expect(flat.units == 112)
  }

  /// By linearity one order a group of images estimates the same as one order on all of them.
  @Test func groupsOfAnySizeEstimateTheSame() async throws {
    let game = RandomGames.table(playerCount: 6, componentCount: 20, seed: 15)
    let exact = RandomGames.shapleyValues(of: game)
    for size in [1, 3, 8, 20, 64] {
      let found = try await estimate(game, .init(evaluations: 12 * 20_000, componentsPerUnit: size), seed: 2)
      for (player, value) in zip(found.players, exact) {
        #expect(abs(player.value - value) < 4.5 * (try #require(player.standardError)))
      }
    }
  }
}
