import Statistics

/// How far an estimator that samples coalitions has come, and the endpoints that it knows; part of its state.
struct SamplingProgress: Codable, Sendable {
  /// Units absorbed.
  private(set) var units = 0
  /// Components that they had, repeats counted.
  private(set) var components = 0
  /// Evaluations that they took.
  private(set) var evaluations = 0
  /// The endpoints of the first epoch's components, in the order in which these were dealt.
  private(set) var known = EndpointValues()
  /// Σ v_x(N) and Σ v_x(∅) over all components of the units, one an output.
  private(set) var grandSums: [Double]
  private(set) var emptySums: [Double]

  init(_ game: GameDescription) {
    grandSums = [Double](repeating: 0, count: game.outputs.count)
    emptySums = grandSums
  }

  /// Whether the sizes, perhaps read from a file, are those of a run on `game`.
  func fits(_ game: GameDescription) -> Bool {
    let outputCount = game.outputs.count
    let expected = min(components, game.componentCount) * outputCount
    return units >= 0 && components >= units && evaluations >= 0 && grandSums.count == outputCount
      && emptySums.count == outputCount && known.grand.count == expected && known.empty.count == expected
  }

  /// Counts a unit; `isOpening` when its components' endpoints were evaluated by it.
  mutating func add(_ endpoints: EndpointValues, evaluations spent: Int, isOpening: Bool) {
    let outputCount = grandSums.count
    for place in endpoints.grand.indices {
      grandSums[place % outputCount] += endpoints.grand[place]
      emptySums[place % outputCount] += endpoints.empty[place]
    }
    if isOpening {
      known.grand += endpoints.grand
      known.empty += endpoints.empty
    }
    units += 1
    components += endpoints.grand.count / outputCount
    evaluations += spent
  }

  /// The mean of v_x(N) over the components of all units.
  func grandValue(_ output: Int) -> Double { grandSums[output] / Double(components) }

  /// The mean of v_x(∅) over the components of all units.
  func emptyValue(_ output: Int) -> Double { emptySums[output] / Double(components) }

  /// The variance of the mean of v_x(N) − v_x(∅) that is left because some components were dealt once more than others;
  /// 0 after complete epochs.
  func varianceOfDifference(_ output: Int, of game: GameDescription) -> Double {
    let outputCount = game.outputs.count
    let moments = RunningMoments(
      stride(from: output, to: known.grand.count, by: outputCount).map { known.grand[$0] - known.empty[$0] })
    let surplus = Double(components % game.componentCount)
    let spread = surplus * (1 - surplus / Double(game.componentCount))
    return (moments.variance ?? 0) * spread / (Double(components) * Double(components))
  }

  /// The estimate that consists of `players`.
  func estimate(
    _ name: String, of game: GameDescription, output: Int, players: [PlayerEstimate], claim: Efficiency.Claim,
    bias: String? = nil
  ) -> ShapleyEstimate {
    let total = players.reduce(0) { $0 + $1.value }
    let (grandValue, emptyValue) = (grandValue(output), emptyValue(output))
    return ShapleyEstimate(
      estimator: name, output: game.outputs[output].name, players: players, grandValue: grandValue,
      emptyValue: emptyValue,
      efficiency: Efficiency(claim: claim, residual: total - (grandValue - emptyValue)), bias: bias,
      evaluations: evaluations, units: units)
  }
}
