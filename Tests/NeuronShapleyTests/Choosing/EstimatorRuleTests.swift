import CooperativeGames
import NeuronShapley
import Statistics
import Testing

@Suite struct EstimatorRuleTests {
  /// Layers of filters, whose toggles cost these shares of a forward pass of a million multiply-adds.
  private static func costs(_ layers: [(players: Int, toggle: Double)], hasSlopes: Bool = true) -> EvaluationCosts {
    EvaluationCosts(
      forward: 1e6, backward: hasSlopes ? 1e6 : nil, base: 0.3e6,
      strata: layers.map { .init(playerCount: $0.players, step: $0.toggle * 1e6, toggle: $0.toggle * 1e6) })
  }

  /// As in ResNet-8: late layers hold most filters and cost next to nothing.
  private static let uneven = costs([(64, 0.2), (96, 0.08), (64, 0.002), (128, 0.0001)])
  private static let even = costs([(100, 0.1), (100, 0.1)])
  private static let few = costs([(3, 0.2), (3, 0.1)])

  private func choice(
    _ request: EstimatorRequest, _ costs: EvaluationCosts, imageCount: Int = 504
  ) -> ChosenEstimator { EstimatorRule(request, costs: costs, imageCount: imageCount).choice }

  @Test func spreadIsOneForEqualCostsAndTheGainOfTheBestAllocationOtherwise() {
    #expect(abs(Self.even.spread - 1) < 1e-12)
    // Two players that cost 1 and 9: the mean is 5, the mean root 2.
    #expect(abs(Self.costs([(1, 1e-6), (1, 9e-6)]).spread - 1.25) < 1e-12)
    #expect(abs(Self.even.step - 1e5) < 1e-6 && Self.even.playerCount == 200)
  }

  @Test func fewCoalitionsAreEnumeratedWhereTheyCostNoMoreThanTheBudget() {
    let all = 504 << 6
    let enough = choice(.init(metric: .accuracy, evaluations: all), Self.few)
    #expect(enough == ChosenEstimator(.exact, because: .fewCoalitions(players: 6, evaluations: all)))
    #expect(choice(.init(metric: .accuracy, evaluations: all - 1), Self.few).kind != .exact)
    // The dearest step is a fifth of a million.
    #expect(choice(.init(metric: .accuracy, multiplyAdds: all * 200_000), Self.few).kind == .exact)
    #expect(choice(.init(metric: .accuracy, multiplyAdds: all * 200_000 - 1), Self.few).kind != .exact)
    #expect(choice(.init(metric: .accuracy, isTimed: true), Self.few).kind == .permutation)
    // 64 walks, below which a target is not looked at, are 64 · 2 · 6 · 8 = 6,144 evaluations: 96 images.
    let target = EstimatorRequest(metric: .accuracy, standardError: 0.01)
    #expect(choice(target, Self.few, imageCount: 96).kind == .exact)
    #expect(choice(target, Self.few, imageCount: 97).kind == .permutation)
    #expect(choice(.init(metric: .accuracy, evaluations: .max), Self.costs([(21, 0.1)])).kind != .exact)
  }

