import CooperativeGames
import InputErrors
import Statistics
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct RacingEstimatorTests {
  /// Additive worths 0…19 in two strata, pairs of neighbours that interact, and noise by component; values by hand.
  private struct Game: CooperativeGame {
    /// What slopes are: absent; the marginals themselves; or less than that, and wrong by as much again.
    enum Slopes: CaseIterable { case absent, exact, misleading }

    var slopes = Slopes.misleading
    static let playerCount = 20

    var base: FunctionGame {
      FunctionGame(playerCount: Self.playerCount, componentCount: 16, hasSlopes: slopes != .absent) {
        coalition, component in
        var value = 0.0
        for player in 0..<Self.playerCount where coalition.contains(player) {
          value += Double(player) * (1 + 0.2 * (Double(component) - 7.5))
        }
        for player in 0..<Self.playerCount - 1 where coalition.contains(player) && coalition.contains(player + 1) {
          // Of mean 1 over the components: what makes marginals vary.
          value += component % 2 == 0 ? 41 : -39
        }
        return value
      }
    }

    var description: GameDescription {
      var description = base.description
      description.strata = (0..<Self.playerCount).map { $0 / 10 }
      return description
    }

    func makeEvaluator() -> Evaluator { Evaluator(base: base.makeEvaluator(), misleads: slopes == .misleading) }

    /// φ_i = i + ½ for every neighbour.
    static var values: [Double] {
      (0..<playerCount).map { Double($0) + ($0 == 0 || $0 == playerCount - 1 ? 0.5 : 1) }
    }
  }

  private struct Evaluator: CoalitionEvaluator {
    var base: PlainGameEvaluator<FunctionGame>
    let misleads: Bool
    private var components: [Int] = []

    init(base: PlainGameEvaluator<FunctionGame>, misleads: Bool) {
      self.base = base
      self.misleads = misleads
    }

    mutating func load(_ components: [Int]) {
      self.components = components
      base.load(components)
    }

    mutating func values(_ coalitions: Coalitions, into values: inout [Double]) {
      base.values(coalitions, into: &values)
    }

    mutating func values(toggling players: [Int], into values: inout [Double]) {
      base.values(toggling: players, into: &values)
    }

    mutating func firstOrder(of output: Int, at coalitions: Coalitions, into result: inout FirstOrder) {
      base.firstOrder(of: output, at: coalitions, into: &result)
      guard misleads else { return }
      for (place, component) in components.enumerated() {
        let size = coalitions.coalition(at: place).count
        for player in 0..<Game.playerCount {
          result.slopes[place * Game.playerCount + player] *= 0.6
          result.slopes[place * Game.playerCount + player] += 4 + 12 * sin(Double(player + 3 * component + 7 * size))
        }
      }
    }

    var multiplyAdds: UInt64 { base.multiplyAdds }
  }

  private func run(
    _ configuration: RacingEstimator.Configuration, slopes: Game.Slopes = .misleading, seed: UInt64 = 1,
    workers: Int = 2
  ) async throws -> ShapleyEstimate {
    let estimator = RacingEstimator(configuration)
    let run = try await EstimationDriver(estimator, on: Game(slopes: slopes), workerCount: workers).run(
      seed: seed)
    return try #require(estimator.estimate(run.state))
  }

  @Test("Values come near the truth, whatever slopes are worth", arguments: Game.Slopes.allCases)
  private func valuesAreRight(slopes: Game.Slopes) async throws {
    let budget = 60_000
    let estimate = try await run(.init(evaluations: budget, topCount: 5), slopes: slopes)
    for (player, truth) in Game.values.enumerated() {
      #expect(
        abs(estimate.values[player] - truth) < 4.5 * max(0.05, estimate.players[player].standardError ?? 0),
        "player \(player): \(estimate.players[player])")
    }
    #expect(Set(estimate.ranking.prefix(5)).intersection(14...19).count == 5)
    #expect(
      estimate.bias != nil && estimate.efficiency.claim == .exact && abs(estimate.efficiency.residual ?? 1) < 1e-9
        && estimate.confidence == .none)
    #expect(abs(estimate.grandValue - Game().base.value(of: .full(playerCount: 20))) < 1e-9 && estimate.emptyValue == 0)
    #expect(estimate.evaluations <= budget && estimate.evaluations > budget - 8 * 24)
  }

  @Test(
    "Errors cover the distance to the truth, whether slopes mislead or nothing foretells it",
    arguments: [Game.Slopes.absent, .misleading])
  private func errorsAreNotTooSmall(slopes: Game.Slopes) async throws {
    var squares = 0.0, count = 0.0, far = 0.0
    for seed in 0..<60 as Range<UInt64> {
      let estimate = try await run(.init(evaluations: 3600), slopes: slopes, seed: seed)
      for (player, truth) in zip(estimate.players, Game.values) {
        let distance = (player.value - truth) / (try #require(player.standardError))
        squares += distance * distance
        far += abs(distance) > 2 ? 1 : 0
        count += 1
      }
    }
    // Of a right error √(mean square) is 1 and 4.6 % are beyond two; shrinkage makes values better than their errors say.
    #expect(
      (squares / count).squareRoot() < 1.15 && far / count < 0.07, "\((squares / count).squareRoot()), \(far / count)")
    #expect((squares / count).squareRoot() > 0.2)
  }

  @Test("Slopes that are exact leave nothing to toggles, and errors fall with the number of passes alone")
  func exactSlopesAreTheWholeAnswer() async throws {
    let few = try await run(.init(evaluations: 4000), slopes: .exact)
    let none = try await run(.init(evaluations: 4000), slopes: .absent)
    for player in 0..<Game.playerCount {
      let error = try #require(few.players[player].standardError),
        plain = try #require(none.players[player].standardError)
      #expect(error < plain / 2, "player \(player): \(error), \(plain)")
      #expect(abs(few.values[player] - Game.values[player]) < 4.5 * error)
      // Nobody is toggled beyond the first units.
      #expect(few.players[player].samples == 8)
    }
  }

  @Test("Players near the k-th place are toggled more than those far from it")
  func togglesGoWhereTheyDecide() async throws {
    let estimate = try await run(.init(evaluations: 30_000, topCount: 5))
    let samples = estimate.players.map(\.samples)
    let boundary = samples[13...16].reduce(0, +) / 4, far = samples[0...7].reduce(0, +) / 8
    #expect(boundary > 2 * far, "\(samples)")
    #expect(samples.allSatisfy { $0 >= 8 })
  }

  @Test func sameBitsForAnyNumberOfWorkersAndAfterAStop() async throws {
    let estimator = RacingEstimator(.init(evaluations: 20_000, topCount: 3))
    let one = try await run(estimator.configuration, workers: 1),
      eight = try await run(estimator.configuration, workers: 8)
    #expect(one == eight)
    let driver = EstimationDriver(estimator, on: Game(), workerCount: 2)
    for stop in [3, 19, 30, 47] {
      let broken = try await driver.run(seed: 1) { $0.checkpoint.units >= stop ? .stop : .goOn }
      #expect(broken.ending == .stopped)
      let resumed = try await driver.run(seed: 1, resuming: broken.checkpoint)
      #expect(estimator.estimate(resumed.state) == one)
    }
  }

  @Test func badSettingsAreRefused() throws {
    let game = Game().description
    let bad: [RacingEstimator.Configuration] = [
      .init(evaluations: 20), .init(topCount: 0), .init(topCount: 21), .init(initialUnits: 3), .init(slopePasses: -1),
      .init(companions: [0]), .init(companions: [1]), .init(guidingOutput: 1),
    ]
    for configuration in bad {
      #expect(throws: InputError.self, "\(configuration)") { try RacingEstimator(configuration).start(game, seed: 0) }
    }
  }
}
