import Images
import Inference

/// Finds the filters to remove, step by step, on the images to choose by.
struct RepairSearch: Sendable {
  /// What was found.
  struct Found: Sendable {
    var removed: [Int]
    /// Before the first removal, and after each.
    var scores: [GroupScores]
    var ending: GroupRepair.Ending
  }

  let configuration: GroupRepair.Configuration
  let plan: ExecutionPlan
  let players: FilterPlayers
  let targetGroup: Int
  let ablation: CalibratedAblation
  let part: GroupRepair.Part
  let workers: Int

  /// What a removal would make of the network.
  private struct Trial {
    var scores: GroupScores
    /// The group's metric, and its log-likelihood where that is equal.
    var worth: (Double, Double)
  }

  func run(
    candidates: [Int], progress: (@Sendable (_ removed: Int, _ tried: Int) -> Void)?
  ) async throws -> Found {
    var left = candidates
    var current = try await trials([[]])[0]
    let start = current.scores
    var found = Found(removed: [], scores: [current.scores], ending: .mostRemoved)
    var tried = 0
    while found.removed.count < configuration.most {
      try Task.checkCancellation()
      if let target = configuration.target, current.scores.groups[targetGroup].accuracy >= target {
        found.ending = .targetMet
        return found
      }
      let next = Array(left.prefix(configuration.candidates))
      guard !next.isEmpty else {
        found.ending = .noCandidates
        return found
      }
      let trials = try await trials(next.map { found.removed + [$0] })
      tried += next.count
      let helping = trials.indices.filter { trials[$0].worth > current.worth }
      let allowed = helping.filter { isAllowed(trials[$0].scores, start) }
      guard
        let best = allowed.max(by: {
          trials[$0].worth < trials[$1].worth || (trials[$0].worth == trials[$1].worth && $0 > $1)
        })
      else {
        found.ending = helping.isEmpty ? .nothingHelps : .allowanceSpent
        return found
      }
      current = trials[best]
      found.removed.append(next[best])
      found.scores.append(current.scores)
      left.removeAll { $0 == next[best] }
      progress?(found.removed.count, tried)
    }
    return found
  }

  /// Whether nobody loses more than allowed; a rounding's worth below a limit is not below it.
  private func isAllowed(_ scores: GroupScores, _ start: GroupScores) -> Bool {
    let slack = 1e-12
    guard scores.overall.accuracy >= start.overall.accuracy - configuration.allowance - slack else { return false }
    guard let allowance = configuration.groupAllowance else { return true }
    return scores.groups.indices.allSatisfy {
      $0 == targetGroup || scores.groups[$0].accuracy >= start.groups[$0].accuracy - allowance - slack
    }
  }

  /// The network without each of the sets of players, all of one size.
  private func trials(_ removed: [[Int]]) async throws -> [Trial] {
    let metrics = [.accuracy, .logLikelihood(), configuration.metric]
    let scores = try await RemovalScores.measured(
      plan, players: players, orders: removed, counts: [removed.first?.count ?? 0], ablation: ablation,
      metrics: metrics,
      on: part.images, workers: workers)
    let places = part.groups.places(of: targetGroup)
    return removed.indices.map { index in
      let worth = places.reduce(0) { $0 + scores[2][index].scores[0][$1] } / Double(places.count)
      let groups = GroupScores(
        part.groups, correct: scores[0][index].scores[0], logLikelihoods: scores[1][index].scores[0])
      return Trial(scores: groups, worth: (worth, groups.groups[targetGroup].logLikelihood))
    }
  }
}