  @Test func aTopToDecideGoesToStarsAndOtherLimitsToWalks() {
    func chosen(_ confidence: ConfidenceRequest, _ evaluations: Int? = nil) -> ChosenEstimator {
      choice(.init(metric: .accuracy, evaluations: evaluations, confidence: confidence), Self.uneven)
    }
    #expect(
      chosen(.init(topCount: 5)) == ChosenEstimator(.stars, because: .topToDecide(count: 5)))
    #expect(chosen(.init(method: .asymptotic, topCount: 5)).kind == .stars)
    #expect(chosen(.init()) == ChosenEstimator(.permutation, because: .limits))
    #expect(chosen(.init(method: .fixedSample, topCount: 5), 1_000_000).kind == .permutation)
    // v(N) and v(∅) of all images and one star with its complement: 2 · 504 + 2 · 8 · 353.
    #expect(chosen(.init(topCount: 5), 6_656).kind == .stars)
    #expect(chosen(.init(topCount: 5), 6_655).kind == .permutation)
  }

  @Test func targetsClocksAndSettingsGoToWalks() {
    #expect(
      choice(.init(metric: .accuracy, standardError: 0.1), Self.uneven)
        == ChosenEstimator(.permutation, because: .target))
    let timed = choice(.init(metric: .accuracy, isTimed: true), Self.even)
    guard case .clock(let step) = timed.ground else { return #expect(Bool(false), "\(timed)") }
    #expect(timed.kind == .permutation && abs(step - 0.1) < 1e-12)
    let settled = choice(
      .init(candidates: [.permutation, .stars], metric: .accuracy, evaluations: 10_000_000), Self.uneven)
    #expect(settled == ChosenEstimator(.permutation, because: .settings))
    #expect(
      choice(.init(candidates: [.stars], metric: .accuracy, evaluations: 10_000_000), Self.uneven).kind == .stars)
  }

  @Test func aBudgetOfFewWalksGoesToSlopesWhereThereAreAny() {
    let walk = 2 * 200 * 8
    let little = choice(.init(metric: .logLikelihood(), evaluations: 8 * walk - 1), Self.even)
    guard case .fewWalks(let walks, 8) = little.ground else { return #expect(Bool(false), "\(little)") }
    #expect(little.kind == .gradient && walks < 8 && walks > 7.9)
    #expect(choice(.init(metric: .logLikelihood(), evaluations: 8 * walk), Self.even).kind != .gradient)
    // Of counted right answers slopes say next to nothing.
    #expect(choice(.init(metric: .accuracy, evaluations: 8 * walk - 1), Self.even).kind == .permutation)
    let flat = Self.costs([(100, 0.1), (100, 0.1)], hasSlopes: false)
    let without = choice(.init(metric: .logLikelihood(), evaluations: 8 * walk - 1), flat)
    guard case .shortRace = without.ground else { return #expect(Bool(false), "\(without)") }
    #expect(without.kind == .permutation)
  }

  @Test func aRaceIsChosenWhereItGoesFurther() {
    let much = EstimatorRequest(metric: .logLikelihood(), multiplyAdds: 1_000_000_000_000)
    let race = choice(much, Self.uneven)
    guard case .unevenToggles(let advantage, let least, let spread, _, true) = race.ground else {
      return #expect(Bool(false), "\(race)")
    }
    #expect(race.kind == .racing && race.slopePasses == 1 && advantage >= least && spread == Self.uneven.spread)
    let walks = choice(much, Self.even)
    guard case .evenToggles(let smaller, _, _) = walks.ground else { return #expect(Bool(false), "\(walks)") }
    #expect(walks.kind == .permutation && smaller < least)
    // Right answers are foretold by the probability of the right class: slopes are needed by nobody, and taken where they are
    // cheap for the budget.
    for (budget, passes) in [(20_000_000_000, 1), (5_000_000_000, 0)] {
      let counted = choice(.init(metric: .accuracy, multiplyAdds: budget), Self.even)
      guard case .foretold = counted.ground else { return #expect(Bool(false), "\(counted)") }
      #expect(counted.kind == .racing && counted.slopePasses == passes)
    }
    let flat = Self.costs([(100, 0.1), (100, 0.1)], hasSlopes: false)
    #expect(choice(.init(metric: .accuracy, multiplyAdds: 20_000_000_000), flat).slopePasses == 0)
    // 12 walks leave as much noise as a race takes away; on 17 images slopes are cheap, on 5,000 they are not. Its stars alone
    // are 2.5 beginnings from 11 walks on.
    for (images, walks, kind, passes) in [
      (17, 12, EstimatorChoice.Kind.racing, 1), (5_000, 14, .racing, 0), (5_000, 10, .permutation, 1),
    ] {
      let request = EstimatorRequest(metric: .logLikelihood(), evaluations: walks * 2 * 200 * 8)
      let noisy = choice(request, Self.even, imageCount: images)
      #expect(noisy.kind == kind && noisy.slopePasses == passes, "\(noisy)")
      if case .shortRace(let starts, let fewest) = noisy.ground { #expect(starts < fewest) }
    }
  }

  /// Random requests and costs.
  @Test func noChoiceIsForbiddenByItsRequestAndNoneDependsOnAnythingElse() {
    var random = RandomStream(seed: 5, purpose: .test)
    let metrics: [PerformanceMetric] = [.accuracy, .logLikelihood(), .probability, .classAccuracy(1), .margin]
    for _ in 0..<4_000 {
      let layers = (0..<1 + random.uniform(below: 5)).map { _ in
        (players: 1 + random.uniform(below: 40), toggle: random.uniform() * random.uniform())
      }
      let costs = Self.costs(layers, hasSlopes: random.bernoulli(0.7))
      var request = EstimatorRequest(metric: metrics[random.uniform(below: metrics.count)])
      if random.bernoulli(0.3) {
        request.candidates = request.candidates.filter { _ in random.bernoulli(0.5) }
      }
      if random.bernoulli(0.4) { request.evaluations = 1 + random.uniform(below: 1 << random.uniform(below: 30)) }
      if random.bernoulli(0.4) { request.multiplyAdds = 1 + random.uniform(below: 1 << random.uniform(below: 45)) }
      request.isTimed = random.bernoulli(0.3)
      if random.bernoulli(0.2) { request.standardError = random.uniform() }
      if random.bernoulli(0.3) {
        request.confidence = ConfidenceRequest(
          method: random.bernoulli(0.5) ? .betting : .fixedSample, topCount: random.bernoulli(0.5) ? 1 : nil)
      }
      let imageCount = 1 + random.uniform(below: 1_000)
      let chosen = choice(request, costs, imageCount: imageCount)
      #expect(chosen == choice(request, costs, imageCount: imageCount))
      #expect(request.candidates.isEmpty || request.candidates.contains(chosen.kind))
      let isBiased = chosen.kind == .racing || chosen.kind == .gradient
      let isClaimed = request.confidence != nil || request.standardError != nil
      let isForced = request.candidates.isDisjoint(with: [.permutation, .stars])
      #expect(!isBiased || !isClaimed || isForced, "\(request) \(chosen)")
      #expect(chosen.kind != .exact || request.confidence == nil || isForced)
      if chosen.kind == .exact, case .fewCoalitions(let players, let evaluations) = chosen.ground {
        #expect(players <= 20 && evaluations <= request.evaluations ?? .max)
      }
      if chosen.kind == .gradient, !isForced { #expect(costs.backward != nil) }
    }
  }

  @Test(arguments: [PerformanceMetric.accuracy, .logLikelihood()])
  func growingBudgetsGoFromSlopesToOtherEstimatorsAndNeverBack(metric: PerformanceMetric) {
    for costs in [Self.uneven, Self.even] {
      var leftSlopes = false
      for exponent in 60..<200 {
        let budget = Int(pow2(Double(exponent) / 5))
        let kind = choice(.init(metric: metric, multiplyAdds: budget), costs).kind
        #expect(kind == .gradient || kind == .racing || kind == .permutation)
        if kind == .gradient { #expect(!leftSlopes) } else { leftSlopes = true }
      }
      #expect(leftSlopes)
    }
  }

  private func pow2(_ exponent: Double) -> Double {
    let whole = exponent.rounded(.down)
    return Double(1 << Int(whole)) * (1 + (exponent - whole))
  }
}
