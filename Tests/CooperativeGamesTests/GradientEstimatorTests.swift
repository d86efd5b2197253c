import CooperativeGames
import InputErrors
import Statistics
import Testing

@Suite struct GradientEstimatorTests {
  /// An additive game with one product of three: every slope of its multilinear extension is known.
  private static let game = FunctionGame(playerCount: 6, componentCount: 3, hasSlopes: true) { coalition, component in
    var value = Double(component)
    for player in 0..<5 where coalition.contains(player) { value += Double(2 * player) }
    if coalition.contains(1), coalition.contains(2), coalition.contains(3) { value += 3 }
    return value
  }

  private func run(_ estimator: GradientEstimator, seed: UInt64 = 1, workers: Int = 2) async throws -> ShapleyEstimate {
    let run = try await EstimationDriver(estimator, on: Self.game, workerCount: workers).run(seed: seed)
    return try #require(estimator.estimate(run.state))
  }

  @Test("Players without interactions are exact, a dummy is exactly 0, a product to its third")
  func additivePlayersAreExact() async throws {
    let estimate = try await run(GradientEstimator(.init(evaluations: 60_000)))
    #expect(abs(estimate.values[0]) < 1e-12 && estimate.values[5] == 0)
    #expect(abs(estimate.values[4] - 8) < 1e-9)
    for (player, expected) in [(1, 3.0), (2, 5), (3, 7)] {
      let found = estimate.players[player], error = try #require(found.standardError)
      #expect(error > 0 && abs(found.value - expected) < 4.5 * error, "\(found)")
    }
    #expect(estimate.grandValue == 24 && estimate.emptyValue == 1)
    #expect(estimate.bias != nil && estimate.efficiency.claim == .notClaimed)
    #expect(estimate.evaluations <= 60_000 && estimate.evaluations > 60_000 - 8)
  }

  @Test("Standard errors are those of repeated runs")
  func standardErrorsAreCalibrated() async throws {
    let values = try await (0..<150).asyncMap { seed in
      let estimate = try await run(GradientEstimator(.init(evaluations: 1500)), seed: UInt64(seed)).players[1]
      return (estimate.value, try #require(estimate.standardError))
    }
    let spread = try #require(RunningMoments(values.map(\.0)).variance).squareRoot()
    let claimed = RunningMoments(values.map(\.1)).mean
    // 150 runs know a spread to 6 %; four times that on either side.
    #expect(spread / claimed > 0.75 && spread / claimed < 1.25, "\(spread) beside \(claimed)")
  }

  @Test func sameBitsForAnyNumberOfWorkersAndAfterAStop() async throws {
    let estimator = GradientEstimator(.init(evaluations: 3000))
    let one = try await run(estimator, workers: 1), eight = try await run(estimator, workers: 8)
    #expect(one == eight)
    let driver = EstimationDriver(estimator, on: Self.game, workerCount: 2)
    let broken = try await driver.run(seed: 1) { $0.checkpoint.units >= 21 ? .stop : .goOn }
    #expect(broken.ending == .stopped)
    let resumed = try await driver.run(seed: 1, resuming: broken.checkpoint)
    #expect(estimator.estimate(resumed.state) == one)
  }

  @Test func refusesGamesWithoutSlopesAndSmallBudgets() async throws {
    let plain = FunctionGame(playerCount: 2) { Double($0.count) }
    #expect(throws: InputError.self) { try GradientEstimator(.init()).start(plain.description, seed: 0) }
    #expect(throws: InputError.self) {
      try GradientEstimator(.init(evaluations: 7)).start(Self.game.description, seed: 0)
    }
    #expect(throws: InputError.self) {
      try GradientEstimator(.init(standardError: 0)).start(Self.game.description, seed: 0)
    }
    #expect(throws: InputError.self) {
      try GradientEstimator(.init(output: 1)).start(Self.game.description, seed: 0)
    }
  }

  @Test("A linked marginal is the difference of values that the slope foretells")
  func links() {
    #expect(Link.step.marginal(argument: 1, slope: 3, isPresent: true) == 1)
    #expect(Link.step.marginal(argument: -1, slope: 3, isPresent: false) == 1)
    #expect(Link.step.marginal(argument: 1, slope: 0.5, isPresent: true) == 0)
    #expect(Link.identity.marginal(argument: 7, slope: -2, isPresent: false) == -2)
    #expect(abs(Link.logistic.value(0) - 0.5) < 1e-15)
    #expect(abs(Link.logLogistic(floor: nil).value(-800) + 800) < 1e-9)
    #expect(Link.logLogistic(floor: -3).value(-800) == -3)
    for link in [Link.logistic, .logLogistic(floor: nil)] {
      // The smooth marginal of a small slope is its derivative.
      let slope = 1e-5
      let smooth = link.smoothMarginal(argument: 0.3, slope: slope, isPresent: true)
      let difference = link.value(0.3 + slope / 2) - link.value(0.3 - slope / 2)
      #expect(abs(smooth - difference) < 1e-9)
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
