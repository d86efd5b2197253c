import InputErrors

/// Deals components to the units of an estimator that samples coalitions, within its budget.
///
/// The first epoch's units are *opening*: they evaluate v_x(N) and v_x(∅) of their components, which later units are
/// told. The first epoch ends with a unit of its own, perhaps a smaller one; after it groups wrap from one epoch to the
/// next. When the budget does not pay for a whole group, the last unit has as many components as it does pay for. All
/// this depends on counts alone, so that it biases nothing.
struct SamplingSchedule {
  /// Units a round, whatever the number of workers.
  static let unitsPerRound = 16

  let game: GameDescription
  let seed: UInt64
  /// The evaluations of an opening unit, a component; those of the endpoints included.
  let openingCost: Int
  /// The evaluations of a later unit, a component; 0 when nothing is left to do after the opening.
  let laterCost: Int
  /// The most evaluations to spend; nil for no limit.
  let budget: Int?
  /// Components a unit.
  let groupSize: Int

  /// - Parameter componentsPerUnit: nil for the game's lane count.
  init(
    _ game: GameDescription, seed: UInt64, openingCost: Int, laterCost: Int, budget: Int?, componentsPerUnit: Int?
  ) {
    self.game = game
    self.seed = seed
    self.openingCost = openingCost
    self.laterCost = laterCost
    self.budget = budget
    groupSize = min(componentsPerUnit ?? game.laneCount, game.componentCount)
  }

  /// How many units are opening.
  var openingUnits: Int { (game.componentCount - 1) / groupSize + 1 }

  /// The number of the first component of unit `index` in the order in which components are dealt.
  func firstPosition(ofUnit index: Int) -> Int {
    index < openingUnits ? index * groupSize : game.componentCount + (index - openingUnits) * groupSize
  }

  /// The positions of the components that unit `index` had in a run that has come as far as `progress`.
  func positions(ofUnit index: Int, _ progress: SamplingProgress) -> Range<Int> {
    firstPosition(ofUnit: index)..<min(firstPosition(ofUnit: index + 1), progress.components)
  }

  /// The units of the next round; none when the budget is spent.
  func nextRound(_ progress: SamplingProgress) -> [SamplingUnit] {
    // A unit that was cut by the budget was the last.
    guard progress.components == firstPosition(ofUnit: progress.units) else { return [] }
    let isOpening = progress.units < openingUnits
    let cost = isOpening ? openingCost : laterCost
    guard cost > 0 else { return [] }
    var left = budget.map { $0 - progress.evaluations } ?? .max
    var dealer = ComponentDealer(seed: seed, componentCount: game.componentCount, groupSize: groupSize)
    let places = isOpening ? [] : firstPlaces(&dealer)
    var units: [SamplingUnit] = []
    while units.count < Self.unitsPerRound {
      let index = progress.units + units.count
      if isOpening, index == openingUnits { break }
      let first = firstPosition(ofUnit: index)
      let size = min(firstPosition(ofUnit: index + 1) - first, left / cost)
      if size <= 0 { break }
      let components = dealer.components(first..<first + size)
      let endpoints = isOpening ? nil : progress.known.selecting(components.map { places[$0] }, game.outputs.count)
      units.append(
        SamplingUnit(
          index: index, firstPosition: first, components: components, endpoints: endpoints, game: game, seed: seed))
      left -= size * cost
    }
    return units
  }

  /// Throws unless the budget pays for one component.
  func requireBudget() throws(InputError) {
    guard let budget, budget < openingCost else { return }
    throw InputError(
      .usage, "the budget of evaluations is too small for a single unit of work", at: .init(key: "evaluations"),
      expected: "at least \(openingCost)", found: "\(budget)")
  }

  /// The place of every component in the first epoch.
  private func firstPlaces(_ dealer: inout ComponentDealer) -> [Int] {
    var places = [Int](repeating: 0, count: game.componentCount)
    for (place, component) in dealer.components(0..<game.componentCount).enumerated() { places[component] = place }
    return places
  }
}

extension EndpointValues {
  /// The values of the components at `places`.
  fileprivate func selecting(_ places: [Int], _ outputCount: Int) -> EndpointValues {
    var selected = EndpointValues()
    for place in places {
      selected.grand += grand[place * outputCount..<(place + 1) * outputCount]
      selected.empty += empty[place * outputCount..<(place + 1) * outputCount]
    }
    return selected
  }
}
