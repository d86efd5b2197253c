/// One marginal contribution of every player, all to coalitions of one size: a coalition T, a player j outside it, and
/// U = T ∪ {j}.
///
/// A player outside T is added to it, a player of T is removed from U; both are a marginal to a coalition of |T| others,
/// and when T and j are uniform, so is that coalition among those without the player. Costs n + 1 evaluations a component.
struct MarginalStar {
  let lower: Coalition
  let pivot: Int

  /// U.
  var upper: Coalition {
    var upper = lower
    upper.insert(pivot)
    return upper
  }

  /// The star with N ∖ U in the place of T: where a player's marginal was to S, it is to the others outside S.
  var reversed: MarginalStar { MarginalStar(lower: upper.complement, pivot: pivot) }

  /// Evaluates the star on the loaded components and adds `weight` times each player's marginal, the mean over the
  /// components, to `marginals`, of shape [output][player].
  func evaluate(
    weight: Double, outputCount: Int, on evaluator: inout some CoalitionEvaluator, addingTo marginals: inout [Double]
  ) throws {
    var others = lower.complement
    others.remove(pivot)
    let before = try values(lower, toggling: Array(others), outputCount: outputCount, on: &evaluator)
    let after = try values(upper, toggling: Array(lower), outputCount: outputCount, on: &evaluator)
    for output in 0..<outputCount {
      let start = output * lower.playerCount
      marginals[start + pivot] += weight * (after.base[output] - before.base[output])
      for (player, means) in zip(others, before.toggled) {
        marginals[start + player] += weight * (means[output] - before.base[output])
      }
      for (player, means) in zip(lower, after.toggled) {
        marginals[start + player] += weight * (after.base[output] - means[output])
      }
    }
  }

  /// Means over the components: of the worth of `base`, and of its worth with each of `players` toggled.
  private func values(
    _ base: Coalition, toggling players: [Int], outputCount: Int, on evaluator: inout some CoalitionEvaluator
  ) throws -> (base: ComponentMeans, toggled: [ComponentMeans]) {
    var (values, means) = ([Double](), ComponentMeans(outputCount: outputCount))
    try evaluator.values(.shared(base), into: &values)
    means.take(values)
    let (baseMeans, stride) = (means, values.count)
    guard !players.isEmpty else { return (baseMeans, []) }
    try evaluator.values(toggling: players, into: &values)
    let toggled = players.indices.map { place in
      means.take(Array(values[place * stride..<(place + 1) * stride]))
      return means
    }
    return (baseMeans, toggled)
  }
}
