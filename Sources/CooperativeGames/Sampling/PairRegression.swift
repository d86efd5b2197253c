/// The sums over pairs that the Shapley value's regression needs, apart for several groups of units.
///
/// With the row ã = 1_A − |A|/n of a pair and the weight ω = 1/(|A|(n − |A|)), the regression of d on ã has the normal
/// equations (Σωããᵀ) x = Σωãd. The state keeps the right sides only, group by group: matrices are made anew from the
/// law of the pairs when an estimate is asked for (``PairGram``), so that a state has O(n) numbers for any budget.
struct PairRegression: Codable, Sendable {
  /// Units are dealt to so many groups in turn; groups are what standard errors and folds are made of.
  static let groupCount = 32
  /// The most players: at an estimate two matrices of n² numbers are in memory, 256 MiB then.
  static let largestPlayerCount = 4096

  struct Group: Codable, Sendable {
    /// Components, repeats counted, of the group's units.
    var components = 0
    /// Σωãd over pairs, each counted once a component, of shape [output][player].
    var rightSides: [Double]
    /// Σ(v_x(N) − v_x(∅)), one an output.
    var differences: [Double]
  }

  private(set) var groups: [Group]

  init(_ game: GameDescription) {
    let outputCount = game.outputs.count
    let group = Group(
      rightSides: [Double](repeating: 0, count: outputCount * game.playerCount),
      differences: [Double](repeating: 0, count: outputCount))
    groups = [Group](repeating: group, count: Self.groupCount)
  }

  /// Whether the sizes, perhaps read from a file, are those of `game`.
  func fits(_ game: GameDescription) -> Bool {
    let outputCount = game.outputs.count
    return groups.count == Self.groupCount
      && groups.allSatisfy {
        $0.components >= 0 && $0.rightSides.count == outputCount * game.playerCount
          && $0.differences.count == outputCount
      }
  }

  static func group(ofUnit index: Int) -> Int { index % groupCount }

  /// Adds unit `index` of `components` components with the endpoints and observations that it found.
  mutating func add(
    unit index: Int, components: Int, endpoints: EndpointValues, observations: [PairObservation], playerCount: Int
  ) {
    let place = Self.group(ofUnit: index)
    let outputCount = groups[place].differences.count
    groups[place].components += components
    for (position, difference) in endpoints.differences.enumerated() {
      groups[place].differences[position % outputCount] += difference
    }
    for observation in observations {
      let row = PairRow(observation.pair)
      for (output, difference) in observation.halfDifferences.enumerated() {
        row.add(
          row.weight * Double(observation.components) * difference, to: &groups[place].rightSides,
          at: output * playerCount)
      }
    }
  }

  /// The sums of all groups for which `isIncluded` holds.
  func total(where isIncluded: (Int) -> Bool = { _ in true }) -> Group {
    var total = groups[0]
    total.components = 0
    for place in total.rightSides.indices { total.rightSides[place] = 0 }
    for place in total.differences.indices { total.differences[place] = 0 }
    for (index, group) in groups.enumerated() where isIncluded(index) {
      total.components += group.components
      for place in group.rightSides.indices { total.rightSides[place] += group.rightSides[place] }
      for place in group.differences.indices { total.differences[place] += group.differences[place] }
    }
    return total
  }
}

/// A row ã = 1_A − |A|/n of the regression, with its weight; ã of the complement is −ã.
struct PairRow {
  let pair: CoalitionPair

  init(_ pair: CoalitionPair) { self.pair = pair }

  /// ω = 1/(|A|(n − |A|)): the kernel's weight over the probability of the law.
  var weight: Double { 1 / (Double(pair.size) * Double(pair.playerCount - pair.size)) }
  /// |A|/n.
  var share: Double { Double(pair.size) / Double(pair.playerCount) }

  /// ã · x.
  func product(_ vector: [Double], sum: Double) -> Double {
    pair.smaller.reduce(-share * sum) { $0 + vector[$1] }
  }

  /// Adds `factor` · ã to the n numbers of `sums` from `start` on.
  func add(_ factor: Double, to sums: inout [Double], at start: Int) {
    let everyone = factor * share
    for place in start..<start + pair.playerCount { sums[place] -= everyone }
    for player in pair.smaller { sums[start + player] += factor }
  }
}
