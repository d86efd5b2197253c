import Statistics

/// Draws the coalitions of a *star*: a random coalition S at which players are toggled one at a time, each giving the
/// marginal contribution v(S ∪ i) − v(S ∖ i).
///
/// q is uniform in [0, 1) and every player is a member of S with probability q, independently. Given q, the marginal's
/// expectation is the slope of the game's multilinear extension at (q, …, q), whose mean over q is the Shapley value
/// (Owen 1972); whether i itself is a member makes no difference. So any set of players can be toggled at the same S,
/// chosen by whatever was seen *before* S was drawn, and each gets an unbiased observation. Observations of different
/// units are independent, which those of walks in a shared order of components are not.
public struct StarSampler: Sendable, Hashable {
  private let seed: UInt64
  private let playerCount: Int
  /// Whether each unit also toggles at the complement of S, where q becomes 1 − q; the pair is one observation.
  public let isAntithetic: Bool
  /// Whether the components of a unit have an S of their own each.
  public let sharing: CoalitionSharing

  /// - Precondition: `playerCount ≥ 1`.
  public init(seed: UInt64, playerCount: Int, isAntithetic: Bool, sharing: CoalitionSharing) {
    precondition(playerCount >= 1, "a coalition needs players")
    self.seed = seed
    self.playerCount = playerCount
    self.isAntithetic = isAntithetic
    self.sharing = sharing
  }

  /// The bases of unit `index` for `componentCount` components: one, or one and its complement. Complexity: O(n · components).
  public func bases(ofUnit index: Int, componentCount: Int) -> [Coalitions] {
    let count =
      switch sharing {
      case .perComponent: componentCount
      case .shared: 1
      }
    let drawn = (0..<count).map { coalition(ofUnit: index, place: $0) }
    return isAntithetic ? [coalitions(drawn), coalitions(drawn.map(\.complement))] : [coalitions(drawn)]
  }

  private func coalitions(_ drawn: [Coalition]) -> Coalitions {
    switch sharing {
    case .perComponent: .perComponent(drawn)
    case .shared: .shared(drawn[0])
    }
  }

  private func coalition(ofUnit index: Int, place: Int) -> Coalition {
    var stream = RandomStream(seed: seed, purpose: .starCoalition, index: index, subindex: place)
    let share = stream.uniform()
    return Coalition((0..<playerCount).filter { _ in stream.bernoulli(share) }, playerCount: playerCount)
  }
}

/// The marginal contributions of some players at one base.
public enum StarMarginals {
  /// v_x(S ∪ i) − v_x(S ∖ i) for every toggled player i and loaded component x.
  ///
  /// - Parameters:
  ///   - base: v_x(S), of shape [component][output].
  ///   - toggled: v_x(S △ i), of shape [player][component][output].
  /// - Returns: marginals of shape [player][component][output].
  public static func marginals(
    base: [Double], toggled: [Double], players: [Int], at coalitions: Coalitions, outputCount: Int
  ) -> [Double] {
    precondition(toggled.count == players.count * base.count, "the values of every toggled player")
    var marginals = toggled
    for (index, player) in players.enumerated() {
      for place in 0..<base.count / outputCount {
        // A member was taken away: its marginal is the worth before less the worth after.
        let isMember = coalitions.coalition(at: place).contains(player)
        for output in 0..<outputCount {
          let entry = (index * base.count) + place * outputCount + output
          let difference = toggled[entry] - base[place * outputCount + output]
          marginals[entry] = isMember ? -difference : difference
        }
      }
    }
    return marginals
  }

  /// Evaluates the marginals of `players` at each of `bases` on the loaded components and returns their means over
  /// components and bases: one observation a player, of shape [output][player of `players`].
  ///
  /// Costs (1 + players) evaluations a component and base.
  public static func observations(
    of players: [Int], at bases: [Coalitions], outputCount: Int, on evaluator: inout some CoalitionEvaluator
  ) throws -> [Double] {
    var sums = [Double](repeating: 0, count: outputCount * players.count)
    var (base, toggled) = ([Double](), [Double]())
    for coalitions in bases {
      try evaluator.values(coalitions, into: &base)
      try evaluator.values(toggling: players, into: &toggled)
      let marginals = marginals(
        base: base, toggled: toggled, players: players, at: coalitions, outputCount: outputCount)
      for index in players.indices {
        for entry in 0..<base.count {
          sums[entry % outputCount * players.count + index] += marginals[index * base.count + entry]
        }
      }
    }
    let count = Double(bases.count * base.count / outputCount)
    return sums.map { $0 / count }
  }
}
