/// What estimators from pairs of coalitions have in common: which draws belong to a unit, and how one is performed.
///
/// With y_x(S) = v_x(S) − v_x(∅) − (s/n)(v_x(N) − v_x(∅)), whose Shapley values are those of v_x less an equal share of
/// v_x(N) − v_x(∅), all that a pair (A, N ∖ A) tells is its half difference d = (y_x(A) − y_x(N ∖ A)) / 2.
struct PairSampling {
  /// The evaluations of a pair, a component.
  static let cost = 2
  /// The evaluations of v_x(N) and v_x(∅).
  static let endpointCost = 2

  let schedule: SamplingSchedule
  let sharing: CoalitionSharing
  /// Components that precede the first pair: those of a first epoch without pairs.
  var firstPosition = 0

  /// The draws of a unit whose components are at `positions`, one for each component or one for all.
  func draws(ofUnit index: Int, positions: Range<Int>) -> Range<Int> {
    switch sharing {
    case .perComponent: return positions.lowerBound - firstPosition..<positions.upperBound - firstPosition
    case .shared:
      let place = firstPosition == 0 ? index : index - schedule.openingUnits
      return place..<place + 1
    }
  }

  /// The number of draws in a run that has come as far as `progress`.
  func drawCount(_ progress: SamplingProgress) -> Int {
    guard progress.components > firstPosition else { return 0 }
    let last = progress.units - 1
    return draws(ofUnit: last, positions: schedule.positions(ofUnit: last, progress)).upperBound
  }

  /// The evaluations after which `count` pairs are drawn, when pairs begin with the first unit.
  func evaluations(forDraws count: Int) -> Int {
    let components = sharing == .perComponent ? count : schedule.firstPosition(ofUnit: count)
    return Self.cost * components + Self.endpointCost * min(components, schedule.game.componentCount)
  }

  /// Evaluates the unit's pairs.
  func perform(
    _ unit: SamplingUnit, law: some CoalitionPairLaw, on evaluator: inout some CoalitionEvaluator
  ) throws -> PairOutcome {
    let (playerCount, componentCount) = (unit.game.playerCount, unit.components.count)
    try evaluator.load(unit.components)
    let endpoints = try unit.endpoints(on: &evaluator)
    guard playerCount > 1 else {
      return PairOutcome(halfDifferences: [], endpoints: endpoints, evaluations: unit.endpointCost)
    }
    let pairs = draws(ofUnit: unit.index, positions: unit.firstPosition..<unit.firstPosition + componentCount)
      .map(law.pair)
    let coalitions = pairs.map(\.coalition)
    var (smaller, larger): ([Double], [Double]) = ([], [])
    switch sharing {
    case .perComponent:
      try evaluator.values(.perComponent(coalitions), into: &smaller)
      try evaluator.values(.perComponent(coalitions.map(\.complement)), into: &larger)
    case .shared:
      try evaluator.values(.shared(coalitions[0]), into: &smaller)
      try evaluator.values(.shared(coalitions[0].complement), into: &larger)
    }
    let (differences, outputCount) = (endpoints.differences, unit.game.outputs.count)
    let halfDifferences = smaller.indices.map { place in
      let size = pairs[sharing == .shared ? 0 : place / outputCount].size
      let share = Double(2 * size - playerCount) / Double(playerCount)
      return 0.5 * (smaller[place] - larger[place] - share * differences[place])
    }
    return PairOutcome(
      halfDifferences: halfDifferences, endpoints: endpoints,
      evaluations: unit.endpointCost + Self.cost * componentCount)
  }

  /// A unit's pairs with what was found: its half differences, one an output, and the number of components behind them.
  func observations(
    of outcome: PairOutcome, unit index: Int, positions: Range<Int>, law: some CoalitionPairLaw
  ) -> [PairObservation] {
    let outputCount = schedule.game.outputs.count
    let draws = draws(ofUnit: index, positions: positions)
    switch sharing {
    case .perComponent:
      return draws.enumerated().map { place, draw in
        PairObservation(
          pair: law.pair(draw), components: 1,
          halfDifferences: Array(outcome.halfDifferences[place * outputCount..<(place + 1) * outputCount]))
      }
    case .shared:
      var means = ComponentMeans(outputCount: outputCount)
      means.take(outcome.halfDifferences)
      return [
        PairObservation(
          pair: law.pair(draws.lowerBound), components: positions.count, halfDifferences: means.means)
      ]
    }
  }
}

/// What a unit of pairs found, by component.
public struct PairOutcome: Codable, Sendable {
  /// d, of shape [component][output]; empty for a game of one player, which has no pairs.
  var halfDifferences: [Double]
  /// v_x(N) and v_x(∅), whether evaluated here or known.
  var endpoints: EndpointValues
  var evaluations: Int
}

/// A pair and the mean half differences over the components that it was evaluated on.
struct PairObservation {
  let pair: CoalitionPair
  let components: Int
  /// d, one an output.
  let halfDifferences: [Double]
}
