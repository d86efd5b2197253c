import Statistics

/// What a unit of a race is and does.
extension RacingEstimator {
  /// Slopes at two coalitions a component, or a star.
  public struct Unit: Sendable {
    enum Work: Sendable {
      case slopes
      /// The players to toggle, by stratum.
      case star([[Int]])
    }

    let work: Work
    let index: Int
    /// Of the sizes of its coalitions; nil for independent ones, uniform.
    let density: SizeDensity?
    let components: [Int]
    let asksForWorths: Bool
    let game: GameDescription
    let seed: UInt64
  }

  public func perform(_ unit: Unit, on evaluator: inout some CoalitionEvaluator) throws -> RacingOutcome {
    let game = unit.game, componentCount = unit.components.count
    var outcome = RacingOutcome()
    try evaluator.load(unit.components)
    if unit.asksForWorths {
      (outcome.grand, outcome.empty) = try worths(game, on: &evaluator)
      outcome.evaluations += 2 * componentCount
    }
    switch unit.work {
    case .slopes:
      let before = evaluator.multiplyAdds
      let sampler = StarSampler(
        seed: unit.seed, playerCount: game.playerCount, isAntithetic: true, sharing: .perComponent)
      var foretold = ForetoldMarginals(game, output: configuration.guidingOutput)
      if let density = unit.density {
        for isMirrored in [false, true] {
          let draws = (0..<componentCount).map {
            draw(unit, density, place: $0, isMirrored: isMirrored, of: sampler)
          }
          try foretold.add(.perComponent(draws.map(\.coalition)), weights: draws.map(\.weight), on: &evaluator)
        }
      } else {
        let weights = [Double](repeating: 1, count: componentCount)
        for coalitions in sampler.bases(ofUnit: unit.index, componentCount: componentCount) {
          try foretold.add(coalitions, weights: weights, on: &evaluator)
        }
        outcome.squares = foretold.squares
      }
      outcome.slopes = foretold.means
      outcome.slopeCost = evaluator.multiplyAdds - before
      outcome.evaluations += 2 * FirstOrder.evaluations * componentCount
    case .star(let strata):
      try toggle(strata, unit, on: &evaluator, into: &outcome)
    }
    return outcome
  }

  private func toggle(
    _ strata: [[Int]], _ unit: Unit, on evaluator: inout some CoalitionEvaluator, into outcome: inout RacingOutcome
  ) throws {
    let game = unit.game, outputCount = game.outputs.count
    let sampler = StarSampler(seed: unit.seed, playerCount: game.playerCount, isAntithetic: false, sharing: .shared)
    var coalitions = Coalitions.shared(.empty(playerCount: game.playerCount)), weight = 1.0
    if let density = unit.density {
      let drawn = draw(unit, density, place: 0, isMirrored: false, of: sampler)
      (coalitions, weight) = (.shared(drawn.coalition), drawn.weight)
    } else {
      coalitions = sampler.bases(ofUnit: unit.index, componentCount: unit.components.count)[0]
    }
    var before = evaluator.multiplyAdds
    func cost(_ evaluator: some CoalitionEvaluator) -> UInt64 {
      defer { before = evaluator.multiplyAdds }
      return evaluator.multiplyAdds - before
    }
    var (base, toggled) = ([Double](), [Double]())
    outcome.players = strata.flatMap { $0 }
    if takesControls(game) {
      var foretold = ForetoldMarginals(game, output: configuration.guidingOutput)
      try foretold.add(
        coalitions, weights: [Double](repeating: weight, count: unit.components.count), on: &evaluator)
      let means = foretold.means
      outcome.foretold = outcome.players.map { means[$0] }
      outcome.evaluations += FirstOrder.evaluations * unit.components.count
    }
    try evaluator.values(coalitions, into: &base)
    outcome.baseCost = cost(evaluator)
    outcome.marginals = [Double](repeating: 0, count: outputCount * outcome.players.count)
    let componentCount = unit.components.count
    var first = 0
    for players in strata {
      guard !players.isEmpty else {
        outcome.toggleCosts.append(0)
        continue
      }
      try evaluator.values(toggling: players, into: &toggled)
      outcome.toggleCosts.append(cost(evaluator))
      let marginals = StarMarginals.marginals(
        base: base, toggled: toggled, players: players, at: coalitions, outputCount: outputCount)
      for index in players.indices {
        for place in 0..<componentCount {
          for output in 0..<outputCount {
            outcome.marginals[output * outcome.players.count + first + index] +=
              marginals[(index * componentCount + place) * outputCount + output] * (weight / Double(componentCount))
          }
        }
      }
      first += players.count
    }
    let guided = configuration.guidingOutput * outcome.players.count
    try configuration.confidence?.requireWithinRange(
      outcome.marginals[guided..<guided + outcome.players.count], of: outcome.players,
      output: game.outputs[configuration.guidingOutput])
    outcome.evaluations += componentCount * (1 + outcome.players.count)
  }

  /// A coalition of the unit, with the weight of marginals at it; mirrored, it is the complement where sizes are uniform.
  private func draw(
    _ unit: Unit, _ density: SizeDensity, place: Int, isMirrored: Bool, of sampler: StarSampler
  ) -> (coalition: Coalition, weight: Double) {
    let isStar = if case .star = unit.work { true } else { false }
    var stream = RandomStream(seed: unit.seed, purpose: .coalitionSize, index: isStar ? 1 : 0)
    // A star has one coalition for all components.
    let index = isStar ? unit.index : unit.index * groupSize(unit.game) + place
    let quantile = SizeDensity.quantile(index, shift: stream.uniform())
    let (share, weight) = density.size(at: isMirrored ? 1 - quantile : quantile)
    return (sampler.coalition(ofUnit: unit.index, place: place, share: share, isMirrored: isMirrored), weight)
  }

  private func worths(
    _ game: GameDescription, on evaluator: inout some CoalitionEvaluator
  ) throws -> (grand: [Double], empty: [Double]) {
    var values: [Double] = []
    var means = ComponentMeans(outputCount: game.outputs.count)
    try evaluator.values(.shared(.full(playerCount: game.playerCount)), into: &values)
    means.take(values)
    let grand = means.means
    try evaluator.values(.shared(.empty(playerCount: game.playerCount)), into: &values)
    means.take(values)
    return (grand, means.means)
  }
}
